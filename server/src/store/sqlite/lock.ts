// One process per database. The lock is the system's, on a file of its own, so that it goes when its
// process goes, however that ended; who holds it is written beside it.
import { openSync, closeSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { DatabaseSync } from "node:sqlite";
import { StoreError } from "../store.ts";

export interface Lock {
  release(): void;
}

/** Fails with UNAVAILABLE and the holder's process id and host. */
export function takeLock(databasePath: string): Lock {
  const lockPath = `${databasePath}.lock`;
  const ownerPath = `${databasePath}.owner`;
  createPrivate(lockPath);
  const db = new DatabaseSync(lockPath);
  try {
    db.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
  } catch (error) {
    db.close();
    const owner = existsSync(ownerPath)
      ? readFileSync(ownerPath, "utf8").trim()
      : "an unnamed process";
    throw new StoreError(
      "UNAVAILABLE",
      `the database ${databasePath} is in use by ${owner}; stop it first, or choose another data folder`,
      { cause: error },
    );
  }
  writeFileSync(ownerPath, `process ${process.pid} on host ${hostname()}\n`, { mode: 0o600 });
  return {
    release() {
      rmSync(ownerPath, { force: true });
      db.close();
    },
  };
}

/**
 * Creates the file for its owner alone. An existing one is not even opened: closing it again would
 * drop the locks that this process may hold on it.
 */
export function createPrivate(path: string): void {
  if (!existsSync(path)) closeSync(openSync(path, "a", 0o600));
}
