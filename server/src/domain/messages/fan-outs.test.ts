// Messages to many at least once: accepted in one bounded commit, in every mailbox in the end, in order.
import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { AgentState } from "@meshwork/gen/mesh/v1/agent";
import { DeliveryGuarantee, MessageStep_Kind } from "@meshwork/gen/mesh/v1/message";
import { COMMIT_BYTES_MAX, COMMIT_CHANGES_MAX, StoreError } from "../../store/store.ts";
import { fanOutKind, fanOutProgressKind } from "./fan-out-record.ts";
import { mailExpiryKind, mailKind } from "./mail-record.ts";
import { createSendingWorld, MESH_UID, type SendingWorld } from "./testing/sending-world.ts";

let world: SendingWorld;
beforeEach(async () => {
  world = await createSendingWorld();
});
afterEach(() => world.close());

const atLeastOnce = { guarantee: DeliveryGuarantee.AT_LEAST_ONCE };
const broadcast = { ...atLeastOnce, target: { case: "broadcast" as const, value: true } };

const agentIds = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `a${String(index).padStart(5, "0")}`);
const provision = (count: number): Promise<void> =>
  world.provision(agentIds(count).map((agentId) => ({ agentId })));
const expanded = (): Promise<void> =>
  world.until(() => world.sending.expander.size === 0, "all in their mailboxes");
/** From now on the expander decides nothing until it is released. */
function holdExpander(): { release(): void } {
  let release!: () => void;
  const gate = new Promise<void>((resolve) => (release = resolve));
  world.beforeRead = (kind) => (kind === fanOutProgressKind ? gate : undefined);
  return { release };
}

