// Where and on what a run was made.
import { execFileSync } from "node:child_process";
import { cpus, totalmem } from "node:os";
import { canPin } from "../processes/affinity.ts";

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly platform: string;
  readonly node: string;
  /** Of the working tree; "+" where it holds more than that. "unknown" outside a clone. */
  readonly commit: string;
  /** Whether server and load were held on one core. */
  readonly pinned: boolean;
}

/** Describes this machine and working tree. */
export function machine(): Machine {
  return {
    cpu: cpus()[0]?.model ?? "unknown",
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
    commit: commit(),
    pinned: canPin,
  };
}

function commit(): string {
  const git = (...args: string[]): string =>
    execFileSync("git", args, { cwd: import.meta.dirname, stdio: ["ignore", "pipe", "ignore"] })
      .toString()
      .trim();
  try {
    const changed = git("--no-optional-locks", "status", "--porcelain") !== "";
    return git("rev-parse", "--short=12", "HEAD") + (changed ? "+" : "");
  } catch {
    // An archive has no history; the run is worth as much.
    return "unknown";
  }
}
