// Transactions that count: each that lands raises the head, is on disk, and is vouched for by the stamp
// before anybody hears of it.
import { performance } from "node:perf_hooks";
import type { DatabaseSync } from "node:sqlite";
import { diskFailure, type Failure } from "./disk.ts";
import { STAMP_SYNC_MS } from "./limits.ts";
import type { StampWriter } from "./stamp.ts";
import type { Statements } from "./statements.ts";

export interface Ledger {
  /** The newest revision, that of the running transaction included. */
  head(): number;
  /** Takes the next revision, within a transaction. */
  nextRev(): number;
  /** Runs `body` in a transaction, which lands unless it answers false. */
  durably(now: number, body: () => boolean): Failure | undefined;
  /** Syncs the stamp if it has been written for long enough. */
  syncStamp(): void;
}

export function createLedger(db: DatabaseSync, statements: Statements, stamp: StampWriter): Ledger {
  let head = statements.head();
  let stampWritten = head;
  let stampSynced = head;
  let stampSyncedAt = performance.now();

  function syncStamp(): void {
    if (stampWritten === stampSynced) return;
    if (performance.now() - stampSyncedAt < STAMP_SYNC_MS) return;
    stamp.sync();
    stampSynced = stampWritten;
    stampSyncedAt = performance.now();
  }

  return {
    head: () => head,
    nextRev: () => ++head,
    syncStamp,
    durably(now, body) {
      const before = head;
      let committing = false;
      try {
        db.exec("BEGIN IMMEDIATE");
        if (!body()) {
          db.exec("ROLLBACK");
          return undefined;
        }
        if (head > before) statements.insertHistory(head, now);
        committing = true;
        db.exec("COMMIT");
        stamp.write(head);
        stampWritten = head;
        syncStamp();
        return undefined;
      } catch (error) {
        head = before;
        const failure = diskFailure(db, error, committing);
        if (!failure.fatal) statements.rolledBack();
        return failure;
      }
    },
  };
}
