// The tables. One per kind, named like it; ours begin with an underscore.
import type { DatabaseSync } from "node:sqlite";
import type { KindSpec } from "./kinds.ts";

/** "MESH", in the header of the file. */
export const APPLICATION_ID = 0x4d455348;
/** Raised when the tables change in a way that an older Meshwork would misread. */
export const FORMAT_VERSION = 2;

/** The generated column of an indexed field. */
export function fieldColumn(field: string): string {
  return `"f_${field}"`;
}

/**
 * Creates what is missing; existing rows are indexed by the way. Where all is there it writes nothing,
 * so that a database on a full disk can still be opened and read.
 */
export function createTables(db: DatabaseSync, kinds: readonly KindSpec[]): void {
  if (db.prepare("PRAGMA user_version").get()?.["user_version"] !== FORMAT_VERSION) {
    db.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${FORMAT_VERSION}`);
  }
  db.exec(`
    CREATE TABLE IF NOT EXISTS _meta (key TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;
    -- the newest schema of which a record may exist
    CREATE TABLE IF NOT EXISTS _kinds (name TEXT PRIMARY KEY, schema INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    -- one row per transaction: its last revision and time; the newest row is the head
    CREATE TABLE IF NOT EXISTS _history (rev INTEGER PRIMARY KEY, at INTEGER NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS _log (
      rev INTEGER NOT NULL, seq INTEGER NOT NULL, kind TEXT NOT NULL, id TEXT NOT NULL,
      version INTEGER NOT NULL, op TEXT NOT NULL, schema INTEGER NOT NULL, doc TEXT, crc INTEGER NOT NULL,
      PRIMARY KEY (rev, seq)
    ) STRICT, WITHOUT ROWID;
    -- outcomes of requests, by idempotency key
    CREATE TABLE IF NOT EXISTS _commits (
      rev INTEGER PRIMARY KEY, at INTEGER NOT NULL, key TEXT NOT NULL UNIQUE,
      hash BLOB NOT NULL, reply BLOB NOT NULL, crc INTEGER NOT NULL
    ) STRICT;
  `);
  for (const kind of kinds) createKind(db, kind);
}

function createKind(db: DatabaseSync, kind: KindSpec): void {
  const { name } = kind;
  db.exec(`
    CREATE TABLE IF NOT EXISTS "${name}" (
      id TEXT NOT NULL PRIMARY KEY, version INTEGER NOT NULL, _op TEXT NOT NULL,
      _schema INTEGER NOT NULL, deletedAt INTEGER, doc TEXT, _crc INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS "_${name}#deleted" ON "${name}" (deletedAt) WHERE deletedAt IS NOT NULL;
  `);
  const existing = new Set(
    db
      .prepare(`SELECT name FROM pragma_table_xinfo(?)`)
      .all(name)
      .map((row) => row["name"]),
  );
  const combinations = kind.indexes.map((fields) => [...fields]);
  if (kind.expireAt !== undefined) combinations.push([kind.expireAt]);
  for (const field of new Set(combinations.flat())) {
    if (!existing.has(`f_${field}`)) {
      db.exec(
        `ALTER TABLE "${name}" ADD COLUMN ${fieldColumn(field)} ANY AS (${fieldValue(field)}) VIRTUAL`,
      );
    }
  }
  const wanted = new Map(
    combinations.map((fields) => [
      `_${name}:${fields.join(",")}`,
      `(${fields.map(fieldColumn).join(", ")}, id)`,
    ]),
  );
  const indexes = db
    .prepare(`SELECT name FROM pragma_index_list(?) WHERE origin = 'c'`)
    .all(name)
    .map((row) => row["name"] as string);
  for (const index of indexes) {
    if (index.startsWith(`_${name}:`) && !wanted.has(index)) db.exec(`DROP INDEX "${index}"`);
  }
  for (const [index, columns] of wanted) {
    db.exec(
      `CREATE INDEX IF NOT EXISTS "${index}" ON "${name}" ${columns} WHERE deletedAt IS NULL`,
    );
  }
}

/**
 * A date is its milliseconds. A missing value is minus infinity, which no document can hold: it sorts
 * first, and pages go on behind it by a plain comparison, which NULL would not allow.
 */
function fieldValue(field: string): string {
  const path = `$."${field}"`;
  return `ifnull(CASE json_type(doc, '${path}')
    WHEN 'object' THEN json_extract(doc, '${path}."$date"')
    WHEN 'array' THEN NULL
    ELSE json_extract(doc, '${path}') END, -9e999)`;
}
