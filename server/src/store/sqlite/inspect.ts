// What is looked at before a database is opened for writing. Nothing is changed, so that whoever has
// to repair it finds it as it was.
import { existsSync, statSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { StoreError } from "../store.ts";
import type { KindSpec } from "./kinds.ts";
import { APPLICATION_ID, FORMAT_VERSION } from "./schema.ts";
import { isSealIntact, SEALED_FORMAT } from "./seal.ts";
import { readStamp, stampPath } from "./stamp.ts";
import { rowCrc } from "./statements.ts";

/** "older" is a database below its stamp that the caller accepts. */
export type Finding = "new" | "good" | "older";

/** Fails with INVALID, the path and a cure. */
export function inspectDatabase(
  path: string,
  kinds: readonly KindSpec[],
  acceptOlder: boolean,
): Finding {
  const contents = isEmpty(path) ? undefined : readContents(path, kinds);
  const complaint = compareWithStamp(path, contents);
  if (complaint !== undefined && !acceptOlder) {
    throw new StoreError(
      "INVALID",
      `${complaint}; bring back the newest copy, or go on with this one by ` +
        "`mesh server --accept-older-store`: what is missing stays lost, and all watches begin anew",
    );
  }
  if (contents === undefined) return "new";
  return complaint === undefined ? "good" : "older";
}

interface Contents {
  readonly epoch: string;
  readonly head: number;
}

/** Undefined when the tables were never created. */
function readContents(path: string, kinds: readonly KindSpec[]): Contents | undefined {
  try {
    const db = new DatabaseSync(path, { readOnly: true, timeout: 5000 });
    try {
      return check(db, path, kinds);
    } finally {
      db.close();
    }
  } catch (error) {
    if (error instanceof StoreError) throw error;
    throw damaged(path, error instanceof Error ? error.message : String(error));
  }
}

function check(db: DatabaseSync, path: string, kinds: readonly KindSpec[]): Contents | undefined {
  const { application_id: application } = db.prepare("PRAGMA application_id").get()!;
  const { user_version: format } = db.prepare("PRAGMA user_version").get()!;
  const tables = Number(db.prepare("SELECT count(*) AS n FROM sqlite_schema").get()!["n"]);
  if (tables === 0) return undefined;
  if (application !== APPLICATION_ID) {
    throw new StoreError(
      "INVALID",
      `${path} is not a Meshwork database; choose another data folder`,
    );
  }
  if (Number(format) > FORMAT_VERSION)
    throw tooNew(path, `format ${Number(format)}`, FORMAT_VERSION);
  const [finding] = db.prepare("PRAGMA integrity_check(1)").all();
  // a finding about pages has a line above it that says nothing
  const answer = String(finding?.["integrity_check"]).split("\n").at(-1)!;
  if (answer !== "ok") throw damaged(path, answer);
  if (Number(format) >= SEALED_FORMAT && !isSealIntact(db))
    throw damaged(path, "its tables are not as the server made them; undo what was done by hand");
  for (const kind of kinds) checkKind(db, path, kind);
  checkRows(db, path, "_log", "rev, seq, kind, id, version, op, schema, doc, crc");
  checkRows(db, path, "_commits", "rev, key, hash, reply, crc");
  return {
    epoch: String(db.prepare("SELECT value FROM _meta WHERE key = 'epoch'").get()?.["value"]),
    head: Number(db.prepare("SELECT max(rev) AS rev FROM _history").get()?.["rev"] ?? 0),
  };
}

function checkKind(db: DatabaseSync, path: string, { name, schema }: KindSpec): void {
  const stored = db.prepare("SELECT schema FROM _kinds WHERE name = ?").get(name)?.["schema"];
  if (stored === undefined) return;
  if (Number(stored) > schema)
    throw tooNew(path, `schema ${Number(stored)} of kind "${name}"`, schema);
  checkRows(db, path, name, "id, version, _op, _schema, deletedAt, doc, _crc");
}

/** The last column is the checksum of the ones before. */
function checkRows(db: DatabaseSync, path: string, table: string, columns: string): void {
  const statement = db.prepare(`SELECT ${columns} FROM "${table}"`);
  statement.setReturnArrays(true);
  for (const row of statement.iterate()) {
    const values = row as unknown as (string | number | Uint8Array | null)[];
    const crc = values.pop();
    if (crc === rowCrc(...values)) continue;
    throw damaged(path, `a checksum in table "${table}" is wrong, near ${String(values[0])}`);
  }
}

function compareWithStamp(path: string, contents: Contents | undefined): string | undefined {
  const stamp = readStamp(path);
  const head = contents?.head ?? 0;
  if (stamp === "unreadable")
    return `the stamp ${stampPath(path)} is damaged, so nothing vouches for ${path}`;
  if (stamp === undefined) {
    // a database that was never written to has nothing to lose
    return head === 0
      ? undefined
      : `the stamp ${stampPath(path)} is missing, so nothing vouches for ${path}`;
  }
  if (head < stamp.rev) {
    return `the database ${path} is at revision ${head}, but revision ${stamp.rev} was acknowledged`;
  }
  if (contents !== undefined && contents.epoch !== stamp.epoch) {
    return `the database ${path} does not belong to its stamp ${stampPath(path)}`;
  }
  return undefined;
}

function isEmpty(path: string): boolean {
  return !existsSync(path) || statSync(path).size === 0;
}

/** What SQLite says may quote a table's definition, which has lines. */
function damaged(path: string, what: string): StoreError {
  const line = what.replace(/\s+/g, " ");
  return new StoreError(
    "INVALID",
    `the database ${path} is damaged: ${line}; bring back a good copy`,
  );
}

function tooNew(path: string, found: string, known: number): StoreError {
  return new StoreError(
    "INVALID",
    `${path} was written by a newer Meshwork: it has ${found}, this one knows ${known}; ` +
      "run that version or a later one, or bring back a copy from before the upgrade",
  );
}
