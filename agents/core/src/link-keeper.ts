// Keeps an agent linked: connects, connects again, resumes, fences, and knows when to give up.
import type { MessageInitShape } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import type { ConnectRequest, ConnectResponse } from "@meshwork/gen/mesh/v1/agent_link_service";
import type { HelloSchema, Welcome } from "@meshwork/gen/mesh/v1/link";
import type { LinkTransport } from "@meshwork/wire/link-transport";
import { AgentError, agentErrorOf, type Reason } from "./agent-error.ts";
import { askedMs, backoffMs } from "./backoff.ts";
import type { Clock, Timer } from "./clock.ts";
import type { Vitals } from "./heartbeats.ts";
import { CREDENTIAL_DOUBT_MS } from "./limits.ts";
import { openLinkSession, type LinkSession, type SessionEnd } from "./link-session.ts";

export interface LinkKeeper {
  /** The open session's round trip, id and so on; what is unknown is absent. */
  readonly facts: LinkFacts;
  /** Connects; from then on the observer hears what happens. */
  start(): void;
  /** False when there is no welcomed session. */
  send(frame: ConnectRequest): boolean;
  /** Resolves when there is room for more frames; at once when not connected. */
  room(): Promise<void>;
  bufferedBytes(): number;
  /** Drops the session, if there is one, and opens another that goes on with it. */
  reconnect(why: AgentError): void;
  /** Says goodbye, if connected, and stops. */
  leave(reason: string): Promise<void>;
  /** Drops everything; the observer hears nothing more. */
  stop(): void;
}

export interface LinkFacts {
  readonly connected: boolean;
  readonly sessionId?: string;
  readonly epoch?: bigint;
  readonly roundTripMs?: number;
  readonly lostAfterMs?: number;
  /** Attempts that failed since the last session that worked. */
  readonly failures: number;
}

export interface LinkKeeperDeps {
  readonly clock: Clock;
  readonly random: () => number;
  readonly link: LinkTransport;
  token(): Promise<string>;
  /** `resuming` when it is about to go on with a session. */
  hello(resuming: boolean): MessageInitShape<typeof HelloSchema>;
  readonly vitals: () => Vitals;
  connected(welcome: Welcome): void;
  frame(frame: ConnectResponse["frame"]): void;
  disconnected(error: AgentError, retryInMs: number): void;
  /** Nothing was heard for lost-after: others may count this agent as lost. Once until heard again. */
  fenced(silentMs: number): void;
  /** The server told its clock, in an answer that took so long. */
  serverTime(serverMs: number, roundTripMs: number): void;
  /** A frame could not be sent and was dropped; the session goes on. */
  frameDropped(error: AgentError): void;
  /** Whether the agent's identity has opened a session in this process. */
  proven(): boolean;
  /** The server refused the token of a proven identity; another one is shown after `disconnected`. */
  doubted(): void;
  /** There is no coming back. */
  ended(error: AgentError): void;
}

/** Reasons for which the same program would fail the same way again. */
const FINAL: ReadonlySet<Reason> = new Set<Reason>([
  "AGENT_TERMINATED",
  "CREDENTIAL_INVALID",
  "CREDENTIAL_MISSING",
  "FRAME_NOT_AGREED",
  "HELLO_REPEATED",
  "HELLO_REQUIRED",
  "PERMISSION_MISSING",
  "PROTOCOL_UNSUPPORTED",
  "RESOURCE_NOT_FOUND",
  "SESSION_SUPERSEDED",
]);
const FINAL_CODES: ReadonlySet<Code> = new Set([
  Code.Unauthenticated,
  Code.PermissionDenied,
  Code.Unimplemented,
]);

/** Whether trying again makes no sense. */
export function isFinal({ error, reconnect }: SessionEnd): boolean {
  if (reconnect !== undefined) return !reconnect;
  return error.reason === "" ? FINAL_CODES.has(error.code) : FINAL.has(error.reason);
}

