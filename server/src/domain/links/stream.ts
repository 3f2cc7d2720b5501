import type { ConnectRequest, ConnectResponse } from "@meshwork/gen/mesh/v1/agent_link_service";
import type { Hello } from "@meshwork/gen/mesh/v1/link";
import type { Clock } from "../clock.ts";
import { DomainError } from "../errors.ts";
import { createFrameRate } from "./frame-rate.ts";
import { frameError } from "./frame-rules.ts";
import type { Link, LinkSink } from "./link-sink.ts";
import {
  BACKLOG_BYTES_MAX,
  BACKLOG_FRAMES_MAX,
  FRAME_BURST_SECONDS,
  HELLO_TIMEOUT_MS,
  MESSAGES_PER_SECOND_MAX,
  SETTLEMENTS_PER_SECOND_MAX,
} from "./limits.ts";
import { createOutlet, type Outlet } from "./outlet.ts";
import { goodbyeFrame } from "./server-goodbye.ts";
import type { TimingWheel } from "./timing-wheel.ts";

type AgentFrame = ConnectRequest["frame"];

/** One stream of an agent, from its opening to its end, whatever session it carries. */
export interface Stream extends Link {
  readonly out: Outlet;
  /** By the monotonic clock. */
  readonly lastFrameMs: number;
  readonly over: boolean;
  /** Why it ended, unless the server ended it by `end` or `finish`. */
  readonly endedBy: StreamEnd | undefined;
  /** The session is on record: what waited, and all that follows, goes to `handle`. */
  attached(handle: (frame: AgentFrame) => void): void;
  /** Ends the stream: goodbye with the reason, then the error. */
  end(error: DomainError, reconnectAfterMs?: number): void;
  /** The agent said goodbye: no frame counts any more, and the stream waits for `finish`. */
  leave(): void;
  /** Ends the stream plainly. */
  finish(): void;
  /** Ends the stream because of what the agent did. */
  violate(error: DomainError): void;
}

/** Why a stream ended by itself: the agent's side closed it, or the agent broke a rule. */
export type StreamEnd =
  { readonly reason: "closed" } | { readonly reason: "violation"; readonly error: DomainError };

export interface StreamDeps {
  readonly sink: LinkSink;
  readonly clock: Clock;
  readonly wheel: TimingWheel;
  readonly framesPerSecondMax: number;
  received(frame: AgentFrame): void;
  readonly sent: (frame: ConnectResponse["frame"]) => void;
  hello(hello: Hello): void;
  /** Called once, unless the server ended the stream by `end` or `finish`. */
  ended(end: StreamEnd): void;
  /** Called once in any case, after `ended`. */
  released(): void;
  /** A defect; the stream is ended with INTERNAL. */
  crashed(error: unknown): void;
}

