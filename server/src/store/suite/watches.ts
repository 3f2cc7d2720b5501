// Watches: ordered, each event once, no gap, whole commits, resumable, bounded.
import { setTimeout as later } from "node:timers/promises";
import { describe, expect, test } from "@jest/globals";
import { type Batch, type Cursor, type Event, put, type Store, type StoreError } from "../store.ts";
import {
  codeOf,
  commitOf,
  counters,
  firstBatch,
  type Harness,
  letters,
  type OpenHarness,
  suiteKinds,
  takeUntil,
  things,
} from "./harness.ts";

const isEnd = ({ id }: Event): boolean => id === "end";
const endMark = put(counters, "end", { n: 0 }, "any");

export function watchSuite(harness: () => Harness, open: OpenHarness): void {
  const store = (): Store => harness().store;
  const commit = (...changes: Parameters<typeof commitOf>[0]) => store().commit(commitOf(changes));
  const watchAll = (from: Cursor | "now", signal?: AbortSignal) =>
    store().watch({ kinds: [things, counters], from, ...(signal && { signal }) });

  describe("events", () => {
    test("tell kind, id, version, write id and document; a delete has no document", async () => {
      const from = await store().head();
      await store().commit(
        commitOf([put(things, "a", { name: "1" }, "absent")], { writeId: "w1" }),
      );
      await store().commit(commitOf([{ delete: things, id: "a", expect: 1 }], { writeId: "w2" }));
      await commit(endMark);
      const { events } = await takeUntil(watchAll(from), isEnd);
      expect(events.slice(0, 2)).toEqual([
        { kind: "things", id: "a", version: 1, writeId: "w1", doc: { name: "1" } },
        { kind: "things", id: "a", version: 2, writeId: "w2" },
      ]);
    });

    test("now is the moment of the call; kinds that are not asked for stay out", async () => {
      await commit(put(things, "before", { name: "" }, "any"));
      const watch = store().watch({ kinds: [counters], from: "now" });
      await commit(put(things, "other kind", { name: "" }, "any"));
      await commit(put(letters, "not watched", { body: "" }, "any"));
      await commit(put(counters, "a", { n: 1 }, "any"), endMark);
      const { events } = await takeUntil(watch, isEnd);
      expect(events.map(({ id }) => id)).toEqual(["a", "end"]);
    });

    test("of one commit come in one batch, in its order, from the log and live", async () => {
      const from = await store().head();
      const ids = Array.from({ length: 400 }, (_, i) => `t${i}`);
      const rounds = [1, 2, 3];
      const all = async () => {
        for (const round of rounds) {
          await commit(...ids.map((id) => put(things, id, { name: `${round}` }, "any")));
        }
        await commit(endMark);
      };
      const live = takeUntil(watchAll(from), isEnd);
      await all();
      const logged = takeUntil(watchAll(from), isEnd);
      for (const { batches } of await Promise.all([live, logged])) {
        for (const { events } of batches) {
          const written = events.filter(({ kind }) => kind === "things");
          expect(written.length % ids.length).toBe(0);
        }
        const events = batches.flatMap((batch) => batch.events);
        expect(events.map(({ id }) => id)).toEqual([...rounds.flatMap(() => ids), "end"]);
      }
    });

    test("a record that is changed often in one instant is told version by version", async () => {
      const from = await store().head();
      await Promise.all(
        Array.from({ length: 100 }, (_, n) => commit(put(counters, "c", { n }, "any"))),
      );
      await commit(endMark);
      const { events } = await takeUntil(watchAll(from), isEnd);
      const versions = events.filter(({ id }) => id === "c").map(({ version }) => version);
      expect(versions).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
    });

    test("where keeps events out, not cursors", async () => {
      const watch = store().watch({
        kinds: [things, counters],
        from: "now",
        where: ({ kind, id }) => kind === "counters" || id === "wanted",
      });
      await commit(
        put(things, "unwanted", { name: "" }, "any"),
        put(things, "wanted", { name: "" }, "any"),
      );
      await commit(endMark);
      const { events, batches } = await takeUntil(watch, isEnd);
      expect(events.map(({ id }) => id)).toEqual(["wanted", "end"]);
      expect(batches.at(-1)!.cursor).toBe(await store().head());
    });
  });

  describe("list, then watch", () => {
    test("under load misses nothing and repeats nothing", async () => {
      let written = 0;
      let stop = false;
      const last = new Map<string, number>();
      const writers = Array.from({ length: 16 }, async (_, w) => {
        for (let i = 0; !stop; i++) {
          const id = `t${w}-${i % 50}`;
          const { versions } = await commit(put(things, id, { name: String(i) }, "any"));
          last.set(id, versions[0]!);
          written++;
        }
      });
      const check = async () => {
        const page = await store().list(things, { limit: 1000 });
        const seen = new Map(page.items.map(({ id, version }) => [id, version]));
        const watch = watchAll(page.cursor);
        return { seen, done: followVersions(watch, seen) };
      };
      const checks: Awaited<ReturnType<typeof check>>[] = [];
      while (written < 3000) {
        checks.push(await check());
        await later(5);
      }
      stop = true;
      await Promise.all(writers);
      await commit(endMark);
      for (const { seen, done } of checks) {
        await done;
        expect(seen).toEqual(last);
      }
      expect(checks.length).toBeGreaterThan(3);
    });
  });

  describe("resuming", () => {
    test("each cursor of a watch, taken up again, gives exactly the rest", async () => {
      const from = await store().head();
      for (let n = 0; n < 20; n++) {
        await commit(
          put(counters, `a${n}`, { n }, "any"),
          put(things, `b${n}`, { name: "" }, "any"),
        );
      }
      await commit(endMark);
      const one = await takeUntil(watchAll(from), isEnd);
      const cursors: { cursor: Cursor; rest: Event[] }[] = [{ cursor: from, rest: one.events }];
      await takeUntil(oneByOne(store(), from), ({ id }) => id === "b10").then(({ batches }) => {
        let seen = 0;
        for (const { cursor, events } of batches) {
          seen += events.length;
          cursors.push({ cursor, rest: one.events.slice(seen) });
        }
      });
      for (const { cursor, rest } of cursors) {
        if (rest.length === 0) continue;
        expect((await takeUntil(watchAll(cursor), isEnd)).events).toEqual(rest);
      }
    });

    test("goes on after the store was opened anew", async () => {
      const first = await commit(put(counters, "a", { n: 1 }, "any"));
      await commit(put(counters, "b", { n: 2 }, "any"));
      const reopened = await harness().reopen();
      await reopened.commit(commitOf([endMark]));
      const watch = reopened.watch({ kinds: [counters], from: first.cursor });
      const { events } = await takeUntil(watch, isEnd);
      expect(events.map(({ id }) => id)).toEqual(["b", "end"]);
    });

    test("from history that is gone: OUT_OF_RANGE, not a part of it", async () => {
      const { cursor } = await commit(put(counters, "a", { n: 1 }, "any"));
      await commit(put(counters, "b", { n: 2 }, "any"));
      await harness().forgetHistory();
      await commit(put(counters, "c", { n: 3 }, "any"));
      expect(await codeOf(() => firstBatch(watchAll(cursor)))).toBe("OUT_OF_RANGE");
      expect((await firstBatch(watchAll(await store().head()))).events).toEqual([]);
      expect((await store().list(counters, { limit: 10 })).items).toHaveLength(3);
    });

    test("with the cursor of another store: OUT_OF_RANGE, in every call", async () => {
      await commit(put(counters, "a", { n: 1 }, "any"));
      const other = await open(suiteKinds);
      try {
        const { cursor } = await other.store.commit(commitOf([endMark]));
        for (const foreign of [cursor, "garbage" as Cursor]) {
          expect(await codeOf(async () => firstBatch(watchAll(foreign)))).toBe("OUT_OF_RANGE");
          expect(await codeOf(store().get(counters, "a", { atLeast: foreign }))).toBe(
            "OUT_OF_RANGE",
          );
        }
      } finally {
        await other.remove();
      }
    });
  });

  describe("flow", () => {
    test("the first batch comes at once, bookmarks follow what is not of its kinds", async () => {
      const start = await store().head();
      const batches = store()
        .watch({ kinds: [counters], from: "now" })
        [Symbol.asyncIterator]();
      expect(await batches.next()).toEqual({ done: false, value: { events: [], cursor: start } });
      const { cursor } = await commit(put(things, "a", { name: "" }, "any"));
      expect(await batches.next()).toEqual({ done: false, value: { events: [], cursor } });
      await batches.return?.();
    });

    test("a reader that is too slow is told so, and others are not held up", async () => {
      const slow = store()
        .watch({ kinds: [counters], from: "now", maxQueued: 10 })
        [Symbol.asyncIterator]();
      const fast = watchAll("now");
      await slow.next();
      for (let n = 0; n < 11; n++) await commit(put(counters, `c${n}`, { n }, "any"));
      await commit(endMark);
      expect((await takeUntil(fast, isEnd)).events).toHaveLength(12);
      expect(await codeOf(slow.next())).toBe("OUT_OF_RANGE");
      expect((await slow.next()).done).toBe(true);
    });

    test("an abort ends the watch without an error, also one that waits; so does close", async () => {
      const controller = new AbortController();
      const waiting = readAll(watchAll("now", controller.signal));
      await firstBatch(watchAll("now"));
      controller.abort();
      await waiting;
      await readAll(watchAll("now", AbortSignal.abort()));
      const closed = readAll(watchAll("now"));
      await firstBatch(watchAll("now"));
      await store().close();
      await closed;
    });

    test("a kind that is not watched: INVALID", async () => {
      expect(
        await codeOf(async () => firstBatch(store().watch({ kinds: [letters], from: "now" }))),
      ).toBe("INVALID");
    });
  });

  describe("calls", () => {
    test("a deadline or an abort before the write says that nothing was written", async () => {
      const write = put(counters, "a", { n: 1 }, "absent");
      expect(await codeOf(store().commit(commitOf([write]), { deadlineMs: 0 }))).toBe(
        "UNAVAILABLE",
      );
      const signal = AbortSignal.abort();
      expect(await codeOf(store().commit(commitOf([write]), { signal }))).toBe("UNAVAILABLE");
      expect(await codeOf(store().get(counters, "a", { signal }))).toBe("UNAVAILABLE");
      expect(await store().get(counters, "a")).toBeUndefined();
    });

    test("an abort during the write ends the call: nothing was written, or it is unknown", async () => {
      const outcomes = await Promise.all(
        Array.from({ length: 20 }, async (_, i) => {
          const controller = new AbortController();
          const call = store().commit(commitOf([put(counters, `c${i}`, { n: i }, "absent")]), {
            signal: controller.signal,
          });
          setTimeout(() => {
            controller.abort();
          }, i % 4);
          return call.then(
            () => "WRITTEN",
            (error: unknown) => (error as StoreError).code,
          );
        }),
      );
      await commit(endMark);
      for (const [i, outcome] of outcomes.entries()) {
        expect(["WRITTEN", "UNAVAILABLE", "UNKNOWN_OUTCOME"]).toContain(outcome);
        const found = await store().get(counters, `c${i}`);
        if (outcome === "WRITTEN") expect(found).toBeDefined();
        if (outcome === "UNAVAILABLE") expect(found).toBeUndefined();
      }
    });

    test("close waits for what was accepted, can be repeated, and refuses what comes later", async () => {
      const pending = Array.from({ length: 50 }, (_, n) =>
        commit(put(counters, `c${n}`, { n }, "absent")),
      );
      await Promise.all([store().close(), store().close()]);
      expect((await Promise.all(pending)).map(({ versions }) => versions)).toEqual(
        pending.map(() => [1]),
      );
      expect(await codeOf(commit(endMark))).toBe("UNAVAILABLE");
      expect(await codeOf(store().get(counters, "c0"))).toBe("UNAVAILABLE");
      const reopened = await harness().reopen();
      expect((await reopened.list(counters, { limit: 100 })).items).toHaveLength(50);
    });
  });
}

/** Applies events to the versions of a list; each has to be the next version of its record. */
async function followVersions(
  watch: AsyncIterable<Batch>,
  seen: Map<string, number>,
): Promise<void> {
  for await (const { events } of watch) {
    for (const { kind, id, version } of events) {
      if (kind === "counters") return;
      // not by expect, which is too slow for the load
      const before = seen.get(id) ?? 0;
      if (version !== before + 1)
        throw new Error(`${id} went from version ${before} to ${version}`);
      seen.set(id, version);
    }
  }
}

/** A watch that is left and resumed after every batch. */
async function* oneByOne(store: Store, from: Cursor): AsyncGenerator<Batch> {
  for (let cursor = from; ;) {
    const where = (
      (taken) => () =>
        taken++ >= 0
    )(0);
    const batch = await firstBatch(store.watch({ kinds: [things, counters], from: cursor, where }));
    yield batch;
    cursor = batch.cursor;
  }
}

async function readAll(batches: AsyncIterable<Batch>): Promise<void> {
  for await (const batch of batches) expect(batch.cursor).toBeDefined();
}
