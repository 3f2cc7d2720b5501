// Reads: documents come back as they were, pages are complete, what is not declared is refused.
import { describe, expect, test } from "@jest/globals";
import { type CountQuery, type Kind, put, type Query, type Store } from "../store.ts";
import {
  codeOf,
  commitOf,
  type Harness,
  letters,
  listAll,
  suiteKinds,
  type Thing,
  things,
} from "./harness.ts";

export function readSuite(harness: () => Harness): void {
  const store = (): Store => harness().store;

  describe("documents", () => {
    test("dates, bytes, and keys and text that look like the store's own, come back as they were", async () => {
      const doc = {
        at: new Date(-1),
        data: Uint8Array.from({ length: 256 }, (_, i) => i),
        empty: new Uint8Array(),
        nested: [{ at: new Date(8.64e15) }, [Uint8Array.of(1)], null, true, -1.5, 2 ** 53],
        $date: 5,
        $$bytes: "AA==",
        object: { $date: 1, $bytes: "AA==", "a.b": 1 },
        text: 'nul \0, quote ", é, 🦊, lone \ud800',
      };
      Object.defineProperty(doc, "__own__", { value: 1, enumerable: true });
      const kind = things as unknown as Kind<object>;
      await store()
        .commit(commitOf([put(kind, "a", doc, "absent")]))
        .catch(() => undefined);
      // names that begin with _ are refused at the top, and only there
      expect(await store().get(kind, "a")).toBeUndefined();
      const inner = JSON.parse('{"__proto__": {"polluted": true}, "_id": 1}') as object;
      await store().commit(commitOf([put(kind, "a", { ...plain(doc), inner }, "absent")]));
      const found = (await store().get(kind, "a"))!.doc as Record<string, unknown>;
      expect(found).toEqual({ ...plain(doc), inner });
      expect(Object.keys(found["inner"] as object)).toEqual(["__proto__", "_id"]);
      expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    });

    test("undefined fields are not stored", async () => {
      const doc = { name: "a", group: undefined } as unknown as Thing;
      await store().commit(commitOf([put(things, "a", doc, "absent")]));
      expect(Object.keys((await store().get(things, "a"))!.doc)).toEqual(["name"]);
    });

    test("a record that was handed out or in can be changed without touching the store", async () => {
      const doc = { name: "a", data: Uint8Array.of(1) };
      const pending = store().commit(commitOf([put(things, "a", doc, "absent")]));
      doc.name = "changed";
      doc.data[0] = 2;
      await pending;
      const expected = { name: "a", data: Uint8Array.of(1) };
      const first = (await store().get(things, "a"))!.doc as { name: string };
      expect(first).toEqual(expected);
      first.name = "changed";
      expect((await store().get(things, "a"))!.doc).toEqual(expected);
    });
  });

  describe("pages", () => {
    const groups = ["blue", "red"];
    async function fill(count: number) {
      for (let from = 0; from < count; from += 500) {
        const changes = Array.from({ length: Math.min(500, count - from) }, (_, i) => {
          const n = from + i;
          const group = groups[n % 2]!;
          const doc: Thing = { name: `n${n % 7}`, group, on: n % 3 === 0, at: new Date(n * 1000) };
          // every fifth has no rank; the others share ranks, so that ties happen
          const ranked = n % 5 === 0 ? doc : { ...doc, rank: (n * 7919) % 40 };
          return put(things, `id${String(n).padStart(5, "0")}`, ranked, "absent");
        });
        await store().commit(commitOf(changes));
      }
    }

    test("go over a set bigger than a page, each record once, in order of ids", async () => {
      await fill(1234);
      const { items, pages } = await listAll(store(), things, { limit: 100 });
      expect(pages).toHaveLength(13);
      expect(items.map(({ id }) => id)).toEqual(
        Array.from({ length: 1234 }, (_, n) => `id${String(n).padStart(5, "0")}`),
      );
      const whole = await store().list(things, { limit: 1000 });
      expect(whole.items).toHaveLength(1000);
      expect(whole.next).toBeDefined();
    });

    test("by eq, range and order agree with a sort in memory, at every page size", async () => {
      await fill(200);
      const all = (await listAll(store(), things, { limit: 1000 })).items;
      const queries: Omit<Query<Thing>, "limit">[] = [
        { eq: { group: "red" } },
        { eq: { on: true } },
        { eq: { group: "red", name: "n3" } },
        { eq: { at: new Date(7000) } },
        { eq: { group: "blue" }, order: { field: "rank" } },
        { eq: { group: "blue" }, order: { field: "rank", descending: true } },
        { eq: { group: "red" }, range: { field: "rank", from: 5, to: 20 } },
        {
          eq: { group: "red" },
          range: { field: "rank", to: 20 },
          order: { field: "rank", descending: true },
        },
        {
          range: { field: "at", from: new Date(50_000), to: new Date(60_000) },
          order: { field: "at" },
        },
        { order: { field: "group", descending: true } },
        { ids: { from: "id00020" } },
        { ids: { from: "id00020", to: "id00033" }, eq: { group: "red" } },
        { ids: { to: "id00003" } },
      ];
      for (const query of queries) {
        for (const limit of [1, 7, 1000]) {
          const { items } = await listAll(store(), things, { ...query, limit });
          expect(items.map(({ id }) => id)).toEqual(expectedIds(all, query));
        }
      }
    });

    test("count what a list would find, no further than asked", async () => {
      await fill(200);
      await store().commit(commitOf([{ delete: things, id: "id00021", expect: "any" }]));
      const all = (await listAll(store(), things, { limit: 1000 })).items;
      const queries: CountQuery<Thing>[] = [
        {},
        { eq: { group: "red" } },
        { ids: { from: "id00020", to: "id00033" } },
        { ids: { from: "id00020" }, eq: { group: "blue" } },
      ];
      for (const query of queries) {
        const found = expectedIds(all, query).length;
        expect(found).toBeGreaterThan(3);
        expect(await store().count(things, query, 1_000)).toBe(found);
        expect(await store().count(things, query, 3)).toBe(3);
      }
      expect(await store().count(things, { eq: { group: "green" } }, 9)).toBe(0);
      expect(await codeOf(store().count(things, {}, 0))).toBe("INVALID");
      expect(await codeOf(store().count(things, { eq: { name: "n1" } }, 9))).toBe("INVALID");
    });

    test("leave out what was deleted, and end where nothing is", async () => {
      await fill(10);
      await store().commit(commitOf([{ delete: things, id: "id00003", expect: "any" }]));
      const page = await store().list(things, { limit: 9 });
      expect(page.items).toHaveLength(9);
      expect(page.next).toBeUndefined();
      expect((await store().list(things, { eq: { group: "green" }, limit: 9 })).items).toEqual([]);
    });

    test("what no index serves, a bad limit, a foreign token: INVALID", async () => {
      await fill(10);
      const list = (query: Query<Thing>) => codeOf(store().list(things, query));
      expect(await list({ eq: { name: "n1" }, limit: 1 })).toBe("INVALID");
      expect(await list({ order: { field: "rank" }, limit: 1 })).toBe("INVALID");
      expect(await list({ eq: { group: "red", on: true }, limit: 1 })).toBe("INVALID");
      expect(await list({ eq: { ["x' OR 1"]: "" } as never, limit: 1 })).toBe("INVALID");
      expect(await list({ eq: { group: { $gt: "" } as never }, limit: 1 })).toBe("INVALID");
      const byRank = { order: { field: "rank" }, eq: { group: "red" } } as const;
      expect(await list({ ...byRank, ids: { from: "id00001" }, limit: 1 })).toBe("INVALID");
      for (const limit of [0, 1001, 1.5]) expect(await list({ limit })).toBe("INVALID");
      const { next } = await store().list(things, { limit: 1 });
      expect(await list({ order: { field: "group" }, after: next!, limit: 1 })).toBe("INVALID");
      expect(await list({ after: "garbage", limit: 1 })).toBe("INVALID");
    });
  });

  describe("schemas", () => {
    const old: Kind<{ readonly body: string }> = { ...letters, name: "shaped" };
    const current: Kind<{ readonly title: string; readonly from: number }> = {
      name: "shaped",
      watched: false,
      schema: 3,
      delete: "erase",
      upgrade: (doc, schema) => ({ title: (doc as { body: string }).body, from: schema }),
    };

    test("a record of an older schema is upgraded when it is read", async () => {
      const before = await harness().reopen([...suiteKinds, old]);
      await before.commit(commitOf([put(old, "a", { body: "text" }, "absent")]));
      const after = await harness().reopen([...suiteKinds, current]);
      const upgraded = { title: "text", from: 1 };
      expect(await after.get(current, "a")).toMatchObject({ version: 1, doc: upgraded });
      expect((await after.list(current, { limit: 1 })).items[0]!.doc).toEqual(upgraded);
      await after.commit(commitOf([put(current, "a", { title: "new", from: 3 }, 1)]));
      expect((await after.get(current, "a"))?.doc).toEqual({ title: "new", from: 3 });
    });

    test("a record of a newer schema is refused, and unharmed", async () => {
      const newer = await harness().reopen([...suiteKinds, current]);
      await newer.commit(commitOf([put(current, "a", { title: "t", from: 3 }, "absent")]));
      const refused = async () => {
        const older = await harness().reopen([...suiteKinds, old]);
        await older.get(old, "a");
      };
      expect(await codeOf(refused)).toBe("INVALID");
      const again = await harness().reopen([...suiteKinds, current]);
      expect((await again.get(current, "a"))?.doc).toEqual({ title: "t", from: 3 });
    });
  });
}

