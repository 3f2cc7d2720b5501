// The same puts without a store: one transaction each on node:sqlite. Argument: the folder.
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { RECORD_TEXT } from "../load/record-text.ts";
import { measured } from "../processes/measured.ts";

const database = new DatabaseSync(join(process.argv[2]!, "puts.db"));
database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
database.exec("CREATE TABLE records (id TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID");
const insert = database.prepare("INSERT INTO records (id, text) VALUES (?, ?)");
let puts = 0;

function write(): void {
  puts += 1;
  database.exec("BEGIN IMMEDIATE");
  insert.run(String(puts), RECORD_TEXT);
  database.exec("COMMIT");
}

measured({}, (untilMs) => {
  const before = puts;
  do write();
  while (performance.now() < untilMs);
  return Promise.resolve(puts - before);
});