export function createLinkKeeper(deps: LinkKeeperDeps): LinkKeeper {
  const { clock, random } = deps;
  let stopped = false;
  let session: LinkSession | undefined;
  let welcomed = false;
  let sessionId: string | undefined;
  let epoch: bigint | undefined;
  let roundTripMs: number | undefined;
  let lostAfterMs: number | undefined;
  let failures = 0;
  let retry: Timer | undefined;
  let silence: Timer | undefined;
  let heardAt = 0;
  let fenced = false;
  /** When a proven identity was first refused, if nothing else happened since. */
  let doubtedAt: number | undefined;

  async function attempt(): Promise<void> {
    retry = undefined;
    let token: string;
    try {
      token = await deps.token();
    } catch (error) {
      ended({ error: agentErrorOf(error) });
      return;
    }
    // The agent may have been stopped while it signed.
    if (isStopped()) return;
    session = openLinkSession({
      ...deps,
      token,
      hello: { ...deps.hello(sessionId !== undefined), resumeSessionId: sessionId ?? "" },
      heard,
      welcomed: (welcome) => {
        welcomed = true;
        sessionId = welcome.sessionId;
        epoch = welcome.epoch;
        doubtedAt = undefined;
        deps.connected(welcome);
      },
      roundTrip: (ms) => {
        roundTripMs = ms;
        // Only a session that carries heartbeats counts as one that works.
        failures = 0;
      },
      lostAfter: (ms) => {
        if (ms === lostAfterMs) return;
        lostAfterMs = ms;
        watchSilence();
      },
      ended,
    });
  }

  function isStopped(): boolean {
    return stopped;
  }

  function ended(end: SessionEnd): void {
    if (stopped) return;
    const worked = failures === 0 && welcomed;
    const doubt = !welcomed && isDoubtful(end);
    drop();
    if (!doubt && isFinal(end)) {
      stop();
      deps.ended(end.error);
      return;
    }
    const asked = end.reconnectAfterMs !== undefined && worked;
    const waitMs = asked
      ? askedMs(end.reconnectAfterMs, random)
      : Math.max(
          end.reconnectAfterMs ?? 0,
          backoffMs(failures, doubt ? Infinity : lostAfterMs, random),
        );
    failures += 1;
    retry = clock.after(waitMs, () => void attempt());
    deps.disconnected(end.error, waitMs);
  }

  /**
   * A token refused where a link opens may have the wrong time rather than the wrong key: a clock was
   * moved, here or there. A goodbye is no doubt, as it comes after the token was taken.
   */
  function isDoubtful({ error, reconnect }: SessionEnd): boolean {
    if (reconnect !== undefined || error.reason !== "CREDENTIAL_INVALID" || !deps.proven()) {
      doubtedAt = undefined;
      return false;
    }
    deps.doubted();
    doubtedAt ??= clock.monotonic();
    return clock.monotonic() - doubtedAt < CREDENTIAL_DOUBT_MS;
  }

  function drop(): void {
    session = undefined;
    welcomed = false;
    roundTripMs = undefined;
  }

  function heard(): void {
    heardAt = clock.monotonic();
    if (fenced) {
      fenced = false;
      watchSilence();
    }
  }

  /** One timer that looks again when the silence could have lasted, not one a frame. */
  function watchSilence(): void {
    silence?.cancel();
    silence = undefined;
    if (lostAfterMs === undefined || fenced) return;
    const dueMs = heardAt + lostAfterMs - clock.monotonic();
    silence = clock.after(Math.max(0, dueMs), () => {
      const silentMs = clock.monotonic() - heardAt;
      if (silentMs >= lostAfterMs!) fence(silentMs);
      else watchSilence();
    });
  }

  function fence(silentMs: number): void {
    fenced = true;
    deps.fenced(silentMs);
    if (session === undefined) return;
    session.destroy();
    const message = `nothing was heard of the server for ${Math.round(silentMs)} ms`;
    ended({ error: new AgentError(Code.Unavailable, message) });
  }

  function stop(): void {
    stopped = true;
    retry?.cancel();
    silence?.cancel();
    session?.destroy();
    drop();
  }

  return {
    get facts() {
      return {
        connected: welcomed,
        failures,
        ...(welcomed && sessionId !== undefined && { sessionId }),
        ...(welcomed && epoch !== undefined && { epoch }),
        ...(roundTripMs !== undefined && { roundTripMs }),
        ...(lostAfterMs !== undefined && { lostAfterMs }),
      };
    },
    start: () => void attempt(),
    send: (frame) => {
      if (!welcomed) return false;
      session?.send(frame);
      return true;
    },
    room: async () => {
      await session?.room();
    },
    bufferedBytes: () => session?.bufferedBytes() ?? 0,
    reconnect: (why) => {
      if (stopped || session === undefined) return;
      session.destroy();
      ended({ error: why, reconnect: true, reconnectAfterMs: 0 });
    },
    leave: async (reason) => {
      retry?.cancel();
      silence?.cancel();
      stopped = true;
      await session?.leave(reason);
      stop();
    },
    stop,
  };
}
