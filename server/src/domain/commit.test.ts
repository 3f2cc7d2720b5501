// The committer: what a caller is told when the store is contended, silent or unsure; audit; effects.
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { Mesh_State } from "@meshwork/gen/mesh/v1/mesh";
import { put, type Store, StoreError, type StoreErrorCode } from "../store/store.ts";
import { admin, type Domain, eventually, openDomain } from "../testing/domain-fixture.ts";
import { auditDelayMs } from "./audit/audit-batch.ts";
import { auditKind } from "./audit/audit-record.ts";
import type { Call } from "./call.ts";
import { createCommitter } from "./commit.ts";
import { DomainError } from "./errors.ts";
import { meshKind, type MeshRecord } from "./meshes/mesh-record.ts";

let domain: Domain;
let call: Call;
beforeEach(async () => {
  domain = await openDomain();
  call = domain.callFor("mesh.v1.MeshService/CreateMesh", admin, new AbortController().signal);
});
afterEach(() => domain.close());

const mesh = (displayName: string): MeshRecord => ({
  uid: "u",
  meshId: "m",
  displayName,
  labels: {},
  state: Mesh_State.ACTIVE,
  createTime: new Date(0),
  updateTime: new Date(0),
});
const write = (displayName: string) => ({
  changes: [put(meshKind, "m", mesh(displayName), "any")],
  reply: displayName,
});
const reasonOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    (reply) => `done: ${String(reply)}`,
    (error: unknown) => (error instanceof DomainError ? error.reason : String(error)),
  );
/** A committer over the same store, of which one call fails in a given way. */
const failing = (methods: Partial<Pick<Store, "commit" | "replay" | "get">>) => {
  const store: Store = { ...domain.store, ...methods };
  return createCommitter({ ...domain, store });
};
const kept = async () => (await domain.store.get(meshKind, "m"))?.doc.displayName;

