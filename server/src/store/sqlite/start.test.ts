// A database that went back, was damaged, or belongs to a newer version is refused at start, with its
// path and a cure, and is left as it was found.
import { createHash } from "node:crypto";
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { type Kind, put, type Store, type StoreError } from "../store.ts";
import { codeOf, commitOf, firstBatch, refusal, type Thing, things } from "../suite/harness.ts";
import { openSqliteStore, type SqliteStoreOptions } from "./sqlite.ts";

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "store-start-"));
  path = join(folder, "mesh.db");
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const open = (more: Partial<SqliteStoreOptions> = {}): Promise<Store> =>
  openSqliteStore({ path, kinds: [things], ...more });

/** Writes to a store of its own session; answers its cursors. */
async function write(...names: readonly string[]): Promise<string[]> {
  const store = await open();
  const cursors: string[] = [];
  for (const name of names) {
    const doc: Thing = { name, group: "g", rank: names.indexOf(name) };
    const { cursor } = await store.commit(commitOf([put(things, name, doc, "any")]));
    cursors.push(cursor);
  }
  await store.close();
  return cursors;
}

/** Checksums of the files by name, but for the lock and what SQLite leaves empty. */
function contents(): Record<string, string> {
  const names = readdirSync(folder).filter((name) => !/\.(lock|owner)$|-shm$/.test(name));
  const files = names.map((name) => [name, readFileSync(join(folder, name))] as const);
  const hash = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
  return Object.fromEntries(
    files.flatMap(([name, bytes]) => (bytes.length === 0 ? [] : [[name, hash(bytes)]])),
  );
}

/** Opening is refused with INVALID and the path, and changes no file; answers the message. */
async function refusedUntouched(more: Partial<SqliteStoreOptions> = {}): Promise<string> {
  const before = contents();
  const { code, message } = await refusal(open(more));
  expect(code).toBe("INVALID");
  expect(message).toContain(path);
  expect(message).not.toContain("\n");
  expect(contents()).toEqual(before);
  return message;
}

describe("a database that went back", () => {
  test("is refused; accepted, it begins a new epoch in which no old cursor is valid", async () => {
    await write("a");
    copyFileSync(path, join(folder, "old"));
    const cursors = await write("b", "c");
    copyFileSync(join(folder, "old"), path);
    const message = await refusedUntouched();
    expect(message).toContain("is at revision 1, but revision 3 was acknowledged");
    expect(message).toContain("mesh server --accept-older-store");

    const store = await open({ acceptOlderStore: true });
    expect(await store.get(things, "a")).toBeDefined();
    expect(await store.get(things, "b")).toBeUndefined();
    for (const from of cursors) {
      const watch = async () => firstBatch(store.watch({ kinds: [things], from }));
      expect(await codeOf(watch)).toBe("OUT_OF_RANGE");
    }
    const fresh = await store.head();
    await store.commit(commitOf([put(things, "d", { name: "d" }, "absent")]));
    await store.close();

    const again = await open();
    const batch = await firstBatch(again.watch({ kinds: [things], from: fresh }));
    expect(batch.events.map(({ id }) => id)).toEqual(["d"]);
    await again.close();
  });

  test("is refused when it is gone but its stamp is there", async () => {
    await write("a");
    rmSync(path);
    expect(await refusedUntouched()).toContain("is at revision 0, but revision 1 was acknowledged");
    await (await open({ acceptOlderStore: true })).close();
    await write("b");
  });

  test("is refused when its stamp is gone, damaged or another's", async () => {
    await write("a");
    const stamp = readFileSync(`${path}.stamp`);
    rmSync(`${path}.stamp`);
    expect(await refusedUntouched()).toContain("is missing");
    for (let i = 0; i < stamp.length; i += 7) {
      writeFileSync(`${path}.stamp`, flipped(stamp, i));
      expect(await refusedUntouched()).toContain("is damaged");
    }
    const other = join(folder, "other.db");
    await (await open({ path: other })).close();
    copyFileSync(`${other}.stamp`, `${path}.stamp`);
    expect(await refusedUntouched()).toContain("does not belong to its stamp");
    writeFileSync(`${path}.stamp`, stamp);
    await write("b");
  });

  test("an empty stamp, as a first start without room leaves it, is none", async () => {
    await (await open()).close();
    truncateSync(`${path}.stamp`);
    await write("a");
    truncateSync(`${path}.stamp`);
    expect(await refusedUntouched()).toContain("is missing");
  });

  test("acceptance changes nothing about a database that is as it should be", async () => {
    const [cursor] = await write("a");
    const store = await open({ acceptOlderStore: true });
    expect((await firstBatch(store.watch({ kinds: [things], from: cursor! }))).events).toEqual([]);
    await store.close();
  });
});