function plain(doc: object): object {
  return Object.fromEntries(Object.entries(doc).filter(([key]) => !key.startsWith("_")));
}

/** What the query means, told in another way. */
function expectedIds(
  all: readonly { readonly id: string; readonly doc: Thing }[],
  { eq = {}, range, order, ids }: Omit<Query<Thing>, "limit">,
): string[] {
  const value = (doc: Thing, field: keyof Thing) => {
    const found = doc[field];
    return found instanceof Date ? found.getTime() : found;
  };
  const plainValue = (v: unknown) => (v instanceof Date ? v.getTime() : v);
  const inRange = (doc: Thing) => {
    if (range === undefined) return true;
    const found = value(doc, range.field) as number | undefined;
    const [from, to] = [range.from ?? -Infinity, range.to ?? Infinity].map(plainValue) as number[];
    return found !== undefined && found >= from! && found < to!;
  };
  const found = all.filter(
    ({ id, doc }) =>
      Object.entries(eq).every(
        ([field, v]) => value(doc, field as keyof Thing) === plainValue(v),
      ) &&
      inRange(doc) &&
      id >= (ids?.from ?? "") &&
      id < (ids?.to ?? "~"),
  );
  const sign = order?.descending === true ? -1 : 1;
  const compare = (a: unknown, b: unknown) => {
    if (a === b) return 0;
    if (a === undefined || b === undefined) return a === undefined ? -1 : 1;
    return (a as number) < (b as number) ? -1 : 1;
  };
  return found
    .sort((a, b) => {
      const byField = order ? compare(value(a.doc, order.field), value(b.doc, order.field)) : 0;
      return sign * (byField || compare(a.id, b.id));
    })
    .map(({ id }) => id);
}
