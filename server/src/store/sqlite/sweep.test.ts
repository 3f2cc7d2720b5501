// What has had its time goes: expired records, tombstones, outcomes, history; in bounded steps.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as later } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { HISTORY_SECONDS, IDEMPOTENCY_SECONDS, type Kind, put, type Store } from "../store.ts";
import { commitOf, takeUntil, things } from "../suite/harness.ts";
import { openSqliteStore } from "./sqlite.ts";

interface Token {
  readonly name: string;
  readonly until?: Date;
}

const tokens: Kind<Token> = {
  name: "tokens",
  watched: true,
  schema: 1,
  delete: { tombstoneSeconds: 60 },
  expireAt: "until",
};
const mail: Kind<Token> = {
  name: "mail",
  watched: false,
  schema: 1,
  delete: "erase",
  expireAt: "until",
};

let folder: string;
let store: Store;
let clock: number;

const open = (): Promise<Store> =>
  openSqliteStore({
    path: join(folder, "mesh.db"),
    kinds: [things, tokens, mail],
    now: () => clock,
    tickMs: 5,
  });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "store-sweep-"));
  clock = Date.UTC(2030, 0, 1);
  store = await open();
});

afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

/** Waits for a sweep to have had its effect; the test's own time-out is the limit. */
async function until(done: () => Promise<boolean>): Promise<void> {
  while (!(await done())) await later(2);
}

const pass = (seconds: number) => {
  clock += seconds * 1000;
};
const inSeconds = (seconds: number) => new Date(clock + seconds * 1000);

test("an expired record is deleted, and a watch is told; others stay", async () => {
  const from = await store.head();
  await store.commit(
    commitOf([
      put(tokens, "soon", { name: "a", until: inSeconds(10) }, "absent"),
      put(tokens, "later", { name: "b", until: inSeconds(100) }, "absent"),
      put(tokens, "never", { name: "c" }, "absent"),
      put(mail, "soon", { name: "d", until: inSeconds(10) }, "absent"),
      put(mail, "never", { name: "e" }, "absent"),
    ]),
  );
  const live = takeUntil(store.watch({ kinds: [tokens], from }), ({ doc }) => doc === undefined);
  pass(10);
  const { events } = await live;
  const deleted = { kind: "tokens", id: "soon", version: 2, writeId: "expired" };
  expect(events.filter(({ doc }) => doc === undefined)).toEqual([deleted]);
  await until(async () => (await store.get(mail, "soon")) === undefined);
  const ids = (await store.list(tokens, { limit: 10 })).items.map(({ id }) => id);
  expect(ids).toEqual(["later", "never"]);
  expect(await store.get(mail, "never")).toBeDefined();
  // and the same again from the log
  const logged = await takeUntil(store.watch({ kinds: [tokens], from }), ({ doc }) => !doc);
  expect(logged.events).toEqual(events);
});

test("a tombstone keeps its version counting for its time, then it is gone", async () => {
  const put1 = () => store.commit(commitOf([put(tokens, "a", { name: "a" }, "absent")]));
  const remove = () => store.commit(commitOf([{ delete: tokens, id: "a", expect: "any" }]));
  await put1();
  await remove();
  pass(59);
  expect((await put1()).versions).toEqual([3]);
  await remove();
  pass(61);
  await until(async () => {
    const { versions } = await put1();
    await remove();
    // each try leaves a new tombstone
    pass(61);
    return versions[0] === 1;
  });
});

test("an outcome is kept for 24 hours, not for ever", async () => {
  const outcome = { requestHash: Uint8Array.of(1), reply: Uint8Array.of(2) };
  await store.commit(commitOf([], { idempotency: { key: "k", ...outcome } }));
  pass(IDEMPOTENCY_SECONDS - 1);
  // a later expiry proves that a sweep has run since
  await store.commit(commitOf([put(mail, "m", { name: "", until: inSeconds(-1) }, "absent")]));
  await until(async () => (await store.get(mail, "m")) === undefined);
  expect(await store.replay("k")).toEqual(outcome);
  pass(2);
  await until(async () => (await store.replay("k")) === undefined);
});

test("history goes after an hour, bit by bit, and leaves the records alone", async () => {
  const ids = Array.from({ length: 500 }, (_, i) => `t${i}`);
  for (let round = 0; round < 5; round++) {
    await store.commit(commitOf(ids.map((id) => put(things, id, { name: `${round}` }, "any"))));
  }
  const database = new DatabaseSync(join(folder, "mesh.db"), { readOnly: true });
  const rows = () => Number(database.prepare("SELECT count(*) AS n FROM _log").get()?.["n"]);
  expect(rows()).toBe(2500);
  pass(HISTORY_SECONDS + 1);
  await until(() => Promise.resolve(rows() === 0));
  database.close();
  expect((await store.list(things, { limit: 1000 })).items).toHaveLength(500);
  // the head is known still, and from it a watch can begin
  const from = await store.head();
  await store.commit(commitOf([put(things, "new", { name: "" }, "absent")]));
  const { events } = await takeUntil(store.watch({ kinds: [things], from }), () => true);
  expect(events.map(({ id }) => id)).toEqual(["new"]);
  // where history begins is sealed, and the next start finds it so
  await store.close();
  store = await open();
  expect(await store.get(things, "new")).toBeDefined();
});

test("many expired records go too, more than one sweep takes", async () => {
  const ids = Array.from({ length: 1700 }, (_, i) => `m${i}`);
  for (let i = 0; i < ids.length; i += 500) {
    const changes = ids
      .slice(i, i + 500)
      .map((id) => put(mail, id, { name: "", until: inSeconds(1) }, "absent"));
    await store.commit(commitOf(changes));
  }
  pass(1);
  await until(async () => (await store.list(mail, { limit: 1 })).items.length === 0);
});

test("reads go on while a write is held up", async () => {
  await store.commit(commitOf([put(things, "a", { name: "a" }, "absent")]));
  const other = new DatabaseSync(join(folder, "mesh.db"), { timeout: 1000 });
  other.exec("BEGIN IMMEDIATE");
  const pending = store.commit(commitOf([put(things, "b", { name: "b" }, "absent")]));
  await later(20);
  expect(await store.get(things, "a")).toBeDefined();
  expect(await store.get(things, "b")).toBeUndefined();
  other.exec("ROLLBACK");
  other.close();
  await pending;
  expect(await store.get(things, "b")).toBeDefined();
});
