// What goes into a mailbox comes out in order, within the receiver's credit, and again until it is settled.
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { StoreError } from "../../store/store.ts";
import { mailKey, mailKind, parkedKind } from "./mail-record.ts";
import {
  createMailWorld,
  type MailAgent,
  type MailWorld,
  settlementOf,
} from "./testing/mail-world.ts";
import { deliveredTo, names } from "./testing/mail-steps.ts";

let world: MailWorld;
let agent: MailAgent;
beforeEach(async () => {
  world = await createMailWorld();
  agent = world.agent("w1");
});
afterEach(() => world.close());

const delivered = (count: number): Promise<void> => deliveredTo(world, agent, count);

describe("delivery", () => {
  test("what waited and what comes goes out in order, with attempt 1, and writes nothing", async () => {
    await world.send(agent, ...names(3));
    await agent.attach();
    await delivered(3);
    await world.send(agent, ...names(2, 4));
    await delivered(5);
    expect(agent.subjects()).toEqual(["m1#1", "m2#1", "m3#1", "m4#1", "m5#1"]);
    const rows = await world.rows(mailKind);
    expect(rows.map(({ attempts, claim }) => [attempts, claim])).toEqual(
      Array.from({ length: 5 }, () => [undefined, undefined]),
    );
    await agent.ack(...agent.deliveries);
    expect(await world.rows(mailKind)).toEqual([]);
    expect(world.counts).toEqual({ acknowledged: 5 });
  });

  test("what lands in one tick goes in one frame", async () => {
    await agent.attach();
    await world.send(agent, ...names(50));
    await delivered(50);
    expect(agent.frames).toEqual([50]);
  });

  test("no more messages are in flight than the credit says", async () => {
    await world.send(agent, ...names(10));
    await agent.attach({ kind: "clean" }, { messages: 4 });
    await delivered(4);
    await agent.ack(agent.last("m2"));
    await delivered(5);
    await agent.ack(agent.last("m1"), agent.last("m3"), agent.last("m4"), agent.last("m5"));
    await delivered(9);
    expect(agent.subjects().at(-1)).toBe("m9#1");
  });

  test("no more bytes are in flight than the credit says, but one message in any case", async () => {
    const sizes = [600, 300, 200, 5_000, 10];
    await world.send(
      agent,
      ...sizes.map((size, index) => ({ subject: `m${index + 1}`, payload: new Uint8Array(size) })),
    );
    await agent.attach({ kind: "clean" }, { bytes: 1_000 });
    await delivered(2);
    await agent.ack(agent.last("m1"));
    await delivered(3);
    // The big one has to wait until nothing else is there, and what comes after it waits for it.
    await agent.ack(agent.last("m2"));
    await delivered(3);
    await agent.ack(agent.last("m3"));
    await delivered(4);
    await agent.ack(agent.last("m4"));
    await delivered(5);
  });

  test("a lower id that lands late is not skipped", async () => {
    const early = world.ids.uuid();
    await world.send(agent, ...names(2));
    await agent.attach({ kind: "clean" }, { messages: 1 });
    await delivered(1);
    await world.send(agent, { subject: "late", messageId: early });
    await agent.ack(agent.last("m1"));
    await delivered(2);
    await agent.ack(agent.last("late"));
    await delivered(3);
    expect(agent.subjects()).toEqual(["m1#1", "late#1", "m2#1"]);
  });

  test("a paused session is handed nothing", async () => {
    await agent.attach();
    agent.session.pause();
    await world.send(agent, ...names(2));
    await world.quiet();
    expect(agent.deliveries).toEqual([]);
    agent.session.resume();
    await delivered(2);
  });

  test("a backlog of 10,000 drains in order and with bounded memory", async () => {
    await world.close();
    let listed = 0;
    world = await createMailWorld({ rules: { headMessagesMax: 200, headMessagesLow: 50 } });
    agent = world.agent("w1");
    for (let from = 0; from < 10_000; from += 500) await world.send(agent, ...names(500, from));
    const list = world.store.list.bind(world.store);
    world.store.list = async (kind, query, options) => {
      const page = await list(kind, query, options);
      if ((kind as unknown) === mailKind) listed = Math.max(listed, page.items.length);
      return page;
    };
    agent.onDeliver = (messages) => void agent.ack(...messages);
    await agent.attach();
    await world.until(() => agent.deliveries.length === 10_000, "all deliveries");
    expect(agent.deliveries.map(({ subject }) => subject)).toEqual(
      names(10_000, 0).map(({ subject }) => subject),
    );
    await world.until(async () => (await world.store.count(mailKind, {}, 10)) === 0);
    expect(listed).toBeLessThanOrEqual(201);
    expect(listed).toBeGreaterThan(100);
  });

  test("an expired message is not delivered", async () => {
    await world.send(agent, { subject: "short", ttlMs: 1_000 }, { subject: "long" });
    world.clock.advance(1_001);
    await agent.attach();
    await delivered(1);
    expect(agent.subjects()).toEqual(["long#1"]);
  });

  test("a delayed message comes at its time", async () => {
    await agent.attach();
    await world.send(agent, { subject: "later", delayMs: 5_000 }, { subject: "now" });
    await delivered(1);
    await world.pass(4_900);
    expect(agent.subjects()).toEqual(["now#1"]);
    await world.pass(120);
    await delivered(2);
    expect(agent.subjects()).toEqual(["now#1", "later#1"]);
  });
});

