import { AgentLiveness, LivenessCause } from "@meshwork/gen/mesh/v1/agent";
import { SUSPECT_INTERVALS } from "./limits.ts";

/** What the server told the agent about heartbeats; it is judged by nothing else. */
export interface Timing {
  readonly intervalMs: number;
  /** At least two intervals. */
  readonly lostAfterMs: number;
}

/** What the server can tell of one agent. Times are of the monotonic clock, in milliseconds. */
export interface LivenessState {
  readonly liveness: AgentLiveness;
  readonly cause: LivenessCause;
  /** The last frame; for `past`, the start of this server. */
  readonly lastSeenMs: number;
  /** `past`: the agent was there when an earlier server process ended. */
  readonly stream: "open" | "ended" | "past";
}

export type LivenessInput =
  /** The session is on record. */
  | { readonly kind: "started"; readonly sessionId: string; readonly epoch: number }
  | { readonly kind: "frame" }
  /** Time has passed. */
  | { readonly kind: "check" }
  /** The stream ended without goodbye; `violation` says what the agent did to make the server end it. */
  | { readonly kind: "ended"; readonly violation?: string }
  | { readonly kind: "goodbye"; readonly reason: string }
  /** The server cut the agent off for good; that is told even of one that has left. */
  | { readonly kind: "cut"; readonly cause: LivenessCause; readonly evidence: string };

/** A change of liveness, to be put on record. */
export interface Transition {
  readonly previous: AgentLiveness;
  readonly liveness: AgentLiveness;
  readonly cause: LivenessCause;
  /** What was observed, with figures. */
  readonly evidence: string;
}

type Step = readonly [LivenessState, readonly Transition[]];

/** An agent whose session is being set up. */
export function joining(now: number): LivenessState {
  return {
    liveness: AgentLiveness.JOINING,
    cause: LivenessCause.UNSPECIFIED,
    lastSeenMs: now,
    stream: "open",
  };
}

/** An agent that was there when an earlier server process ended; it has one lost-after from `now`. */
export function past(liveness: AgentLiveness, cause: LivenessCause, now: number): LivenessState {
  return { liveness, cause, lastSeenMs: now, stream: "past" };
}

/**
 * The whole of liveness: JOINING → ALIVE → SUSPECT → LOST or LEFT. An agent is SUSPECT after two
 * intervals without a frame or when its stream ends without goodbye, and LOST after `lostAfterMs`
 * without a frame; LOST keeps the cause that made it SUSPECT. Pure: equal arguments, equal answer.
 */
export function step(
  state: LivenessState,
  input: LivenessInput,
  now: number,
  timing: Timing,
): Step {
  switch (input.kind) {
    case "started":
      return change({ ...state, lastSeenMs: now, stream: "open" }, AgentLiveness.ALIVE, {
        cause: LivenessCause.SESSION_STARTED,
        evidence: `session ${input.sessionId}, epoch ${input.epoch}`,
      });
    case "frame":
      return frame(state, now);
    case "check":
      return check(state, now, timing);
    case "ended":
      return ended(state, now, input.violation);
    case "goodbye":
      if (state.liveness === AgentLiveness.LEFT) return [state, []];
      return leave(state, {
        cause: LivenessCause.GOODBYE,
        evidence: input.reason === "" ? "goodbye" : `goodbye: ${input.reason}`,
      });
    case "cut":
      return leave(state, input);
  }
}

/** When `check` will next have something to say, if nothing is heard; nothing when it never will. */
export function nextCheckMs(state: LivenessState, timing: Timing): number | undefined {
  const { liveness, lastSeenMs, stream } = state;
  const lostMs = lastSeenMs + timing.lostAfterMs;
  if (stream === "past") return liveness === AgentLiveness.LOST ? undefined : lostMs;
  if (liveness === AgentLiveness.ALIVE) return lastSeenMs + SUSPECT_INTERVALS * timing.intervalMs;
  return liveness === AgentLiveness.SUSPECT ? lostMs : undefined;
}

function frame(state: LivenessState, now: number): Step {
  const heard = { ...state, lastSeenMs: now };
  const wasSilent =
    state.liveness === AgentLiveness.SUSPECT || state.liveness === AgentLiveness.LOST;
  if (!wasSilent || state.stream !== "open") return [heard, []];
  return change(heard, AgentLiveness.ALIVE, {
    cause: LivenessCause.FRAME_RECEIVED,
    evidence: `frame after ${seconds(now - state.lastSeenMs)} of silence`,
  });
}

function check(state: LivenessState, now: number, timing: Timing): Step {
  const due = nextCheckMs(state, timing);
  if (due === undefined || now < due) return [state, []];
  const silent = seconds(now - state.lastSeenMs);
  const lostAfter = seconds(timing.lostAfterMs);
  if (state.stream === "past")
    return change(state, AgentLiveness.LOST, {
      cause: LivenessCause.SERVER_RESTARTED,
      evidence: `not back ${silent} after the server's start, lost-after is ${lostAfter}`,
    });
  if (state.liveness === AgentLiveness.ALIVE)
    return change(state, AgentLiveness.SUSPECT, {
      cause: LivenessCause.MISSED_HEARTBEATS,
      evidence: `no frame for ${silent}, ${SUSPECT_INTERVALS} intervals of ${seconds(timing.intervalMs)}`,
    });
  const end = state.stream === "ended" ? "; the stream has ended" : "";
  return change(state, AgentLiveness.LOST, {
    cause: state.cause,
    evidence: `no frame for ${silent}, lost-after is ${lostAfter}${end}`,
  });
}

function ended(state: LivenessState, now: number, violation: string | undefined): Step {
  if (state.stream !== "open") return [state, []];
  const over = { ...state, stream: "ended" as const };
  if (state.liveness !== AgentLiveness.ALIVE) return [over, []];
  const silent = `last frame ${seconds(now - state.lastSeenMs)} before`;
  return change(over, AgentLiveness.SUSPECT, {
    cause: violation === undefined ? LivenessCause.STREAM_ENDED : LivenessCause.PROTOCOL_VIOLATION,
    evidence:
      violation === undefined
        ? `stream ended without goodbye, ${silent}`
        : `closed by the server: ${violation}`,
  });
}

function leave(state: LivenessState, why: { cause: LivenessCause; evidence: string }): Step {
  return change({ ...state, stream: "ended" }, AgentLiveness.LEFT, why);
}

function change(
  state: LivenessState,
  liveness: AgentLiveness,
  { cause, evidence }: { cause: LivenessCause; evidence: string },
): Step {
  const transition = { previous: state.liveness, liveness, cause, evidence };
  return [{ ...state, liveness, cause }, [transition]];
}

function seconds(ms: number): string {
  const rounded = Math.round(ms / 100) / 10;
  return `${Number.isInteger(ms / 1_000) ? ms / 1_000 : rounded.toFixed(1)} s`;
}
