// The writer's prepared statements, as plain calls.
import type { DatabaseSync } from "node:sqlite";
import { crc32 } from "node:zlib";
import type { RecordState } from "./judge.ts";
import type { KindSpec } from "./kinds.ts";

export interface Outcome {
  readonly requestHash: Uint8Array;
  readonly reply: Uint8Array;
}

export interface Statements {
  head(): number;
  epoch(): string;
  state(kind: number, id: string): RecordState | undefined;
  /** Without `json` it writes a tombstone. */
  put(
    kind: number,
    id: string,
    version: number,
    op: string,
    json: string | undefined,
    now: number,
  ): void;
  erase(kind: number, id: string): void;
  /** Answers whether there was one; a tombstone is none. */
  eraseLive(kind: number, id: string): boolean;
  log(
    rev: number,
    seq: number,
    kind: number,
    id: string,
    version: number,
    op: string,
    json: string | undefined,
  ): void;
  insertHistory(rev: number, now: number): void;
  outcome(key: string): Outcome | undefined;
  insertOutcome(rev: number, now: number, outcome: Outcome & { readonly key: string }): void;
  /** Has to be told when a transaction did not land. */
  rolledBack(): void;
}

export function createStatements(db: DatabaseSync, kinds: readonly KindSpec[]): Statements {
  const perKind = kinds.map(({ name }) => ({
    state: db.prepare(`SELECT version, deletedAt IS NULL AS live FROM "${name}" WHERE id = ?`),
    put: db.prepare(`INSERT INTO "${name}" (id, version, _op, _schema, deletedAt, doc, _crc)
      VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET version = excluded.version,
      _op = excluded._op, _schema = excluded._schema, _crc = excluded._crc,
      deletedAt = excluded.deletedAt, doc = excluded.doc`),
    erase: db.prepare(`DELETE FROM "${name}" WHERE id = ?`),
    eraseLive: db.prepare(`DELETE FROM "${name}" WHERE id = ? AND deletedAt IS NULL`),
  }));
  const head = db.prepare("SELECT max(rev) AS rev FROM _history");
  const epoch = db.prepare("SELECT value FROM _meta WHERE key = 'epoch'");
  const log = db.prepare("INSERT INTO _log VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const history = db.prepare("INSERT INTO _history VALUES (?, ?)");
  const outcome = db.prepare("SELECT hash, reply FROM _commits WHERE key = ?");
  const insertOutcome = db.prepare(
    "INSERT INTO _commits (rev, at, key, hash, reply, crc) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const mark = createSchemaMark(db, kinds);
  return {
    head: () => Number(head.get()?.["rev"] ?? 0),
    epoch: () => String(epoch.get()?.["value"]),
    state(kind, id) {
      const row = perKind[kind]!.state.get(id);
      return row && { version: row["version"] as number, live: row["live"] === 1 };
    },
    put(kind, id, version, op, json, now) {
      const { schema } = kinds[kind]!;
      mark.raise(kind);
      const deletedAt = json === undefined ? now : null;
      const doc = json ?? null;
      const crc = rowCrc(id, version, op, schema, deletedAt, doc);
      perKind[kind]!.put.run(id, version, op, schema, deletedAt, doc, crc);
    },
    erase: (kind, id) => void perKind[kind]!.erase.run(id),
    eraseLive: (kind, id) => perKind[kind]!.eraseLive.run(id).changes === 1,
    log(rev, seq, kind, id, version, op, json) {
      const { name, schema } = kinds[kind]!;
      const row = [rev, seq, name, id, version, op, schema, json ?? null] as const;
      log.run(...row, rowCrc(...row));
    },
    insertHistory: (rev, now) => void history.run(rev, now),
    outcome(key) {
      const row = outcome.get(key);
      return row && { requestHash: row["hash"] as Uint8Array, reply: row["reply"] as Uint8Array };
    },
    insertOutcome: (rev, now, { key, requestHash, reply }) =>
      void insertOutcome.run(
        rev,
        now,
        key,
        requestHash,
        reply,
        rowCrc(rev, key, requestHash, reply),
      ),
    rolledBack() {
      mark.reset();
    },
  };
}

/** Of a row's values: finds bits that flipped inside them, which SQLite's own check passes over. */
export function rowCrc(...values: readonly (string | number | Uint8Array | null)[]): number {
  return values.reduce<number>((crc, value) => {
    return crc32(typeof value === "number" ? String(value) : (value ?? ""), crc);
  }, 0);
}

/** Notes the newest schema written, for an older Meshwork to refuse the database by. */
function createSchemaMark(db: DatabaseSync, kinds: readonly KindSpec[]) {
  const read = db.prepare("SELECT schema FROM _kinds WHERE name = ?");
  const write = db.prepare("INSERT OR REPLACE INTO _kinds VALUES (?, ?)");
  const stored = () => kinds.map(({ name }) => Number(read.get(name)?.["schema"] ?? 0));
  let marked = stored();
  return {
    raise(kind: number) {
      const { name, schema } = kinds[kind]!;
      if (marked[kind]! >= schema) return;
      write.run(name, schema);
      marked[kind] = schema;
    },
    reset() {
      marked = stored();
    },
  };
}