describe("settling", () => {
  beforeEach(async () => {
    await agent.attach();
    await world.send(agent, { subject: "m" });
    await delivered(1);
  });

  test("not settled in time, it comes again after the back-off, and that is on record before", async () => {
    await world.pass(29_900);
    expect(agent.subjects()).toEqual(["m#1"]);
    const key = mailKey(agent.uid, agent.last("m").messageId);
    await world.pass(120);
    expect((await world.store.get(parkedKind, key))?.doc).toMatchObject({ attempts: 1 });
    expect(await world.store.get(mailKind, key)).toBeUndefined();
    const seen: Promise<unknown>[] = [];
    agent.onDeliver = () => {
      seen.push(world.store.get(parkedKind, key).then((rec) => rec?.doc.attempts));
    };
    await world.pass(900);
    expect(agent.deliveries).toHaveLength(1);
    await world.pass(200);
    expect(agent.subjects()).toEqual(["m#1", "m#2"]);
    expect(await Promise.all(seen)).toEqual([2]);
    // The second time it waits twice as long.
    await world.pass(30_010);
    await world.pass(1_900);
    expect(agent.deliveries).toHaveLength(2);
    await world.pass(200);
    expect(agent.subjects()).toEqual(["m#1", "m#2", "m#3"]);
    expect(world.counts["redelivered"]).toBe(2);
  });

  test("delivered as often as allowed, it is a dead letter", async () => {
    for (let attempt = 1; attempt <= 8; attempt += 1) {
      await world.until(() => agent.deliveries.length === attempt, `attempt ${attempt}`);
      expect(await agent.settle("NAK", agent.last("m"), { reason: "no luck" })).toBe("OK");
      await world.pass(61_000);
    }
    expect(agent.deliveries).toHaveLength(8);
    expect(await world.dead()).toEqual(["m ATTEMPTS_EXHAUSTED"]);
    expect((await world.deadLetters())[0]).toMatchObject({
      ...{ attempts: 8, detail: "no luck", agentId: "w1", group: "", mailboxKey: agent.uid },
    });
    expect(await world.rows(parkedKind)).toEqual([]);
  });

  test("a NAK may ask for a longer wait than the back-off, not for a shorter one", async () => {
    expect(await agent.settle("NAK", agent.last("m"), { durationMs: 10_000 })).toBe("OK");
    await world.pass(9_900);
    expect(agent.deliveries).toHaveLength(1);
    await world.pass(200);
    expect(agent.deliveries).toHaveLength(2);
    expect(await agent.settle("NAK", agent.last("m"), { durationMs: 0 })).toBe("OK");
    await world.pass(1_900);
    expect(agent.deliveries).toHaveLength(2);
    await world.pass(200);
    expect(agent.deliveries).toHaveLength(3);
  });

  test("EXTEND gives more time", async () => {
    await world.pass(20_000);
    expect(await agent.settle("EXTEND", agent.last("m"), { durationMs: 60_000 })).toBe("OK");
    await world.pass(59_000);
    expect(await agent.settle("EXTEND", agent.last("m"))).toBe("OK");
    await world.pass(29_000);
    expect(agent.deliveries).toHaveLength(1);
    await world.pass(1_010);
    await world.pass(1_100);
    expect(agent.subjects()).toEqual(["m#1", "m#2"]);
  });

  test("REJECT makes a dead letter at once", async () => {
    expect(await agent.settle("REJECT", agent.last("m"), { reason: "nonsense" })).toBe("OK");
    expect(await world.dead()).toEqual(["m REJECTED"]);
    expect((await world.deadLetters())[0]).toMatchObject({ attempts: 1, detail: "nonsense" });
    expect(await world.rows(mailKind)).toEqual([]);
    expect(world.counts).toEqual({ deadLettered: 1 });
  });

  test("an ACK counts for any attempt, all else for the current one only", async () => {
    const first = agent.last("m");
    await agent.settle("NAK", first);
    for (const kind of ["NAK", "REJECT", "EXTEND"] as const)
      expect(await agent.settle(kind, first)).toBe("NOT_IN_FLIGHT");
    await world.pass(1_100);
    expect(agent.subjects()).toEqual(["m#1", "m#2"]);
    expect(await agent.settle("REJECT", first)).toBe("NOT_IN_FLIGHT");
    expect(await agent.settle("ACK", first)).toBe("OK");
    expect(await agent.settle("NAK", agent.last("m"))).toBe("NOT_IN_FLIGHT");
    await world.pass(120_000);
    expect(agent.deliveries).toHaveLength(2);
    expect(await world.rows(parkedKind)).toEqual([]);
    expect(await world.dead()).toEqual([]);
  });

  test("an ACK of what waits for its time, or of what nobody knows, counts", async () => {
    await agent.settle("NAK", agent.last("m"));
    expect(await agent.settle("ACK", agent.last("m"))).toBe("OK");
    expect(await agent.settle("ACK", { messageId: world.ids.uuid(), attempt: 3 })).toBe("OK");
    await world.pass(120_000);
    expect(agent.deliveries).toHaveLength(1);
    expect(await world.rows(parkedKind)).toEqual([]);
  });

  test("what is settled while the mailbox is being read does not come back with the old page", async () => {
    const sent = await world.send(agent, ...names(3));
    agent.session.detach(true);
    await world.quiet();
    agent.deliveries.length = 0;
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const list = world.store.list.bind(world.store);
    world.store.list = async (kind, query, options) => {
      const page = await list(kind, query, options);
      if ((kind as unknown) === mailKind) await promise;
      return page;
    };
    await agent.attach();
    await agent.ack({ messageId: sent[1]!.messageId, attempt: 1 });
    await world.send(agent, { subject: "new" });
    resolve(undefined);
    await world.until(() => agent.deliveries.length >= 4);
    await world.quiet();
    expect(agent.subjects()).toEqual(["m#1", "m1#1", "m3#1", "new#1"]);
  });

  test("a NAK and an ACK that follow each other leave nothing, in either order", async () => {
    const { messageId } = agent.last("m");
    const settle = (...kinds: ("ACK" | "NAK")[]) =>
      agent.session.settle(kinds.map((kind) => settlementOf(kind, { messageId, attempt: 1 })));
    await settle("NAK", "ACK");
    await world.pass(120_000);
    expect(agent.deliveries).toHaveLength(1);
    expect(await world.rows(parkedKind)).toEqual([]);
    expect(await world.rows(mailKind)).toEqual([]);
  });

  test("ACKs of one tick are erased together", async () => {
    const eraseMany = world.store.eraseMany.bind(world.store);
    const erased: number[] = [];
    world.store.eraseMany = (kind, ids, options) => {
      erased.push(ids.length);
      return eraseMany(kind, ids, options);
    };
    await world.send(agent, ...names(20));
    await delivered(21);
    await Promise.all(agent.deliveries.map((message) => agent.ack(message)));
    expect(erased).toEqual([21]);
  });

  test("an ACK that the store did not take is told, and the message stays in flight", async () => {
    const eraseMany = world.store.eraseMany.bind(world.store);
    world.store.eraseMany = () => Promise.reject(new StoreError("UNAVAILABLE", "full queue"));
    expect(await agent.settle("ACK", agent.last("m"))).toBe("NOT_SENT");
    world.store.eraseMany = eraseMany;
    expect(await world.rows(mailKind)).toHaveLength(1);
    expect(await agent.settle("ACK", agent.last("m"))).toBe("OK");
    expect(await world.rows(mailKind)).toEqual([]);
    await world.pass(120_000);
    expect(agent.deliveries).toHaveLength(1);
  });

  test("a NAK that the store did not take is told, and the message stays in flight", async () => {
    const commit = world.store.commit.bind(world.store);
    world.store.commit = () => Promise.reject(new StoreError("EXHAUSTED", "disk full"));
    expect(await agent.settle("NAK", agent.last("m"))).toBe("STORE_FULL");
    world.store.commit = commit;
    expect(await agent.settle("NAK", agent.last("m"))).toBe("OK");
    await world.pass(1_100);
    expect(agent.subjects()).toEqual(["m#1", "m#2"]);
  });

  test("a redelivery that cannot be put on record does not go out until it can", async () => {
    await agent.settle("NAK", agent.last("m"));
    const commit = world.store.commit.bind(world.store);
    world.store.commit = () => Promise.reject(new StoreError("EXHAUSTED", "disk full"));
    await world.pass(5_000);
    expect(agent.deliveries).toHaveLength(1);
    world.store.commit = commit;
    await world.pass(1_100);
    await world.pass(100);
    expect(agent.subjects()).toEqual(["m#1", "m#2"]);
    expect(world.reports).toContain("a redelivery could not be put on record");
  });
});

test("a full mailbox takes no more, until some are settled", async () => {
  await world.close();
  world = await createMailWorld({ rules: { mailboxMessagesMax: 5 } });
  agent = world.agent("w1");
  const address = {
    ...{ key: agent.uid, meshUid: "m", name: "w1", isGroup: false },
  };
  await world.send(agent, ...names(3));
  expect(await world.mailboxes.admit(address)).toBeUndefined();
  await world.send(agent, { delayMs: 1_000_000 }, {});
  const refusal = await world.mailboxes.admit(address);
  expect(refusal?.reason).toBe("MAILBOX_FULL");
  expect(refusal?.message).toMatch(/agent w1 holds as many messages as it may: 5/);
  await agent.attach();
  await world.until(() => agent.deliveries.length === 4);
  await agent.ack(agent.deliveries[0]!);
  expect(await world.mailboxes.admit(address)).toBeUndefined();
});
