// The engine in this thread: what a group of commits means, and what a failing disk leaves behind.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { diskFailure } from "./disk.ts";
import { type Engine, openEngine } from "./engine.ts";
import type { EngineConfig, Write, WriteCommit } from "./protocol.ts";
import { readStamp } from "./stamp.ts";

let folder: string;
let config: EngineConfig;
let engine: Engine;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "store-engine-"));
  config = {
    path: join(folder, "mesh.db"),
    kinds: [
      {
        name: "things",
        watched: true,
        schema: 1,
        indexes: [],
        tombstoneSeconds: 60,
        expireAt: undefined,
      },
      {
        name: "mail",
        watched: false,
        schema: 1,
        indexes: [],
        tombstoneSeconds: undefined,
        expireAt: undefined,
      },
    ],
    newEpoch: "0123456789abcdef",
    freeBytesMin: 0,
    historySeconds: 3600,
    synchronous: "FULL",
  };
  engine = openEngine(config);
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const NOW = Date.UTC(2030, 0, 1);
const json = '{"a":1}';

function commit(id: string, expect: WriteCommit["changes"][0]["expect"], kind = 0): WriteCommit {
  return {
    writeId: `w-${id}`,
    changes: [{ kind, id, json, expect }],
    require: [],
    outcome: undefined,
  };
}

function query(sql: string): unknown[] {
  const db = new DatabaseSync(config.path, { readOnly: true });
  try {
    return db
      .prepare(sql)
      .all()
      .map((row) => Object.values(row));
  } finally {
    db.close();
  }
}

test("each commit of a group sees the ones before it, and only the last state is kept", () => {
  const outcome = { key: "k", requestHash: Uint8Array.of(1), reply: Uint8Array.of(2) };
  const remove: Write = {
    ...commit("a", "any"),
    changes: [{ kind: 0, id: "a", json: undefined, expect: 2 }],
  };
  const group: Write[] = [
    commit("a", "absent"),
    { ...commit("a", 1), outcome },
    commit("a", 1),
    { ...commit("b", "absent"), outcome },
    remove,
    commit("m", "absent", 1),
    { erase: 1, ids: ["m", "m", "never"] },
    { ...commit("c", "absent"), require: [{ kind: 0, id: "a", version: 3 }] },
  ];
  const { results, fatal } = engine.write(group, NOW);
  expect(fatal).toBeUndefined();
  expect(results).toMatchObject([
    { rev: 1, versions: [1] },
    { rev: 2, versions: [2] },
    { code: "CONFLICT" },
    { rev: 2, replayed: { reply: Uint8Array.of(2) } },
    { rev: 3, versions: [3] },
    { rev: 4, versions: [1] },
    { rev: 5, versions: [1] },
    // the required record is a tombstone by now
    { code: "CONFLICT", record: { kind: "things", id: "a" } },
  ]);
  expect(query("SELECT rev, id, version, doc IS NULL FROM _log")).toEqual([
    [1, "a", 1, 0],
    [2, "a", 2, 0],
    [3, "a", 3, 1],
  ]);
  expect(query("SELECT id, version FROM things")).toEqual([["a", 3]]);
  expect(query("SELECT rev FROM _history")).toEqual([[5]]);
  engine.close();
});

test("what a group erases of earlier ones is gone for the rest of it, and a tombstone is nothing", () => {
  engine.write([commit("m", "absent", 1), commit("n", "absent", 1)], NOW);
  const db = new DatabaseSync(config.path);
  db.exec("UPDATE mail SET deletedAt = 1, doc = NULL WHERE id = 'n'");
  db.close();
  const { results } = engine.write(
    [
      { erase: 1, ids: ["m", "m", "n"] },
      commit("m", 1, 1),
      commit("m", "absent", 1),
      { erase: 1, ids: ["m"] },
      commit("m", "absent", 1),
    ],
    NOW,
  );
  expect(results).toMatchObject([
    { rev: 3, versions: [1] },
    { code: "CONFLICT" },
    { rev: 4, versions: [1] },
    { rev: 5, versions: [1] },
    { rev: 6, versions: [1] },
  ]);
  expect(query("SELECT id, version FROM mail ORDER BY id")).toEqual([
    ["m", 1],
    ["n", 1],
  ]);
  engine.close();
});

test("the stamp is never behind an answer", () => {
  for (let rev = 1; rev <= 20; rev++) {
    engine.write([commit(`t${rev}`, "absent")], NOW);
    expect(readStamp(config.path)).toEqual({ epoch: "0123456789abcdef", rev });
  }
  engine.close();
  expect(existsSync(`${config.path}-wal`)).toBe(false);
});

test("a group without effect raises nothing and writes nothing", () => {
  engine.write([commit("a", "absent")], NOW);
  const wal = readFileSync(`${config.path}-wal`);
  const { results } = engine.write([commit("a", "absent"), { erase: 1, ids: ["never"] }], NOW);
  expect(results).toMatchObject([{ code: "CONFLICT" }, { rev: 1, versions: [0] }]);
  expect(readFileSync(`${config.path}-wal`).equals(wal)).toBe(true);
  engine.close();
});

test("what fails before the COMMIT is known not to have happened, for all of the group", () => {
  engine.write([commit("a", "absent")], NOW);
  // a table that is gone fails the transaction in the middle
  const other = new DatabaseSync(config.path, { timeout: 1000 });
  other.exec("DROP TABLE _log");
  other.close();
  const { results, fatal } = engine.write([commit("b", "absent"), commit("a", "absent")], NOW);
  expect(results.map((result) => ("code" in result ? result.code : "written"))).toEqual([
    "UNAVAILABLE",
    "UNAVAILABLE",
  ]);
  expect(fatal).toContain("_log");
  engine.close();
  expect(query("SELECT id FROM things")).toEqual([["a"]]);
});

test("which failures are known, and which end the process", () => {
  const db = new DatabaseSync(":memory:");
  const judged = (errcode: number, committing: boolean) => {
    const { code, fatal } = diskFailure(
      db,
      Object.assign(new Error("failed"), { errcode }),
      committing,
    );
    return { code, fatal };
  };
  const [BUSY, FULL, IOERR_WRITE, IOERR_FSYNC] = [5, 13, 778, 1034];
  expect(judged(FULL, false)).toEqual({ code: "EXHAUSTED", fatal: false });
  expect(judged(FULL, true)).toEqual({ code: "EXHAUSTED", fatal: false });
  expect(judged(BUSY, false)).toEqual({ code: "UNAVAILABLE", fatal: false });
  expect(judged(IOERR_WRITE, false)).toEqual({ code: "UNAVAILABLE", fatal: true });
  expect(judged(IOERR_WRITE, true)).toEqual({ code: "UNKNOWN_OUTCOME", fatal: true });
  expect(judged(IOERR_FSYNC, true)).toEqual({ code: "UNKNOWN_OUTCOME", fatal: true });
  db.close();
  engine.close();
});