describe("damage", () => {
  test("a flipped byte anywhere in the file is found, or changes nothing that is read", async () => {
    await write(...Array.from({ length: 50 }, (_, i) => `name-${i}-${"x".repeat(40)}`));
    const whole = readFileSync(path);
    const before = await readAll();
    let found = 0;
    // a prime, so that all parts of pages have their turn
    for (let at = 0; at < whole.length; at += 1499) {
      writeFileSync(path, flipped(whole, at));
      const outcome = await readAll().catch((error: unknown) => (error as StoreError).code);
      if (outcome === "INVALID") found++;
      else expect({ at, read: outcome }).toEqual({ at, read: before });
    }
    expect(found).toBeGreaterThan(10);
    writeFileSync(path, whole);
    expect(await readAll()).toEqual(before);
  }, 30_000);

  test("a flipped bit in a table's definition is told in one line", async () => {
    await write("name");
    const whole = readFileSync(path);
    const at = whole.indexOf("KEY, version INTEGER");
    expect(at).toBeGreaterThan(0);
    // K becomes [, which quotes all that follows.
    whole[at]! ^= 0x10;
    writeFileSync(path, whole);
    expect(await refusedUntouched()).toMatch(
      /is damaged: .*malformed database schema .+ good copy$/,
    );
  });

  test("a torn file, a garbled page and a file of something else are found", async () => {
    await write(...Array.from({ length: 200 }, (_, i) => `name-${i}`));
    const whole = readFileSync(path);
    truncateSync(path, whole.length - 4096);
    expect(await refusedUntouched()).toContain("is damaged");
    writeFileSync(path, flipped(whole, 4096));
    expect(await refusedUntouched()).toContain("is damaged");
    writeFileSync(path, Buffer.alloc(8192, "no database "));
    expect(await refusedUntouched()).toContain("is damaged");
    rmSync(path);
    const other = new DatabaseSync(path);
    other.exec("CREATE TABLE notes (text)");
    other.close();
    expect(await refusedUntouched()).toContain("is not a Meshwork database");
  });
});

describe("what no row's checksum covers", () => {
  /** As SQLite would write it, so that only the seal can tell. */
  const change = (sql: string): void => {
    const database = new DatabaseSync(path);
    database.enableDefensive(false);
    database.exec(`PRAGMA writable_schema = ON; ${sql}`);
    database.close();
  };
  const indexed: Kind<Thing> = { ...things, indexes: [["rank"]] };

  test.each([
    // of an empty table: no entry of an index could contradict
    [
      "how a column is made",
      `UPDATE sqlite_schema SET sql = replace(sql, '$."rank"', '$."ranj"') WHERE name = 'things'`,
    ],
    ["where history begins", "UPDATE _meta SET value = value + 1 WHERE key = 'floor'"],
    ["the seal itself", "UPDATE _meta SET value = value + 1 WHERE key = 'seal'"],
    ["a seal that is gone", "DELETE FROM _meta WHERE key = 'seal'"],
  ])("is sealed: %s", async (_, sql) => {
    await (await open({ kinds: [indexed] })).close();
    change(sql);
    const message = await refusedUntouched({ kinds: [indexed] });
    expect(message).toContain("its tables are not as the server made them");
    await refusedUntouched({ kinds: [indexed], acceptOlderStore: true });
  });

  test("is sealed in a database from before there were seals, and after a change of the tables", async () => {
    await write("a");
    change("DELETE FROM _meta WHERE key = 'seal'; PRAGMA user_version = 1");
    await (await open()).close();
    change("UPDATE _meta SET value = value + 1 WHERE key = 'floor'");
    expect(await refusedUntouched()).toContain("is damaged");
    change("UPDATE _meta SET value = value - 1 WHERE key = 'floor'");
    await (await open({ kinds: [indexed] })).close();
    await (await open({ kinds: [indexed] })).close();
    change("ANALYZE");
    await write("b");
  });
});

describe("a newer Meshwork's database", () => {
  test("is refused by its format", async () => {
    await write("a");
    const database = new DatabaseSync(path);
    database.exec("PRAGMA user_version = 99");
    database.close();
    const message = await refusedUntouched();
    expect(message).toContain("written by a newer Meshwork: it has format 99");
    // not even on demand: what it means is unknown
    await refusedUntouched({ acceptOlderStore: true });
  });

  test("is refused by the schema of a kind of which records were written, and only then", async () => {
    const newer: Kind<Thing> = { ...things, schema: 2 };
    await (await open({ kinds: [newer] })).close();
    await write("a");
    const store = await open({ kinds: [newer] });
    await store.commit(commitOf([put(newer, "b", { name: "b" }, "absent")]));
    await store.close();
    expect(await refusedUntouched()).toContain('schema 2 of kind "things"');
  });
});

test("an index that is new covers the records that are there; one that is gone is dropped", async () => {
  await write("a", "b");
  const ranked: Kind<Thing> = { ...things, indexes: [["rank"]] };
  const store = await open({ kinds: [ranked] });
  const page = await store.list(ranked, { eq: { rank: 1 }, limit: 10 });
  expect(page.items.map(({ id }) => id)).toEqual(["b"]);
  expect(await codeOf(store.list(ranked, { eq: { group: "g" }, limit: 10 }))).toBe("INVALID");
  await store.close();
  await write("c");
});

test.each([
  ["a name that is no table's", { name: "Agents; DROP" }],
  ["a schema below 1", { schema: 0 }],
  ["an index on something that is no field", { indexes: [["a'b"]] }],
])("%s is refused", async (_, wrong) => {
  expect(await codeOf(open({ kinds: [{ ...things, ...wrong }] }))).toBe("INVALID");
  expect(await codeOf(open({ kinds: [things, things] }))).toBe("INVALID");
});

/** All that a store can be asked for. */
async function readAll(): Promise<unknown> {
  const store = await open();
  try {
    const byId = await store.list(things, { limit: 1000 });
    const byRank = await store.list(things, {
      eq: { group: "g" },
      order: { field: "rank" },
      limit: 1000,
    });
    const byName = await store.list(things, {
      eq: { group: "g" },
      order: { field: "name" },
      limit: 1000,
    });
    const found = await store.getMany(
      things,
      byId.items.map(({ id }) => id),
    );
    const start = byId.cursor.replace(/\d+$/, "0");
    const { events } = await firstBatch(store.watch({ kinds: [things], from: start }));
    return [byId.items, byRank.items, byName.items, found, events];
  } finally {
    await store.close();
  }
}

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = copy[at]! ^ 1;
  return copy;
}
