// Liveness goes only the ways that the contract names, with cause, evidence and the right instant.
import { describe, expect, test } from "@jest/globals";
import { AgentLiveness, LivenessCause } from "@meshwork/gen/mesh/v1/agent";
import {
  joining,
  nextCheckMs,
  past,
  step,
  type LivenessInput,
  type LivenessState,
  type Transition,
} from "./liveness.ts";

const timing = { intervalMs: 2_000, lostAfterMs: 6_000 };

/** Runs the inputs at their times and answers the last state and all transitions, with their times. */
function run(
  from: LivenessState,
  inputs: readonly (readonly [number, LivenessInput])[],
): { state: LivenessState; changes: (Transition & { at: number })[] } {
  let state = from;
  const changes: (Transition & { at: number })[] = [];
  for (const [at, input] of inputs) {
    const [next, made] = step(state, input, at, timing);
    state = next;
    changes.push(...made.map((transition) => ({ ...transition, at })));
  }
  return { state, changes };
}

const started: LivenessInput = { kind: "started", sessionId: "s1", epoch: 3 };
const frame: LivenessInput = { kind: "frame" };
const check: LivenessInput = { kind: "check" };
const ended: LivenessInput = { kind: "ended" };

/** Checks every 100 ms. */
function checks(from: number, to: number): (readonly [number, LivenessInput])[] {
  return Array.from(
    { length: (to - from) / 100 + 1 },
    (_, index) => [from + index * 100, check] as const,
  );
}