/** Checks what every frame has to keep: hello first, once and in time, shape, rate. */
export function openStream(deps: StreamDeps): Stream {
  const { sink, clock, wheel, framesPerSecondMax } = deps;
  const withinFrameRate = createFrameRate(framesPerSecondMax, clock.monotonic());
  const withinMessageRate = createFrameRate(MESSAGES_PER_SECOND_MAX, clock.monotonic());
  const withinSettlementRate = createFrameRate(SETTLEMENTS_PER_SECOND_MAX, clock.monotonic());
  const backlog: AgentFrame[] = [];
  let backlogBytes = 0;
  let phase: "new" | "attaching" | "open" | "leaving" | "over" = "new";
  let lastFrameMs = clock.monotonic();
  let endedBy: StreamEnd | undefined;
  let handle: ((frame: AgentFrame) => void) | undefined;
  const isOpen = (): boolean => phase === "open";
  const out = createOutlet({ sink, clock, wheel, sent: deps.sent, stalled });
  const helloDue = wheel.arm(lastFrameMs + HELLO_TIMEOUT_MS, () => {
    violate(
      new DomainError("HELLO_TIMEOUT", `no hello within ${HELLO_TIMEOUT_MS} ms: send it first`),
    );
    return undefined;
  });

  function release(end: () => void, ended?: StreamEnd): void {
    if (phase === "over") return;
    phase = "over";
    endedBy = ended;
    helloDue.cancel();
    end();
    out.stop();
    handle = undefined;
    backlog.length = 0;
    if (ended !== undefined) deps.ended(ended);
    deps.released();
  }

  function sayGoodbye(error: DomainError, reconnectAfterMs?: number): void {
    out.send(goodbyeFrame(error, reconnectAfterMs));
    sink.end(error);
  }

  function violate(error: DomainError): void {
    release(() => sayGoodbye(error), { reason: "violation", error });
  }

  function stalled(why: string, bufferedBytes: number): void {
    const metadata = { waiting_bytes: String(bufferedBytes) };
    const error = new DomainError("LINK_STALLED", why, { metadata });
    release(() => sink.destroy(error), { reason: "violation", error });
  }

  /** Told before the rules are checked, which is most of the work. */
  function rateError({ frame }: ConnectRequest): DomainError | undefined {
    if (!withinFrameRate(lastFrameMs, 1))
      return tooFast(
        `more than ${framesPerSecondMax} frames a second over ${FRAME_BURST_SECONDS} s`,
      );
    const messages = frame.case === "publish" ? frame.value.messages.length : 0;
    if (!withinMessageRate(lastFrameMs, messages))
      return tooMany(`${MESSAGES_PER_SECOND_MAX} messages`);
    const settlements = frame.case === "settle" ? frame.value.settlements.length : 0;
    if (withinSettlementRate(lastFrameMs, settlements)) return undefined;
    return tooMany(`${SETTLEMENTS_PER_SECOND_MAX} settlements`);
  }

  function take({ frame }: ConnectRequest, error: DomainError | undefined): void {
    if (error !== undefined) violate(error);
    else if (frame.case === "hello") greet(frame.value);
    else if (phase === "new")
      violate(
        new DomainError("HELLO_REQUIRED", `the first frame is ${frame.case}: it has to be hello`),
      );
    else if (phase === "attaching") keep(frame);
    else handle?.(frame);
  }

  function greet(hello: Hello): void {
    if (phase !== "new") {
      violate(
        new DomainError("HELLO_REPEATED", "a second hello came: a stream carries one session"),
      );
      return;
    }
    phase = "attaching";
    helloDue.cancel();
    deps.hello(hello);
  }

  function keep(frame: AgentFrame): void {
    backlog.push(frame);
    backlogBytes += payloadBytes(frame);
    if (backlog.length > BACKLOG_FRAMES_MAX || backlogBytes > BACKLOG_BYTES_MAX)
      violate(
        tooFast(`${backlog.length} frames came before welcome, at most ${BACKLOG_FRAMES_MAX}`),
      );
  }

  return {
    out,
    get lastFrameMs() {
      return lastFrameMs;
    },
    get over() {
      return phase === "over";
    },
    get endedBy() {
      return endedBy;
    },
    receive: (request) => {
      if (phase === "over" || phase === "leaving") return;
      try {
        lastFrameMs = clock.monotonic();
        deps.received(request.frame);
        take(request, rateError(request) ?? frameError(request));
      } catch (error) {
        deps.crashed(error);
        violate(new DomainError("INTERNAL", "the server failed on a frame", { cause: error }));
      }
    },
    close: () => {
      if (phase !== "leaving") release(() => sink.end(), { reason: "closed" });
    },
    attached: (handler) => {
      if (phase === "over") return;
      phase = "open";
      handle = handler;
      for (const frame of backlog.splice(0)) if (isOpen()) handler(frame);
    },
    end: (error, reconnectAfterMs) => release(() => sayGoodbye(error, reconnectAfterMs)),
    leave: () => {
      if (phase !== "over") phase = "leaving";
    },
    finish: () => release(() => sink.end()),
    violate,
  };
}

function payloadBytes(frame: AgentFrame): number {
  if (frame.case === "reply") return frame.value.payload.length;
  if (frame.case !== "publish") return 0;
  return frame.value.messages.reduce((sum, { payload }) => sum + payload.length, 0);
}

function tooMany(what: string): DomainError {
  return new DomainError(
    "FRAME_RATE_EXCEEDED",
    `more than ${what} a second over ${FRAME_BURST_SECONDS} s: send fewer`,
  );
}

function tooFast(what: string): DomainError {
  return new DomainError("FRAME_RATE_EXCEEDED", `${what}: gather messages into one frame`);
}
