// One process per database. The lock is the system's, on a file of its own, so that it goes when its
// process goes, however that ended; who holds it is written beside it.
import { openSync, closeSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { DatabaseSync } from "node:sqlite";
import { StoreError } from "../store.ts";
import { SQLITE_BUSY, sqliteCode } from "./disk.ts";

export interface Lock {
  release(): void;
}

/**
 * Fails with UNAVAILABLE, and the holder's process id and host where it is another process that stands
 * in the way.
 */
export function takeLock(databasePath: string): Lock {
  const lockPath = `${databasePath}.lock`;
  const ownerPath = `${databasePath}.owner`;
  createPrivate(lockPath);
  const db = new DatabaseSync(lockPath);
  try {
    // without a journal on disk, so that it can be taken on a full one
    db.exec("PRAGMA journal_mode = MEMORY; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
  } catch (error) {
    db.close();
    throw new StoreError("UNAVAILABLE", lockRefusal(databasePath, ownerPath, error), {
      cause: error,
    });
  }
  nameOwner(ownerPath);
  return {
    release() {
      rmSync(ownerPath, { force: true });
      db.close();
    },
  };
}

/** It is only told to others: a disk that has no room for it may still be read. */
function nameOwner(ownerPath: string): void {
  try {
    writeFileSync(ownerPath, `process ${process.pid} on host ${hostname()}\n`, { mode: 0o600 });
  } catch {
    rmSync(ownerPath, { force: true });
  }
}

function lockRefusal(databasePath: string, ownerPath: string, error: unknown): string {
  if (sqliteCode(error) !== SQLITE_BUSY)
    return `the lock ${databasePath}.lock cannot be taken: ${(error as Error).message}`;
  const owner = existsSync(ownerPath)
    ? readFileSync(ownerPath, "utf8").trim()
    : "an unnamed process";
  return `the database ${databasePath} is in use by ${owner}; stop it first, or choose another data folder`;
}

/**
 * Creates the file for its owner alone. An existing one is not even opened: closing it again would
 * drop the locks that this process may hold on it.
 */
export function createPrivate(path: string): void {
  if (!existsSync(path)) closeSync(openSync(path, "a", 0o600));
}