describe("liveness", () => {
  test("a session makes it ALIVE", () => {
    const { changes } = run(joining(0), [[5, started]]);
    expect(changes).toEqual([
      {
        at: 5,
        previous: AgentLiveness.JOINING,
        liveness: AgentLiveness.ALIVE,
        cause: LivenessCause.SESSION_STARTED,
        evidence: "session s1, epoch 3",
      },
    ]);
  });

  test("silence: SUSPECT after two intervals, LOST after lost-after, both from the last frame", () => {
    const { changes } = run(joining(0), [[0, started], [1_500, frame], ...checks(1_600, 20_000)]);
    expect(changes.slice(1)).toEqual([
      {
        at: 5_500,
        previous: AgentLiveness.ALIVE,
        liveness: AgentLiveness.SUSPECT,
        cause: LivenessCause.MISSED_HEARTBEATS,
        evidence: "no frame for 4 s, 2 intervals of 2 s",
      },
      {
        at: 7_500,
        previous: AgentLiveness.SUSPECT,
        liveness: AgentLiveness.LOST,
        cause: LivenessCause.MISSED_HEARTBEATS,
        evidence: "no frame for 6 s, lost-after is 6 s",
      },
    ]);
  });

  test("any frame brings it back from SUSPECT and from LOST", () => {
    const { changes } = run(joining(0), [
      [0, started],
      [4_100, check],
      [4_400, frame],
      ...checks(4_500, 11_000),
      [11_000, frame],
    ]);
    expect(
      changes.map(({ at, liveness, cause, evidence }) => [at, liveness, cause, evidence]),
    ).toEqual([
      [0, AgentLiveness.ALIVE, LivenessCause.SESSION_STARTED, "session s1, epoch 3"],
      [
        4_100,
        AgentLiveness.SUSPECT,
        LivenessCause.MISSED_HEARTBEATS,
        "no frame for 4.1 s, 2 intervals of 2 s",
      ],
      [4_400, AgentLiveness.ALIVE, LivenessCause.FRAME_RECEIVED, "frame after 4.4 s of silence"],
      [
        8_400,
        AgentLiveness.SUSPECT,
        LivenessCause.MISSED_HEARTBEATS,
        "no frame for 4 s, 2 intervals of 2 s",
      ],
      [
        10_400,
        AgentLiveness.LOST,
        LivenessCause.MISSED_HEARTBEATS,
        "no frame for 6 s, lost-after is 6 s",
      ],
      [11_000, AgentLiveness.ALIVE, LivenessCause.FRAME_RECEIVED, "frame after 6.6 s of silence"],
    ]);
  });

  test("a stream that ends without goodbye is SUSPECT at once, LOST from the last frame, cause kept", () => {
    const { changes } = run(joining(0), [
      [0, started],
      [900, frame],
      [1_300, ended],
      ...checks(1_400, 9_000),
    ]);
    expect(changes.slice(1)).toEqual([
      {
        at: 1_300,
        previous: AgentLiveness.ALIVE,
        liveness: AgentLiveness.SUSPECT,
        cause: LivenessCause.STREAM_ENDED,
        evidence: "stream ended without goodbye, last frame 0.4 s before",
      },
      {
        at: 6_900,
        previous: AgentLiveness.SUSPECT,
        liveness: AgentLiveness.LOST,
        cause: LivenessCause.STREAM_ENDED,
        evidence: "no frame for 6 s, lost-after is 6 s; the stream has ended",
      },
    ]);
  });

  test("a frame of a stream that has ended changes nothing", () => {
    const { state, changes } = run(joining(0), [
      [0, started],
      [10, ended],
      [20, frame],
    ]);
    expect(changes).toHaveLength(2);
    expect(state.liveness).toBe(AgentLiveness.SUSPECT);
  });

  test("an agent that was SUSPECT when its stream ended keeps the first cause", () => {
    const { changes } = run(joining(0), [
      [0, started],
      [4_000, check],
      [4_500, ended],
      [6_000, check],
    ]);
    expect(changes.map(({ cause }) => cause)).toEqual([
      LivenessCause.SESSION_STARTED,
      LivenessCause.MISSED_HEARTBEATS,
      LivenessCause.MISSED_HEARTBEATS,
    ]);
  });

  test("goodbye is LEFT, once, and nothing follows", () => {
    const { state, changes } = run(joining(0), [
      [0, started],
      [10, { kind: "goodbye", reason: "done" }],
      [11, ended],
      [12, { kind: "goodbye", reason: "again" }],
      ...checks(100, 20_000),
    ]);
    expect(changes.slice(1)).toEqual([
      {
        at: 10,
        previous: AgentLiveness.ALIVE,
        liveness: AgentLiveness.LEFT,
        cause: LivenessCause.GOODBYE,
        evidence: "goodbye: done",
      },
    ]);
    expect(nextCheckMs(state, timing)).toBeUndefined();
  });

  test("a violation is SUSPECT with what the agent did, then LOST with the same cause", () => {
    const { changes } = run(joining(0), [
      [0, started],
      [10, { kind: "ended", violation: "second hello" }],
      [6_000, check],
    ]);
    expect(changes.slice(1).map(({ liveness, cause }) => [liveness, cause])).toEqual([
      [AgentLiveness.SUSPECT, LivenessCause.PROTOCOL_VIOLATION],
      [AgentLiveness.LOST, LivenessCause.PROTOCOL_VIOLATION],
    ]);
    expect(changes[1]!.evidence).toBe("closed by the server: second hello");
  });

  test.each([AgentLiveness.ALIVE, AgentLiveness.SUSPECT, AgentLiveness.JOINING])(
    "recorded %d when the server started: one lost-after from then, then LOST",
    (liveness) => {
      const from = past(liveness, LivenessCause.MISSED_HEARTBEATS, 1_000);
      const { changes } = run(from, checks(1_000, 30_000));
      expect(changes).toEqual([
        {
          at: 7_000,
          previous: liveness,
          liveness: AgentLiveness.LOST,
          cause: LivenessCause.SERVER_RESTARTED,
          evidence: "not back 6 s after the server's start, lost-after is 6 s",
        },
      ]);
    },
  );

  test.each([LivenessCause.TERMINATED, LivenessCause.CREDENTIAL_REVOKED])(
    "cut off with cause %d",
    (cause) => {
      for (const from of [joining(0), past(AgentLiveness.SUSPECT, cause, 0)]) {
        const { state, changes } = run(from, [[7, { kind: "cut", cause, evidence: "why" }]]);
        expect(changes).toEqual([
          { at: 7, previous: from.liveness, liveness: AgentLiveness.LEFT, cause, evidence: "why" },
        ]);
        expect(nextCheckMs(state, timing)).toBeUndefined();
      }
    },
  );
});
