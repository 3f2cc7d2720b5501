// What liveness has to be, said once more and in another way: not as a state machine, but as a question
// to the list of what happened. It knows nothing of timers and of the code it judges.
import {
  AgentLiveness,
  AgentLivenessSchema,
  LivenessCause,
  LivenessCauseSchema,
} from "@meshwork/gen/mesh/v1/agent";

/** What happened to one agent; times in milliseconds, ascending. */
export interface Facts {
  readonly starts: number[];
  /** Frames that the server received on the newest stream. */
  readonly frames: number[];
  readonly ends: { readonly at: number; readonly how: "closed" | "violation" | "goodbye" }[];
  /** When the server started again; every stream had ended then. */
  readonly restarts: number[];
}

export interface Times {
  readonly intervalMs: number;
  readonly lostAfterMs: number;
  /** How late a deadline may be noticed; it is never noticed early. */
  readonly lateMs: number;
}

/** A liveness with its cause, as text. */
export type Verdict = string;

export const NEVER: Verdict = "never seen";

export function verdict(liveness: AgentLiveness, cause: LivenessCause): Verdict {
  return `${nameOf(liveness)} ${LivenessCauseSchema.value[cause]!.localName}`;
}

/** All that may be on record at `at`: more than one only where a deadline has just passed. */
export function allowed(facts: Facts, at: number, times: Times): readonly Verdict[] {
  const start = last(facts.starts, at);
  const restart = last(facts.restarts, at);
  if (restart !== undefined && (start === undefined || restart > start)) {
    const earlier = { ...facts, restarts: facts.restarts.filter((time) => time < restart) };
    return allowed(earlier, restart, times).flatMap((before) => {
      const there = before.startsWith("ALIVE") || before.startsWith("SUSPECT");
      return there
        ? deadline(at - restart, times.lostAfterMs, times, [before], [lost("SERVER_RESTARTED")])
        : [before];
    });
  }
  if (start === undefined) return [NEVER];
  const end = facts.ends.findLast((one) => one.at >= start && one.at <= at);
  if (end?.how === "goodbye") return ["LEFT GOODBYE"];
  const frames = [
    start,
    ...facts.frames.filter((time) => time >= start && time <= (end?.at ?? at)),
  ];
  const silent = at - frames.at(-1)!;
  const limit = 2 * times.intervalMs;
  if (end === undefined) {
    const suspect = deadline(silent, limit, times, alive(frames, times), [
      "SUSPECT MISSED_HEARTBEATS",
    ]);
    return deadline(silent, times.lostAfterMs, times, suspect, [lost("MISSED_HEARTBEATS")]);
  }
  const cause = end.how === "closed" ? "STREAM_ENDED" : "PROTOCOL_VIOLATION";
  const silentThen = end.at - frames.at(-1)!;
  const causes = deadline(silentThen, limit, times, [cause], ["MISSED_HEARTBEATS"]);
  return causes.flatMap((one) =>
    deadline(silent, times.lostAfterMs, times, [`SUSPECT ${one}`], [lost(one)]),
  );
}

/** How an agent that is heard came to be ALIVE. */
function alive(frames: readonly number[], times: Times): readonly Verdict[] {
  const gaps = frames.slice(1).map((time, index) => time - frames[index]!);
  const longest = Math.max(0, ...gaps);
  const limit = 2 * times.intervalMs;
  return deadline(longest, limit, times, ["ALIVE SESSION_STARTED"], ["ALIVE FRAME_RECEIVED"]);
}

function deadline<T>(
  passed: number,
  limit: number,
  { lateMs }: Times,
  before: readonly T[],
  after: readonly T[],
): readonly T[] {
  if (passed < limit) return before;
  return passed > limit + lateMs ? after : [...before, ...after];
}

function nameOf(liveness: AgentLiveness): string {
  return AgentLivenessSchema.value[liveness]!.localName;
}

function lost(cause: string): Verdict {
  return `LOST ${cause}`;
}

function last(times: readonly number[], at: number): number | undefined {
  return times.findLast((time) => time <= at);
}

/** A transition as it was put on record. */
export interface Recorded {
  readonly version: number;
  readonly previous: AgentLiveness;
  readonly liveness: AgentLiveness;
  readonly cause: LivenessCause;
  readonly changeTime: Date;
  readonly lastSeenTime: Date;
}

/** What is wrong with an agent's records, as sentences: the chain, the times, the ways that exist. */
export function chainFaults(records: readonly Recorded[], times: Times): string[] {
  const faults: string[] = [];
  let before: Recorded | undefined;
  for (const record of records) {
    const name = `${record.version}: ${verdict(record.liveness, record.cause)}`;
    if (record.version !== (before?.version ?? 0) + 1)
      faults.push(`${name} does not follow ${before?.version ?? 0}`);
    if (record.previous !== (before?.liveness ?? AgentLiveness.UNSPECIFIED))
      faults.push(`${name} says that it was ${nameOf(record.previous)}`);
    if (before !== undefined && record.changeTime < before.changeTime)
      faults.push(`${name} goes back in time`);
    const silentMs = record.changeTime.getTime() - record.lastSeenTime.getTime();
    const least = leastSilence(record, times);
    if (silentMs < least) faults.push(`${name} after ${silentMs} ms of silence, at least ${least}`);
    if (record.liveness === AgentLiveness.LOST && before?.liveness === AgentLiveness.LEFT)
      faults.push(`${name} although it had left`);
    before = record;
  }
  return faults;
}

function leastSilence({ liveness, cause }: Recorded, times: Times): number {
  if (liveness === AgentLiveness.LOST) return times.lostAfterMs;
  const missed = liveness === AgentLiveness.SUSPECT && cause === LivenessCause.MISSED_HEARTBEATS;
  return missed ? 2 * times.intervalMs : 0;
}
