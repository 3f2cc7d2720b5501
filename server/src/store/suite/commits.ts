// Commits: atomic, compared with what they expect, one effect per key, versions that never go back.
import { describe, expect, test } from "@jest/globals";
import {
  COMMIT_BYTES_MAX,
  COMMIT_CHANGES_MAX,
  type Commit,
  ID_BYTES_MAX,
  put,
  type Store,
  StoreError,
} from "../store.ts";
import { codeOf, commitOf, counters, letters, refusal, things } from "./harness.ts";

export function commitSuite(store: () => Store): void {
  describe("expectations", () => {
    test("absent, a version, any: each meets only what it names", async () => {
      const write = (expected: number | "absent" | "any") =>
        store().commit(commitOf([put(things, "a", { name: String(expected) }, expected)]));
      expect(await codeOf(write(1))).toBe("CONFLICT");
      expect((await write("absent")).versions).toEqual([1]);
      expect(await codeOf(write("absent"))).toBe("CONFLICT");
      expect((await write(1)).versions).toEqual([2]);
      expect(await refusal(write(1))).toMatchObject({ record: { kind: "things", id: "a" } });
      expect((await write("any")).versions).toEqual([3]);
      expect(await store().get(things, "a")).toMatchObject({ version: 3, doc: { name: "any" } });
    });

    test("versions go on across tombstones", async () => {
      const { commit, get } = calls(store());
      await commit([put(things, "a", { name: "a" }, "absent")]);
      expect((await commit([{ delete: things, id: "a", expect: 1 }])).versions).toEqual([2]);
      expect(await get("a")).toBeUndefined();
      expect(await codeOf(commit([put(things, "a", { name: "b" }, 2)]))).toBe("CONFLICT");
      expect(await codeOf(commit([{ delete: things, id: "a", expect: 2 }]))).toBe("CONFLICT");
      expect((await commit([{ delete: things, id: "a", expect: "any" }])).versions).toEqual([0]);
      expect((await commit([put(things, "a", { name: "c" }, "absent")])).versions).toEqual([3]);
      expect((await commit([{ delete: things, id: "b", expect: "any" }])).versions).toEqual([0]);
    });

    test("erase forgets: versions restart at 1", async () => {
      const { commit } = calls(store());
      for (let n = 1; n <= 3; n++) await commit([put(counters, "a", { n }, "any")]);
      expect((await commit([{ delete: counters, id: "a", expect: 3 }])).versions).toEqual([4]);
      expect((await commit([put(counters, "a", { n: 0 }, "absent")])).versions).toEqual([1]);
    });

    test("the write id stays with the record", async () => {
      await store().commit(
        commitOf([put(things, "a", { name: "a" }, "absent")], { writeId: "mine" }),
      );
      expect((await store().get(things, "a"))?.writeId).toBe("mine");
    });
  });

  describe("atomicity", () => {
    test("one refused change undoes all, across kinds", async () => {
      const { commit, get } = calls(store());
      await commit([put(counters, "taken", { n: 1 }, "absent")]);
      const mixed = commit([
        put(things, "a", { name: "a" }, "absent"),
        put(letters, "l", { body: "hello" }, "absent"),
        put(counters, "taken", { n: 2 }, "absent"),
      ]);
      expect(await codeOf(mixed)).toBe("CONFLICT");
      expect(await get("a")).toBeUndefined();
      expect(await store().get(letters, "l")).toBeUndefined();
      expect((await store().get(counters, "taken"))?.doc.n).toBe(1);
    });

    test("all kinds of a commit land together, at the biggest size too", async () => {
      const changes = Array.from({ length: COMMIT_CHANGES_MAX }, (_, i) =>
        i % 2 === 0
          ? put(things, `t${i}`, { name: "t" }, "absent")
          : put(letters, `l${i}`, { body: "l" }, "absent"),
      );
      const { versions } = await store().commit(commitOf(changes));
      expect(versions).toEqual(changes.map(() => 1));
      const found = await store().getMany(things, ["t0", "t498", "t1"]);
      expect(found.map((record) => record?.id)).toEqual(["t0", "t498", undefined]);
    });
  });

  describe("races", () => {
    test("of 50 writers that compare and set one record, one wins each round", async () => {
      const { commit } = calls(store());
      await commit([put(counters, "c", { n: 0 }, "absent")]);
      for (let round = 1; round <= 10; round++) {
        const outcomes = await Promise.allSettled(
          Array.from({ length: 50 }, () => commit([put(counters, "c", { n: round }, round)])),
        );
        expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
        const codes = outcomes.flatMap((o) =>
          o.status === "rejected" ? [(o.reason as StoreError).code] : [],
        );
        expect(new Set(codes)).toEqual(new Set(["CONFLICT"]));
      }
      expect(await store().get(counters, "c")).toMatchObject({ version: 11, doc: { n: 10 } });
    });

    test("50 writers that try again lose no increment", async () => {
      const { commit } = calls(store());
      await commit([put(counters, "c", { n: 0 }, "absent")]);
      const increment = async () => {
        for (;;) {
          const { doc, version } = (await store().get(counters, "c"))!;
          try {
            return await commit([put(counters, "c", { n: doc.n + 1 }, version)]);
          } catch (error) {
            if ((error as StoreError).code !== "CONFLICT") throw error;
          }
        }
      };
      await Promise.all(Array.from({ length: 50 }, increment));
      expect(await store().get(counters, "c")).toMatchObject({ version: 51, doc: { n: 50 } });
    });

    test("any: each of 50 blind writers gets a version of its own", async () => {
      const { commit } = calls(store());
      const all = await Promise.all(
        Array.from({ length: 50 }, (_, n) => commit([put(counters, "c", { n }, "any")])),
      );
      const versions = all.map((committed) => committed.versions[0]!).sort((a, b) => a - b);
      expect(versions).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
    });

    test("write skew is refused: two that require what the other changes cannot both land", async () => {
      const { commit } = calls(store());
      for (let round = 1; round <= 20; round++) {
        const [a, b] = [`a${round}`, `b${round}`];
        await commit([put(counters, a, { n: 1 }, "absent"), put(counters, b, { n: 1 }, "absent")]);
        const leave = (mine: string, other: string) =>
          store().commit(
            commitOf([put(counters, mine, { n: 0 }, 1)], {
              require: [{ kind: counters, id: other, version: 1 }],
            }),
          );
        const outcomes = await Promise.allSettled([leave(a, b), leave(b, a)]);
        expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
      }
    });

    test("a required record keeps its version; a missing or deleted one refuses", async () => {
      const { commit } = calls(store());
      const require = [{ kind: things, id: "term", version: 1 }];
      const fenced = () =>
        store().commit(commitOf([put(counters, "c", { n: 1 }, "any")], { require }));
      expect(await refusal(fenced)).toMatchObject({
        code: "CONFLICT",
        record: { kind: "things", id: "term" },
      });
      await commit([put(things, "term", { name: "1" }, "absent")]);
      await fenced();
      expect((await store().get(things, "term"))?.version).toBe(1);
      await commit([put(things, "term", { name: "2" }, 1)]);
      expect(await codeOf(fenced)).toBe("CONFLICT");
      await commit([{ delete: things, id: "term", expect: "any" }]);
      expect(await codeOf(fenced)).toBe("CONFLICT");
    });
  });

  describe("idempotency", () => {
    test("under a race one commit of a key wins, the others get its outcome and write nothing", async () => {
      const attempt = (i: number) =>
        store().commit(
          commitOf([put(things, `t${i}`, { name: "t" }, "absent")], {
            idempotency: { key: "k", requestHash: Uint8Array.of(i), reply: Uint8Array.of(9, i) },
          }),
        );
      const outcomes = await Promise.all(Array.from({ length: 50 }, (_, i) => attempt(i)));
      const winners = outcomes.flatMap(({ replayed }, i) => (replayed === undefined ? [i] : []));
      expect(winners).toHaveLength(1);
      const winner = winners[0]!;
      const outcome = { requestHash: Uint8Array.of(winner), reply: Uint8Array.of(9, winner) };
      for (const { replayed, versions } of outcomes) {
        if (replayed === undefined) continue;
        expect(replayed).toEqual(outcome);
        expect(versions).toEqual([]);
      }
      const page = await store().list(things, { limit: 100 });
      expect(page.items.map(({ id }) => id)).toEqual([`t${winner}`]);
      expect(await store().replay("k")).toEqual(outcome);
    });

    test("a replay comes before any conflict; a refused commit leaves no outcome", async () => {
      const idempotency = { key: "k", requestHash: Uint8Array.of(1), reply: Uint8Array.of(2) };
      const create = () =>
        store().commit(commitOf([put(things, "a", { name: "a" }, "absent")], { idempotency }));
      await create();
      expect((await create()).replayed).toEqual({
        requestHash: Uint8Array.of(1),
        reply: Uint8Array.of(2),
      });
      const other = { ...idempotency, key: "other" };
      const refused = store().commit(
        commitOf([put(things, "a", { name: "b" }, "absent")], { idempotency: other }),
      );
      expect(await codeOf(refused)).toBe("CONFLICT");
      expect(await store().replay("other")).toBeUndefined();
    });
  });

  describe("limits", () => {
    const marker = put(things, "marker", { name: "m" }, "any");
    const big = "x".repeat(COMMIT_BYTES_MAX / 2);
    const broken: readonly [string, () => Commit["changes"], Partial<Commit>?][] = [
      [
        "501 changes",
        () => Array.from({ length: 500 }, (_, i) => put(things, `i${i}`, { name: "i" }, "any")),
      ],
      [
        "more than 3 MiB",
        () => [put(letters, "1", { body: big }, "any"), put(letters, "2", { body: big }, "any")],
      ],
      ["two changes of one record", () => [{ delete: things, id: "marker", expect: "any" }]],
      [
        "an id that is too long",
        () => [put(things, "é".repeat(ID_BYTES_MAX / 2 + 1), { name: "" }, "any")],
      ],
      ["an empty id", () => [put(things, "", { name: "" }, "any")]],
      ["an id that is no Unicode", () => [put(things, "\ud800", { name: "" }, "any")]],
      ["a version below 1", () => [put(things, "a", { name: "" }, 0)]],
      ["a reserved field", () => [put(things, "a", { name: "", version: 1 } as never, "any")]],
      ["a field that begins with _", () => [put(things, "a", { name: "", _x: 1 } as never, "any")]],
      [
        "a value that cannot be stored",
        () => [put(things, "a", { name: "", rank: Number.NaN }, "any")],
      ],
      ["a class instance", () => [put(things, "a", { name: new Map() } as never, "any")]],
      [
        "a kind that was not declared",
        () => [put({ ...things, name: "unknown" }, "a", { name: "" }, "any")],
      ],
      ["an empty write id", () => [], { writeId: "" }],
    ];
    test.each(broken)("%s: INVALID, and nothing is written", async (...row) => {
      const [, changes, more] = row;
      expect(await codeOf(store().commit(commitOf([marker, ...changes()], more)))).toBe("INVALID");
      expect((await store().list(things, { limit: 10 })).items).toEqual([]);
      // and the store is as good as before
      expect((await store().commit(commitOf([marker]))).versions).toEqual([1]);
    });

    test("an id and a commit of exactly the limit pass", async () => {
      const id = "é".repeat(ID_BYTES_MAX / 2);
      const frame = '{"body":""}'.length + Buffer.byteLength(id);
      const body = "x".repeat(COMMIT_BYTES_MAX - frame);
      await store().commit(commitOf([put(letters, id, { body }, "absent")]));
      expect((await store().get(letters, id))?.doc.body).toHaveLength(body.length);
      const over = commitOf([put(letters, id, { body: `${body}x` }, "any")]);
      expect(await codeOf(store().commit(over))).toBe("INVALID");
    });
  });

  describe("eraseMany", () => {
    test("removes what is there, can be repeated, restarts versions", async () => {
      const { commit } = calls(store());
      const ids = Array.from({ length: 400 }, (_, i) => `l${i}`);
      await commit(ids.map((id) => put(letters, id, { body: "b" }, "absent")));
      const some = ids.slice(0, 300);
      expect(await store().eraseMany(letters, [...some, "never"])).toBe(300);
      expect(await store().eraseMany(letters, some)).toBe(0);
      expect((await store().list(letters, { limit: 500 })).items).toHaveLength(100);
      expect((await commit([put(letters, "l0", { body: "again" }, "absent")])).versions).toEqual([
        1,
      ]);
    });

    test("is refused for kinds that are watched or leave tombstones", async () => {
      expect(await codeOf(store().eraseMany(counters, ["a"]))).toBe("INVALID");
      expect(await codeOf(store().eraseMany(things, ["a"]))).toBe("INVALID");
    });
  });
}

function calls(store: Store) {
  return {
    commit: (changes: Commit["changes"]) => store.commit(commitOf(changes)),
    get: (id: string) => store.get(things, id),
  };
}
