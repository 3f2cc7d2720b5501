// Runs a whole program of this folder: however it ends, what it started and wrote goes with it.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endAll } from "./children.ts";

/**
 * Runs `work` with an empty folder of its own and ends the process: 0 when all was well, 1 when it
 * threw, which goes to stderr, or was not done after `limitMs`, and 130 or 143 when it was interrupted.
 */
export function run(name: string, limitMs: number, work: (scratch: string) => Promise<void>): void {
  const scratch = mkdtempSync(join(tmpdir(), `meshwork-${name}-`));
  let leaving = false;

  /** The first reason to leave decides. */
  function leave(exitCode: number, reason?: string): void {
    if (leaving) return;
    leaving = true;
    if (reason !== undefined) process.stderr.write(`${reason}\n`);
    void endAll().then(() => process.exit(exitCode));
  }

  process.on("exit", () => rmSync(scratch, { recursive: true, force: true, maxRetries: 5 }));
  process.on("SIGINT", () => leave(130, "interrupted"));
  process.on("SIGTERM", () => leave(143, "terminated"));
  setTimeout(() => leave(1, `not done after ${limitMs} ms: given up`), limitMs).unref();
  work(scratch).then(
    () => leave(0),
    (error: unknown) => leave(1, error instanceof Error ? error.message : String(error)),
  );
}
