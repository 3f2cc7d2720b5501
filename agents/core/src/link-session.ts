// One attachment: from opening a link to its end.
import type { MessageInitShape } from "@bufbuild/protobuf";
import { durationMs, timestampMs, type Timestamp } from "@bufbuild/protobuf/wkt";
import { Code } from "@connectrpc/connect";
import type { ConnectRequest, ConnectResponse } from "@meshwork/gen/mesh/v1/agent_link_service";
import type { HelloSchema, Welcome } from "@meshwork/gen/mesh/v1/link";
import type { LinkTransport } from "@meshwork/wire/link-transport";
import { AgentError, agentErrorOf, reasonName, type Reason } from "./agent-error.ts";
import type { Clock } from "./clock.ts";
import { createFramePacer } from "./frame-pacer.ts";
import { agentFrame } from "./frames.ts";
import { createHeartbeats, type Vitals } from "./heartbeats.ts";
import {
  BUFFERED_BYTES_HIGH,
  GOODBYE_WAIT_MS,
  HEARTBEAT_INTERVAL_DEFAULT_MS,
  WELCOME_TIMEOUT_MS,
} from "./limits.ts";

type ServerFrame = ConnectResponse["frame"];

/** Why a session is over. */
export interface SessionEnd {
  readonly error: AgentError;
  /** What the server asked for; undefined when it said nothing. */
  readonly reconnect?: boolean;
  readonly reconnectAfterMs?: number;
}

export interface LinkSession {
  send(frame: ConnectRequest): void;
  bufferedBytes(): number;
  /** Resolves when there is room for more, or the session is over. */
  room(): Promise<void>;
  /** Says goodbye and waits for the server to end the link, for 1 s at most. */
  leave(reason: string): Promise<void>;
  destroy(): void;
}

export interface LinkSessionDeps {
  readonly clock: Clock;
  readonly random: () => number;
  readonly link: LinkTransport;
  readonly token: string;
  readonly hello: MessageInitShape<typeof HelloSchema>;
  readonly vitals: () => Vitals;
  welcomed(welcome: Welcome): void;
  /** The server told its clock, in an answer that took so long. */
  serverTime(serverMs: number, roundTripMs: number): void;
  /** A frame could not be sent and was dropped; the session goes on. */
  frameDropped(error: AgentError): void;
  /** Something was heard. */
  heard(): void;
  roundTrip(ms: number): void;
  /** The server changed how long silence may last. */
  lostAfter(ms: number): void;
  /** A frame that is not about the session itself. */
  frame(frame: ServerFrame): void;
  /** Called once, unless the agent left or destroyed the session. */
  ended(end: SessionEnd): void;
}

/** Opens a link and says hello. */
export function openLinkSession(deps: LinkSessionDeps): LinkSession {
  const { clock, random, link, token } = deps;
  let phase: "opening" | "open" | "leaving" | "over" = "opening";
  let goodbye: SessionEnd | undefined;
  let waiting: (() => void)[] = [];
  let left: (() => void) | undefined;
  const openedAt = clock.monotonic();

  const connection = link.open({
    credential: token,
    onFrame: ({ frame }) => {
      if (phase === "over") return;
      deps.heard();
      receive(frame);
    },
    onDrain: roomMade,
    onFrameDropped: (error) => deps.frameDropped(agentErrorOf(error)),
    onEnd: (error) => {
      const gone = error === undefined ? linkEnded() : agentErrorOf(error);
      finish(goodbye ?? { error: gone });
    },
  });
  const pacer = createFramePacer(connection, clock, roomMade);
  const heartbeats = createHeartbeats({ clock, random, vitals: deps.vitals, send: pacer.send });
  const welcomeDue = clock.after(WELCOME_TIMEOUT_MS, () => {
    connection.destroy();
    const message = `the server sent no welcome within ${WELCOME_TIMEOUT_MS} ms`;
    finish({ error: new AgentError(Code.DeadlineExceeded, message) });
  });
  pacer.send(agentFrame({ case: "hello", value: deps.hello }));

  function release(): void {
    phase = "over";
    welcomeDue.cancel();
    heartbeats.stop();
    pacer.close();
    roomMade();
    left?.();
  }

  function finish(end: SessionEnd): void {
    if (phase === "over") return;
    const leaving = phase === "leaving";
    release();
    if (!leaving) deps.ended(end);
  }

  function roomMade(): void {
    const made = waiting;
    waiting = [];
    for (const resolve of made) resolve();
  }

  function full(): boolean {
    return (
      phase !== "over" && (pacer.waiting > 0 || connection.bufferedBytes() > BUFFERED_BYTES_HIGH)
    );
  }

  function receive(frame: ServerFrame): void {
    switch (frame.case) {
      case "welcome":
        welcome(frame.value);
        break;
      case "heartbeatAck": {
        const roundTripMs = heartbeats.acknowledged(frame.value);
        if (frame.value.lostAfter !== undefined) deps.lostAfter(durationMs(frame.value.lostAfter));
        if (roundTripMs === undefined) break;
        deps.roundTrip(roundTripMs);
        told(frame.value.serverTime, roundTripMs);
        break;
      }
      case "goodbye": {
        const { reason, message, reconnect, reconnectAfter } = frame.value;
        goodbye = {
          error: goodbyeError(reasonName(reason), message),
          reconnect,
          ...(reconnectAfter && { reconnectAfterMs: durationMs(reconnectAfter) }),
        };
        // The last frame of a session: whatever the carrier says after it adds nothing.
        connection.destroy();
        finish(goodbye);
        break;
      }
      default:
        deps.frame(frame);
    }
  }

  function told(serverTime: Timestamp | undefined, roundTripMs: number): void {
    if (serverTime !== undefined) deps.serverTime(timestampMs(serverTime), roundTripMs);
  }

  function welcome(value: Welcome): void {
    if (phase !== "opening") return;
    phase = "open";
    welcomeDue.cancel();
    const { framesPerSecondMax = 0, messagesPerSecondMax = 0 } = value.limits ?? {};
    pacer.limit(framesPerSecondMax, messagesPerSecondMax);
    if (value.lostAfter !== undefined) deps.lostAfter(durationMs(value.lostAfter));
    told(value.serverTime, clock.monotonic() - openedAt);
    deps.welcomed(value);
    const interval = value.heartbeatInterval;
    heartbeats.start(interval === undefined ? HEARTBEAT_INTERVAL_DEFAULT_MS : durationMs(interval));
  }

  return {
    send: (frame) => {
      if (phase === "open") pacer.send(frame);
    },
    bufferedBytes: () => connection.bufferedBytes(),
    room: async () => {
      while (full()) await new Promise<void>((resolve) => waiting.push(resolve));
    },
    leave: async (reason) => {
      if (phase !== "open") {
        if (phase !== "over") connection.destroy();
        if (phase !== "over") release();
        return;
      }
      phase = "leaving";
      heartbeats.stop();
      pacer.send(agentFrame({ case: "goodbye", value: { reason } }));
      pacer.flush();
      connection.end();
      await new Promise<void>((resolve) => {
        const timer = clock.after(GOODBYE_WAIT_MS, () => {
          connection.destroy();
          release();
        });
        left = () => {
          timer.cancel();
          resolve();
        };
      });
    },
    destroy: () => {
      if (phase === "over") return;
      connection.destroy();
      release();
    },
  };
}

function linkEnded(): AgentError {
  return new AgentError(Code.Unavailable, "the server ended the link without a goodbye");
}

function goodbyeError(reason: Reason | "", message: string): AgentError {
  return new AgentError(Code.Aborted, message, { reason });
}