describe("a message to many", () => {
  test("to few is in all mailboxes with the commit that accepts it", async () => {
    await provision(3);
    const id = await world.accept(broadcast);
    expect(world.commits).toHaveLength(1);
    for (const agentId of agentIds(3)) expect(await world.mailOf(agentId)).toEqual([id]);
    expect(world.landed).toEqual(agentIds(3).map((agentId) => `${agentId} ${id}`));
    expect(await world.store.get(fanOutProgressKind, id)).toBeUndefined();
    expect(world.sending.expander.size).toBe(0);
    expect(world.accepted).toBe(1);
  });

  test("to 10,000 stays below the store's limits in each commit; the body is written once", async () => {
    await provision(10_000);
    const payload = new Uint8Array(1024 * 1024 - 1_000).fill(7);
    const id = await world.accept({ ...broadcast, payload, ttl: durationFromMs(60_000) });
    // Accepted, and not everywhere yet.
    expect(await world.sending.fanOuts.unaddressed(id)).toBeGreaterThan(9_000);
    await expanded();
    expect(await world.sending.fanOuts.unaddressed(id)).toBe(0);
    const rows = await world.mail();
    expect(rows).toHaveLength(10_000);
    // The ttl is short: each has a row of its expiry too.
    expect(await world.store.count(mailExpiryKind, {}, 20_000)).toBe(10_000);
    expect(new Set(rows.map(({ doc }) => doc.messageId))).toEqual(new Set([id]));
    for (const { changes } of world.commits)
      expect(changes.length).toBeLessThanOrEqual(COMMIT_CHANGES_MAX);
    const bytes = world.commits.map(({ changes }) =>
      changes.reduce((sum, change) => {
        if (!("put" in change)) return sum;
        const body = (change.doc as { body?: Uint8Array }).body?.length ?? 0;
        return sum + body + JSON.stringify({ ...change.doc, body: undefined }).length;
      }, 0),
    );
    expect(Math.max(...bytes)).toBeLessThan(COMMIT_BYTES_MAX);
    expect(bytes.filter((size) => size > payload.length)).toHaveLength(1);
    expect(world.commits.length).toBeGreaterThan(40);
    expect(world.commits.length).toBeLessThan(60);
  });

  test("does not overtake an earlier one of its sender, which another's may", async () => {
    await provision(1_000);
    const ids = [await world.accept(broadcast), await world.accept(broadcast)];
    const last = { ...atLeastOnce, target: { case: "selector" as const, value: {} } };
    ids.push(
      await world.accept({
        ...last,
        target: { case: "selector", value: { agentIds: ["a00900"] } },
      }),
    );
    const other = await world.accept(
      { ...atLeastOnce, target: { case: "selector", value: { agentIds: ["a00900"] } } },
      "another",
    );
    expect(world.landed).toContain(`a00900 ${other}`);
    expect(world.landed).not.toContain(`a00900 ${ids[0]!}`);
    await expanded();
    for (const agentId of agentIds(1_000)) {
      const got = world.landed.filter((one) => one.startsWith(`${agentId} `));
      const own = got.map((one) => one.split(" ")[1]!).filter((id) => id !== other);
      expect(own).toEqual(agentId === "a00900" ? ids : ids.slice(0, 2));
    }
  });

  test("reaches a session that is there, and one that comes after a restart, in order and whole", async () => {
    await provision(500);
    const here = await world.attach("a00450");
    for (const byte of [1, 2, 3])
      await world.accept({ ...broadcast, payload: new Uint8Array(100_000).fill(byte) });
    await expanded();
    await world.until(() => here.length === 3);
    await world.restart();
    const later = await world.attach("a00451");
    await world.until(() => later.length === 3);
    for (const messages of [here, later])
      expect(messages.map(({ payload, attempt }) => [payload[0], payload.length, attempt])).toEqual(
        [1, 2, 3].map((byte) => [byte, 100_000, 1]),
      );
  });

  test("leaves out a full mailbox, and agents that end or are new meanwhile", async () => {
    await provision(600);
    world.full.add(world.uidOf("a00001"));
    world.full.add(world.uidOf("a00500"));
    const held = holdExpander();
    const id = await world.accept(broadcast);
    await world.change("a00550", (doc) => ({ ...doc, state: AgentState.TERMINATED }));
    await world.change("a00551", () => undefined);
    await world.change("a00552", () => undefined);
    // Also where the clock goes back meanwhile.
    world.clock.jump(-60_000);
    await world.provision([{ agentId: "a00552" }]);
    held.release();
    await expanded();
    const addressed = new Set(world.landed.map((one) => one.split(" ")[0]!));
    const left = ["a00001", "a00500", "a00550", "a00551", "a00552"];
    expect(agentIds(600).filter((agentId) => !addressed.has(agentId))).toEqual(left);
    const dropped = world.steps.filter(({ step }) => step.kind === MessageStep_Kind.DROPPED);
    expect(dropped.map(({ messageId, step }) => [messageId, step.address?.name])).toEqual([
      [id, "a00001"],
      [id, "a00500"],
    ]);
    expect(world.leftOut).toBe(2);
  });

  test("can be taken back from those who do not have it yet", async () => {
    await provision(5_000);
    const id = await world.accept(broadcast);
    // However slow that is to be written, it does not run after the steps of the expander.
    world.beforeCommit = async ({ changes }) => {
      for (let turn = 0; turn < 500 && changes.length === 1; turn += 1) await setImmediate();
    };
    const spared = await world.sending.fanOuts.cancel(id);
    await expanded();
    expect(spared).toBeGreaterThan(4_000);
    expect(await world.mail()).toHaveLength(5_000 - spared);
    expect(await world.sending.fanOuts.cancel(id)).toBe(0);
  });

  test("that nobody gets is on record without its content, for an hour", async () => {
    const id = await world.accept({ ...broadcast, payload: new Uint8Array(1_000) });
    const rec = await world.store.get(fanOutKind, id);
    expect(rec?.doc.body).toBeUndefined();
    expect(rec?.doc.expireTime).toEqual(new Date(world.clock.now() + 60 * 60_000));
  });

  test("is kept for as long as it may be delivered, and an hour more", async () => {
    await provision(1);
    const id = await world.accept({ ...broadcast, ttl: durationFromMs(90_000) });
    const rec = await world.store.get(fanOutKind, id);
    expect(rec?.doc.endTime).toEqual(new Date(world.clock.now() + 90_000));
    expect(rec?.doc.expireTime).toEqual(new Date(world.clock.now() + 90_000 + 60 * 60_000));
    expect(fanOutKind.expireAt).toBe("expireTime");
  });

  test("is refused while 1,000 of its sender's wait", async () => {
    await provision(300);
    world.beforeCommit = ({ changes }) => {
      // The expander gets nowhere.
      if (changes.some((change) => "put" in change && change.put === fanOutKind)) return;
      throw new StoreError("UNAVAILABLE", "no store");
    };
    const one = { case: "selector" as const, value: { agentIds: ["a00001"] } };
    await world.accept(broadcast);
    for (let more = 1; more < 1_000; more += 1) await world.accept({ ...atLeastOnce, target: one });
    await expect(world.accept(broadcast)).rejects.toMatchObject({ reason: "QUOTA_EXCEEDED" });
    await expect(world.accept(broadcast, "another")).resolves.toBeDefined();
  });
});

