// Where processes may run. On a core shared by server and load, each pays for its own wake-ups.
import { spawnSync } from "node:child_process";

/** The cores that this process was given, as `taskset` writes them; undefined where it cannot tell. */
const given = readAffinity();

/** Whether `onOneCore` can keep its word here. */
export const canPin = given !== undefined;

/** Runs `work` with this process, and every process that it starts meanwhile, on one core. */
export async function onOneCore<T>(work: () => Promise<T>): Promise<T> {
  if (given === undefined) return await work();
  setAffinity(given.split(/[,-]/)[0]!);
  try {
    return await work();
  } finally {
    setAffinity(given);
  }
}

function readAffinity(): string | undefined {
  const { status, stdout } = spawnSync("taskset", ["-c", "-p", String(process.pid)]);
  return status === 0 ? /:\s*([\d,-]+)\s*$/.exec(stdout.toString())?.[1] : undefined;
}

function setAffinity(cores: string): void {
  const { status, stderr } = spawnSync("taskset", ["-a", "-c", "-p", cores, String(process.pid)]);
  if (status !== 0) throw new Error(`taskset refuses cores ${cores}: ${stderr.toString().trim()}`);
}