describe("contention", () => {
  test("50 who add to one record all get through, each seeing the one before", async () => {
    await domain.committer.run(call, () => Promise.resolve(write("0")));
    const replies = await Promise.all(
      Array.from({ length: 50 }, () =>
        domain.committer.run(call, async () => {
          const rec = (await domain.store.get(meshKind, "m"))!;
          const next = String(Number(rec.doc.displayName) + 1);
          return { changes: [put(meshKind, "m", mesh(next), rec.version)], reply: Number(next) };
        }),
      ),
    );
    expect(replies.sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
  });

  test("a record that never stands still is given up at the call's deadline", async () => {
    let turns = 0;
    const work = domain.committer.run(call, async () => {
      turns += 1;
      if (turns === 3) domain.clock.advance(30_000);
      const rec = await domain.store.get(meshKind, "m");
      const others = [put(meshKind, "m", mesh(`other ${turns}`), "any")];
      await domain.store.commit({ writeId: domain.ids.uuid(), changes: others });
      return { changes: [put(meshKind, "m", mesh("mine"), rec?.version ?? "absent")], reply: 0 };
    });
    expect(await reasonOf(work)).toBe("CONTENDED");
    // The commit that would land after the deadline was not even tried.
    expect({ turns, kept: await kept() }).toEqual({ turns: 3, kept: "other 3" });
  });
});

describe("a store in trouble", () => {
  const codes: [StoreErrorCode, string][] = [
    ["UNAVAILABLE", "NOT_SENT"],
    ["UNKNOWN_OUTCOME", "OUTCOME_UNKNOWN"],
    ["EXHAUSTED", "STORE_FULL"],
    ["INVALID", "INTERNAL"],
  ];
  test.each(codes)("%s of a write is told as %s", async (code, reason) => {
    const committer = failing({ commit: () => Promise.reject(new StoreError(code, "x")) });
    expect(await reasonOf(committer.run(call, () => Promise.resolve(write("x"))))).toBe(reason);
  });

  test("what lands after its caller has stopped waiting takes effect all the same", async () => {
    const disk = Promise.withResolvers<undefined>();
    let effects = 0;
    const committer = failing({
      commit: async (commit) => {
        await disk.promise;
        return domain.store.commit(commit);
      },
    });
    const work = reasonOf(
      committer.run(call, () =>
        Promise.resolve({ ...write("late"), effects: [() => (effects += 1)] }),
      ),
    );
    await eventually(() => domain.clock.pending > 0);
    domain.clock.advance(60_000);
    expect([await work, effects]).toEqual(["OUTCOME_UNKNOWN", 0]);
    disk.resolve(undefined);
    await eventually(() => effects === 1);
    expect(await kept()).toBe("late");
  });

  test("trouble while still reading can have done nothing, whatever it is", async () => {
    const committer = failing({
      replay: () => Promise.reject(new StoreError("UNKNOWN_OUTCOME", "x")),
    });
    const once = { requestId: "r", request: new Uint8Array(), secretId: () => "s" };
    const work = committer.runOnce(call, once, () => Promise.resolve(write("x")));
    expect(await reasonOf(work)).toBe("NOT_SENT");
  });

  test("after an unknown outcome that was one, the same request id finds the first answer", async () => {
    const committer = failing({
      commit: async (commit, options) => {
        await domain.store.commit(commit, options);
        throw new StoreError("UNKNOWN_OUTCOME", "x");
      },
    });
    const once = {
      requestId: "r",
      request: new Uint8Array([1]),
      encode: (reply: string) => new TextEncoder().encode(reply),
      decode: (bytes: Uint8Array) => new TextDecoder().decode(bytes),
    };
    const first = committer.runOnce(call, once, () => Promise.resolve(write("first")));
    expect(await reasonOf(first)).toBe("OUTCOME_UNKNOWN");
    const second = domain.committer.runOnce(call, once, () => Promise.resolve(write("second")));
    expect(await second).toBe("first");
    expect(await kept()).toBe("first");
    const misused = { ...once, request: new Uint8Array([2]) };
    const other = domain.committer.runOnce(call, misused, () => Promise.resolve(write("third")));
    expect(await reasonOf(other)).toBe("REQUEST_ID_REUSED");
  });
});

test("a twin that wins after the look-up answers, instead of being in the way", async () => {
  const once = {
    requestId: "r",
    request: new Uint8Array([1]),
    encode: (reply: string) => new TextEncoder().encode(reply),
    decode: (bytes: Uint8Array) => new TextDecoder().decode(bytes),
  };
  const work = domain.committer.runOnce(call, once, async () => {
    await domain.committer.runOnce(call, once, () => Promise.resolve(write("twin")));
    throw new DomainError("RESOURCE_EXISTS", "what the twin made");
  });
  expect(await reasonOf(work)).toBe("done: twin");
});

test("who has gone away or has no time left changes nothing", async () => {
  const gone = { ...call, signal: AbortSignal.abort() };
  const decide = () => Promise.resolve(write("x"));
  expect(await reasonOf(domain.committer.run(gone, decide))).toBe("CANCELLED");
  const late = { ...call, deadlineMs: domain.clock.monotonic() };
  expect(await reasonOf(domain.committer.run(late, decide))).toBe("DEADLINE_EXCEEDED");
  expect(await kept()).toBeUndefined();
  const stream = { ...call, deadlineMs: Infinity };
  expect(await reasonOf(domain.committer.run(stream, decide))).toBe("done: x");
});

test("effects come after the commit, and one that throws spoils neither answer nor the others", async () => {
  const seen: unknown[] = [];
  const reply = await domain.committer.run(call, () =>
    Promise.resolve({
      ...write("x"),
      effects: [
        () => {
          throw new Error("no");
        },
        () => void seen.push(domain.store.get(meshKind, "m")),
      ],
    }),
  );
  expect(reply).toBe("x");
  expect(await seen[0]).toMatchObject({ doc: { displayName: "x" } });
  expect(domain.reports).toEqual(["an effect failed after its commit"]);
});

describe("audit", () => {
  const refusal = { action: "meshes.delete", resource: "meshes/m", outcome: "PERMISSION_MISSING" };
  const events = async () => (await domain.store.list(auditKind, { limit: 1000 })).items;

  test("a change and its event are one commit; a change that fails leaves none", async () => {
    const audit = { action: "meshes.create", resource: "meshes/m" };
    await domain.committer.run(call, () => Promise.resolve({ ...write("x"), audit }));
    const stale = { changes: [put(meshKind, "m", mesh("y"), 7)], reply: 0, audit };
    // Time for one commit, which conflicts, and none for a second.
    const late = { ...call, deadlineMs: domain.clock.monotonic() + 60_000 };
    const failed = domain.committer.run(late, () => {
      domain.clock.advance(30_000);
      return Promise.resolve(stale);
    });
    expect(await reasonOf(failed)).toBe("CONTENDED");
    expect((await events()).map(({ doc }) => doc.outcome)).toEqual(["OK"]);
  });

  test("refusals share commits, keep their order, and name nobody who proved nothing", async () => {
    const nobody = { operation: "x/Y", callId: "c", peerAddress: "10.0.0.1" };
    for (let index = 0; index < 250; index += 1) domain.committer.audit(nobody, refusal);
    domain.committer.audit(call, refusal);
    expect(await events()).toEqual([]);
    domain.clock.advance(auditDelayMs);
    await domain.committer.flush();
    const written = await events();
    expect(new Set(written.map(({ writeId }) => writeId)).size).toBe(3);
    expect(written[0]?.doc).toMatchObject({ actorKind: "UNKNOWN", actor: "", ...refusal });
    expect(written.at(-1)?.doc).toMatchObject({ actorKind: "API_KEY", actor: admin.id });
  });

  test("what could not be written is written later", async () => {
    let down = true;
    const committer = failing({
      commit: (commit) =>
        down ? Promise.reject(new StoreError("UNAVAILABLE", "x")) : domain.store.commit(commit),
    });
    committer.audit(call, refusal);
    await committer.flush();
    expect(domain.reports).toEqual(["1 audit events wait for the store"]);
    down = false;
    domain.clock.advance(auditDelayMs);
    await committer.flush();
    expect(await events()).toHaveLength(1);
  });

  test("an audit event that cannot be written fails the change", async () => {
    const audit = { action: "meshes.create", resource: "meshes/m" };
    const committer = failing({
      commit: (commit, options) =>
        domain.store.commit(
          {
            ...commit,
            changes: commit.changes.map((c) =>
              "put" in c && c.put === auditKind ? { ...c, expect: 9 } : c,
            ),
          },
          options,
        ),
    });
    const late = { ...call, deadlineMs: domain.clock.monotonic() + 60_000 };
    const work = committer.run(late, () => {
      domain.clock.advance(30_000);
      return Promise.resolve({ ...write("x"), audit });
    });
    expect(await reasonOf(work)).toBe("CONTENDED");
    expect(await kept()).toBeUndefined();
  });
});
