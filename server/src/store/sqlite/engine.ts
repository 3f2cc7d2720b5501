// The writing half of the engine: one connection, one transaction per group of commits. It runs in
// the writer's thread and is synchronous; nothing is answered before COMMIT and stamp are written.
import { DatabaseSync } from "node:sqlite";
import { createDiskCheck, type Failure } from "./disk.ts";
import { createJudge, type Judge } from "./judge.ts";
import { createLedger, type Ledger } from "./ledger.ts";
import { CHECKPOINT_PAGES } from "./limits.ts";
import type {
  EngineConfig,
  Swept,
  Write,
  WriteCommit,
  WriteFailure,
  WriteResult,
} from "./protocol.ts";
import { createTables } from "./schema.ts";
import { renewSeal } from "./seal.ts";
import { openStamp } from "./stamp.ts";
import { createStatements, type Statements } from "./statements.ts";
import { sweepExpired, sweepOld } from "./sweep.ts";

export interface Engine {
  /** Judges and writes all of the group; one result for each write, in order. */
  write(writes: readonly Write[], now: number): Written;
  /** Removes a bounded number of old rows. */
  sweep(now: number): Sweep;
  /** Copies the log into the database and closes it. */
  close(): void;
}

export interface Written {
  readonly results: readonly WriteResult[];
  /** Set when the disk failed us: the results say what is unknown, the engine is of no more use. */
  readonly fatal?: string;
}

export interface Sweep {
  readonly swept: Swept | undefined;
  /** Whether another call would find some. */
  readonly more: boolean;
  readonly fatal?: string;
}

/** Creates or opens the database, which must have passed `inspectDatabase`. */
export function openEngine(config: EngineConfig): Engine {
  const db = openDatabase(config);
  const statements = createStatements(db, config.kinds);
  const stamp = openStamp(config.path, statements.epoch(), statements.head());
  const ledger = createLedger(db, statements, stamp);
  const diskFull = createDiskCheck(config);
  return {
    write(writes, now) {
      const full = diskFull();
      let results: WriteResult[] = [];
      const failure = ledger.durably(now, () => {
        const before = ledger.head();
        results = writeGroup({ config, statements, ledger, now }, writes, full);
        return ledger.head() > before;
      });
      return failure ? failAll(failure, writes.length) : { results };
    },
    sweep(now) {
      let swept: Swept | undefined;
      let more = false;
      const failure = ledger.durably(now, () => {
        const expired = sweepExpired(db, config, statements, ledger.head() + 1, now);
        if (expired.removed > 0) swept = { rev: ledger.nextRev(), events: expired.events };
        const old = sweepOld(db, config, now);
        more = expired.more || old.more;
        return expired.removed + old.removed > 0;
      });
      if (failure) {
        const nothing = { swept: undefined, more: false };
        return failure.fatal ? { ...nothing, fatal: failure.message } : nothing;
      }
      ledger.syncStamp();
      return { swept, more };
    },
    close() {
      db.close();
      stamp.sync();
      stamp.close();
    },
  };
}

function openDatabase(config: EngineConfig): DatabaseSync {
  const db = new DatabaseSync(config.path, { timeout: BUSY_MS });
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${config.synchronous};
    PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}; PRAGMA cache_size = -65536;
    BEGIN IMMEDIATE`);
  try {
    createTables(db, config.kinds);
    if (config.newEpoch !== undefined) beginEpoch(db, config.newEpoch);
    renewSeal(db);
    db.exec("COMMIT");
  } catch (error) {
    db.close();
    throw error;
  }
  return db;
}

/** How long somebody else, such as an operator's shell, may hold the database up. */
const BUSY_MS = 5000;

interface Transaction {
  readonly config: EngineConfig;
  readonly statements: Statements;
  readonly ledger: Ledger;
  readonly now: number;
}

/** Revisions go to those that take effect. */
function writeGroup(
  transaction: Transaction,
  writes: readonly Write[],
  full: WriteFailure | undefined,
): WriteResult[] {
  const { config, statements, ledger, now } = transaction;
  const judge = createJudge(
    config.kinds,
    (kind, id) => statements.state(kind, id),
    (kind, id) => statements.eraseLive(kind, id),
  );
  const results = writes.map((write): WriteResult => {
    if ("erase" in write) {
      // allowed on a full disk, as it is what makes room
      const count = write.ids.filter((id) => judge.erase(write.erase, id)).length;
      return { rev: count > 0 ? ledger.nextRev() : ledger.head(), versions: [count] };
    }
    const outcome = write.outcome && statements.outcome(write.outcome.key);
    if (outcome !== undefined) return { rev: ledger.head(), versions: [], replayed: outcome };
    return full ?? judge.refusal(write) ?? applyCommit(transaction, judge, write);
  });
  // of a record that changed several times only the last state is written
  judge.touched.forEach((records, kind) => {
    for (const [id, { version, write }] of records) {
      if (write === "erase") statements.erase(kind, id);
      else if (write) statements.put(kind, id, version, write.op, write.json, now);
    }
  });
  return results;
}

function applyCommit(transaction: Transaction, judge: Judge, write: WriteCommit): WriteResult {
  const { config, statements, ledger, now } = transaction;
  const rev = ledger.nextRev();
  const versions = write.changes.map((change, seq) => {
    const version = judge.apply(change, write.writeId);
    if (version > 0 && config.kinds[change.kind]!.watched) {
      statements.log(rev, seq, change.kind, change.id, version, write.writeId, change.json);
    }
    return version;
  });
  if (write.outcome) statements.insertOutcome(rev, now, write.outcome);
  return { rev, versions };
}

/** What came before is not told to anybody: a cursor from before may stand for lost commits. */
function beginEpoch(db: DatabaseSync, epoch: string): void {
  const set = db.prepare("INSERT OR REPLACE INTO _meta (key, value) VALUES (?, ?)");
  set.run("epoch", epoch);
  const head = db.prepare("SELECT max(rev) AS rev FROM _history").get()?.["rev"];
  set.run("floor", Number(head ?? 0));
}

function failAll({ code, message, fatal }: Failure, count: number): Written {
  const results = Array.from({ length: count }, () => ({ code, message }));
  return fatal ? { results, fatal: message } : { results };
}
