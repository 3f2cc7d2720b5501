// What a failing or full disk means for the commits at hand.
import { statfsSync } from "node:fs";
import { dirname } from "node:path";
import { performance } from "node:perf_hooks";
import type { DatabaseSync } from "node:sqlite";
import { FREE_SPACE_CHECK_MS } from "./limits.ts";
import type { EngineConfig, WriteFailure } from "./protocol.ts";

export interface Failure extends WriteFailure {
  /** The database cannot be trusted until it has been opened anew. */
  readonly fatal: boolean;
}

export const SQLITE_BUSY = 5;
const SQLITE_FULL = 13;

/** SQLite's code of an error, without its detail, which is above the low byte; 0 for any other error. */
export function sqliteCode(error: unknown): number {
  return ((error as { errcode?: number }).errcode ?? 0) & 0xff;
}

/**
 * Ends the transaction that failed. SQLITE_FULL comes from a write that found no room, before
 * anything was synced; SQLITE_BUSY from a BEGIN that waited in vain: nothing was written. Any other
 * failure of a COMMIT may have left the whole of it in the log.
 */
export function diskFailure(db: DatabaseSync, error: unknown, committing: boolean): Failure {
  const message = error instanceof Error ? error.message : String(error);
  const code = sqliteCode(error);
  try {
    if (db.isTransaction) db.exec("ROLLBACK");
  } catch {
    return { code: "UNKNOWN_OUTCOME", message: `the disk failed: ${message}`, fatal: true };
  }
  if (code === SQLITE_FULL) {
    const text = "the disk is full; nothing was written; make room, then try again";
    return { code: "EXHAUSTED", message: text, fatal: false };
  }
  if (committing) {
    return { code: "UNKNOWN_OUTCOME", message: `a commit failed: ${message}`, fatal: true };
  }
  const fatal = code !== SQLITE_BUSY;
  return { code: "UNAVAILABLE", message: `the database failed: ${message}`, fatal };
}

/** Answers the refusal for writes while the disk has less room than wanted. */
export function createDiskCheck(
  config: Pick<EngineConfig, "path" | "freeBytesMin">,
): () => WriteFailure | undefined {
  const folder = dirname(config.path);
  let checked = -Infinity;
  let refusal: WriteFailure | undefined;
  return () => {
    const time = performance.now();
    if (time - checked < FREE_SPACE_CHECK_MS) return refusal;
    checked = time;
    const { bavail, bsize } = statfsSync(folder);
    const free = bavail * bsize;
    const message = `${folder} has ${free} bytes free, fewer than the ${config.freeBytesMin} kept free; make room`;
    refusal = free < config.freeBytesMin ? { code: "EXHAUSTED", message } : undefined;
    return refusal;
  };
}
