// Which process it is: ids are used again, an id with the time of its start is not.
import { readFileSync } from "node:fs";

/** A process that nothing else is, until the machine starts anew. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Ticks since the machine's start, as /proc tells them. */
  readonly startTime: string;
  /** Made at each start of the machine. */
  readonly bootId: string;
}

/** Fields of /proc/PID/stat after the name in parentheses, which may hold anything. */
const STATE = 0;
const START_TIME = 19;

/** The process that has the id now; undefined where none runs, as a zombie does not. */
export function identityOf(pid: number): ProcessIdentity | undefined {
  const fields = statOf(pid);
  const state = fields?.[STATE];
  const startTime = fields?.[START_TIME];
  if (startTime === undefined || state === "Z" || state === "X") return undefined;
  return { pid, startTime, bootId: bootId() };
}

/** Whether the process still runs. */
export function isRunning({ pid, startTime, bootId: known }: ProcessIdentity): boolean {
  const now = identityOf(pid);
  return now?.startTime === startTime && now.bootId === known;
}

/** Sends a signal to all of the process's group; false where nothing is left of it. */
export function signalGroup(identity: ProcessIdentity, signal: NodeJS.Signals): boolean {
  const { pid, startTime } = identity;
  // The id is another's now, and so is its group. While one of the group is left, that cannot be.
  if ((statOf(pid)?.[START_TIME] ?? startTime) !== startTime) return false;
  try {
    process.kill(-pid, signal);
    return true;
  } catch {
    return false;
  }
}

function statOf(pid: number): readonly string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}

let boot: string | undefined;
function bootId(): string {
  return (boot ??= readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim());
}
