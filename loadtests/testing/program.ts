// A program of this folder as a test sees it: what it prints, how it ends and what it leaves behind.
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";

/** Starts `loadtests/FILE` in a process group of its own, with its scratch files in the folder. */
export function started(file: string, folder: string, args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [join(import.meta.dirname, "..", file), ...args], {
    detached: true,
    env: { ...process.env, TMPDIR: folder, NODE_OPTIONS: "" },
  });
}

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export async function ended(child: ChildProcess): Promise<Ended> {
  let stdout = "";
  let stderr = "";
  child.stdout!.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr!.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  const status = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { status, stdout, stderr };
}

/** Whether processes are left of the child's group. */
export function leftOf(child: ChildProcess): boolean {
  try {
    return process.kill(-child.pid!, 0);
  } catch {
    return false;
  }
}
