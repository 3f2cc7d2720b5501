// The seal: a checksum of what no row's own covers, namely how the tables are made and the row of facts
// about the whole. A bit that flips there would make look-ups miss records, or history seem to reach
// further back than it does, and SQLite's own check would call that good.
import type { DatabaseSync } from "node:sqlite";
import { rowCrc } from "./statements.ts";

/** The first format of which every database is sealed. */
export const SEALED_FORMAT = 2;

/** Whether tables and facts are as they were when they were sealed. */
export function isSealIntact(db: DatabaseSync): boolean {
  return storedSeal(db) === currentSeal(db);
}

/** To be called in each transaction that changes them; writes nothing where nothing has changed. */
export function renewSeal(db: DatabaseSync): void {
  const seal = currentSeal(db);
  if (storedSeal(db) === seal) return;
  db.prepare("INSERT OR REPLACE INTO _meta (key, value) VALUES ('seal', ?)").run(seal);
}

function storedSeal(db: DatabaseSync): unknown {
  return db.prepare("SELECT value FROM _meta WHERE key = 'seal'").get()?.["value"];
}

function currentSeal(db: DatabaseSync): number {
  // quoted, so that a text whose type flipped to bytes is another one; statistics are the operator's to gather
  const tables = db.prepare(`SELECT quote(type), quote(name), quote(tbl_name), quote(sql)
    FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%' ORDER BY name`);
  const facts = db.prepare(
    "SELECT quote(key), quote(value) FROM _meta WHERE key <> 'seal' ORDER BY key",
  );
  const rows = [...tables.all(), ...facts.all()];
  return rowCrc(...rows.flatMap((row) => Object.values(row) as string[]));
}