describe("a server that dies", () => {
  test.each([1, 2, 3])(
    "between any two commits: all get all, once, in order (seed %d)",
    async (seed) => {
      await provision(1_000);
      const random = world.ids.bytes(16).map((byte, index) => (byte * (seed + index)) % 256);
      const ids: string[] = [];
      for (let round = 0; round < 4; round += 1) {
        ids.push(await world.accept(broadcast), await world.accept(broadcast));
        const stopAt = world.commits.length + (random[round]! % 6);
        await world.until(
          () => world.commits.length >= stopAt || world.sending.expander.size === 0,
          `seed ${seed}`,
        );
        await world.restart();
      }
      await expanded();
      for (const agentId of agentIds(1_000))
        expect([seed, agentId, ...(await world.mailOf(agentId))]).toEqual([seed, agentId, ...ids]);
      expect(await world.mail()).toHaveLength(8_000);
      expect((await world.store.list(fanOutProgressKind, { limit: 10 })).items).toEqual([]);
      // In the order of the commits, too: whoever is connected gets them so.
      const seen = new Map<string, string[]>();
      for (const { changes } of world.commits)
        for (const change of changes)
          if ("put" in change && change.put === mailKind) {
            const [uid, messageId] = change.id.split("/");
            seen.set(uid!, [...(seen.get(uid!) ?? []), messageId!]);
          }
      for (const got of seen.values()) expect(got).toEqual(ids);
    },
  );

  test("before the accepting commit: a message that never landed holds up nothing for long", async () => {
    await provision(300);
    world.beforeCommit = () => {
      throw new StoreError("UNAVAILABLE", "no store");
    };
    await expect(world.accept(broadcast)).rejects.toMatchObject({ reason: "NOT_SENT" });
    world.beforeCommit = undefined;
    expect(world.sending.expander.busy(`${MESH_UID}/sender`)).toBe(true);
    const id = await world.accept({
      ...atLeastOnce,
      target: { case: "selector", value: { agentIds: ["a00001"] } },
    });
    await expanded();
    expect(await world.mailOf("a00001")).toEqual([id]);
    world.clock.advance(30_001);
    expect(world.sending.expander.busy(`${MESH_UID}/sender`)).toBe(false);
  });

  test("a step that landed unconfirmed is told to who is there, and not done again", async () => {
    await provision(500);
    const held = holdExpander();
    const here = await world.attach("a00250");
    const id = await world.accept(broadcast);
    world.unknownAfter = mailKind;
    held.release();
    await world.until(() => world.reports.length === 1);
    await world.retryUntil(() => here.length > 0 && world.sending.expander.size === 0);
    expect(here.map(({ messageId }) => messageId)).toEqual([id]);
    expect(world.commits).toHaveLength(3);
    expect(await world.mail()).toHaveLength(500);
  });

  test("a store that fails is tried again, with pauses", async () => {
    await provision(500);
    let failures = 3;
    world.beforeCommit = ({ changes }) => {
      if (changes.some((change) => "put" in change && change.put === fanOutKind)) return;
      failures -= 1;
      if (failures >= 0) throw new StoreError("UNAVAILABLE", "no store");
    };
    await world.accept(broadcast);
    const idle = expanded();
    for (let passed = 0; passed < 20; passed += 1) {
      await world.until(() => world.clock.pending > 0 || world.sending.expander.size === 0);
      world.clock.advance(1_000);
    }
    await idle;
    expect(await world.mail()).toHaveLength(500);
    expect(world.reports).toHaveLength(3);
  });
});
