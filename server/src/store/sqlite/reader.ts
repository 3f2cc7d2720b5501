// The reading half of the engine: a connection of its own on the main thread. A point read is cheaper
// than a message to another thread, and in WAL mode no read waits for a write or its fsync.
import { DatabaseSync, type StatementSync } from "node:sqlite";
import {
  type AnyKind,
  type Event,
  type Kind,
  type Rec,
  type Replay,
  StoreError,
} from "../store.ts";
import { decodeDoc } from "./codec.ts";
import type { KindTable } from "./kinds.ts";
import { BATCH_EVENTS_MAX, READ_BYTES_MAX } from "./limits.ts";
import { type AnyCount, type AnyQuery, planCount, planQuery } from "./query.ts";

export interface Reader {
  readonly epoch: string;
  head(): number;
  get<T extends object>(kind: Kind<T>, id: string): Rec<T> | undefined;
  /** All of one snapshot. */
  getMany<T extends object>(kind: Kind<T>, ids: readonly string[]): (Rec<T> | undefined)[];
  list<T extends object>(
    kind: Kind<T>,
    query: AnyQuery,
  ): { readonly items: Rec<T>[]; readonly next?: string; readonly rev: number };
  count(kind: AnyKind, query: AnyCount, max: number): number;
  replay(key: string): Replay | undefined;
  /** Whole commits after `rev`, oldest first; fails with OUT_OF_RANGE when some are gone. */
  history(kinds: readonly AnyKind[], rev: number): HistoryPart;
  close(): void;
}

export interface HistoryPart {
  readonly events: readonly Event[];
  /** Up to where it goes. */
  readonly rev: number;
  /** Whether that is the head. */
  readonly complete: boolean;
}

export function openReader(path: string, kinds: KindTable): Reader {
  const db = new DatabaseSync(path, { readOnly: true, timeout: 5000 });
  const statements = new Map<string, StatementSync>();
  const prepare = (sql: string): StatementSync => {
    let statement = statements.get(sql);
    if (statement === undefined) {
      // queries are built from declared fields, so there are few; still, a bound costs nothing
      if (statements.size >= STATEMENTS_MAX) statements.clear();
      statement = db.prepare(sql);
      statements.set(sql, statement);
    }
    return statement;
  };
  const head = () => Number(prepare("SELECT max(rev) AS rev FROM _history").get()?.["rev"] ?? 0);
  const snapshot = <T>(body: () => T): T => {
    db.exec("BEGIN");
    try {
      return body();
    } finally {
      db.exec("COMMIT");
    }
  };
  const get = <T extends object>(kind: Kind<T>, id: string): Rec<T> | undefined => {
    const { name } = kinds.specs[kinds.indexOf(kind)]!;
    const row = prepare(
      `SELECT id, version, _op, _schema, doc FROM "${name}" WHERE id = ? AND deletedAt IS NULL`,
    ).get(id);
    return row && toRecord(kind, row as unknown as Row);
  };
  return {
    epoch: String(db.prepare("SELECT value FROM _meta WHERE key = 'epoch'").get()?.["value"]),
    head,
    get,
    getMany: (kind, ids) => snapshot(() => ids.map((id) => get(kind, id))),
    list<T extends object>(kind: Kind<T>, query: AnyQuery) {
      const plan = planQuery(kinds.specs[kinds.indexOf(kind)]!, query);
      return snapshot(() => {
        const rev = head();
        const items: Rec<T>[] = [];
        let bytes = 0;
        let last: Row | undefined;
        for (const found of prepare(plan.sql).iterate(...plan.values)) {
          const row = found as unknown as Row;
          const full = items.length === query.limit || bytes >= READ_BYTES_MAX;
          if (full && last !== undefined) return { items, next: plan.token(last), rev };
          items.push(toRecord(kind, row));
          bytes += row.doc.length;
          last = row;
        }
        return { items, rev };
      });
    },
    count(kind: AnyKind, query: AnyCount, max: number) {
      const plan = planCount(kinds.specs[kinds.indexOf(kind)]!, query, max);
      return Number(prepare(plan.sql).get(...plan.values)!["found"]);
    },
    replay(key) {
      const row = prepare("SELECT hash, reply FROM _commits WHERE key = ?").get(key);
      return row && { requestHash: row["hash"] as Uint8Array, reply: row["reply"] as Uint8Array };
    },
    history: (wanted, rev) => snapshot(() => readHistory(prepare, kinds, wanted, rev, head())),
    close() {
      db.close();
    },
  };
}

const STATEMENTS_MAX = 500;

interface Row {
  readonly id: string;
  readonly version: number;
  readonly _op: string;
  readonly _schema: number;
  readonly doc: string;
  readonly sort?: string | number;
}

function toRecord<T extends object>(kind: Kind<T>, row: Row): Rec<T> {
  const doc = currentDoc(kind, row._schema, row.doc) as T;
  return { id: row.id, version: row.version, writeId: row._op, doc };
}

/** Decodes a document, brought up to the kind's schema. */
export function currentDoc(kind: AnyKind, schema: number, json: string): object {
  const doc = decodeDoc(json);
  if (schema === kind.schema) return doc;
  if (kind.upgrade !== undefined) return kind.upgrade(doc, schema);
  throw new StoreError(
    "INVALID",
    `kind "${kind.name}" has no upgrade for records of schema ${schema}`,
  );
}

function readHistory(
  prepare: (sql: string) => StatementSync,
  kinds: KindTable,
  wanted: readonly AnyKind[],
  rev: number,
  head: number,
): HistoryPart {
  const floor = Number(
    prepare("SELECT value FROM _meta WHERE key = 'floor'").get()?.["value"] ?? 0,
  );
  if (rev < floor) {
    throw new StoreError(
      "OUT_OF_RANGE",
      `history before revision ${floor} is gone, ${rev} was asked for; list again`,
    );
  }
  const rows = prepare(`SELECT rev, kind, id, version, op, schema, doc FROM _log
    WHERE rev > ? AND kind IN (SELECT value FROM json_each(?)) ORDER BY rev, seq`);
  const events: Event[] = [];
  let bytes = 0;
  let last = rev;
  for (const row of rows.iterate(rev, JSON.stringify(wanted.map(({ name }) => name)))) {
    const full = events.length >= BATCH_EVENTS_MAX || bytes >= READ_BYTES_MAX;
    if (full && row["rev"] !== last) return { events, rev: last, complete: false };
    last = Number(row["rev"]);
    const kind = kinds.named(String(row["kind"]))!;
    const json = row["doc"] as string | null;
    bytes += json?.length ?? 0;
    events.push({
      kind: kind.name,
      id: row["id"] as string,
      version: row["version"] as number,
      writeId: row["op"] as string,
      ...(json === null ? {} : { doc: currentDoc(kind, row["schema"] as number, json) }),
    });
  }
  return { events, rev: head, complete: true };
}
