// At-least-once messages over links: numbered, confirmed, delivered, settled, and taken up again.
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { AgentState } from "@meshwork/gen/mesh/v1/agent";
import { ErrorReason } from "@meshwork/gen/mesh/v1/error";
import { Settlement_Kind } from "@meshwork/gen/mesh/v1/link";
import { DeliveryGuarantee } from "@meshwork/gen/mesh/v1/message";
import { createLinkWorld, type LinkWorld, type TestAgent } from "./testing/link-world.ts";

let world: LinkWorld;
beforeEach(async () => {
  world = await createLinkWorld({ intervalMs: 60_000, lostAfterMs: 180_000 });
});
afterEach(() => world.close());

const producer = { producerId: "p1" };
const guarantee = DeliveryGuarantee.AT_LEAST_ONCE;
type Target =
  | { readonly case: "agentId"; readonly value: string }
  | { readonly case: "group"; readonly value: string }
  | { readonly case: "topic"; readonly value: string };

const toW2: Target = { case: "agentId", value: "w2" };

function publish(agent: TestAgent, firstSequence: bigint, ...subjects: string[]): void {
  publishTo(agent, toW2, firstSequence, ...subjects);
}

function publishTo(
  agent: TestAgent,
  target: Target,
  firstSequence: bigint,
  ...subjects: string[]
): void {
  const messages = subjects.map((subject) => ({ target, subject, guarantee }));
  agent.send({ case: "publish", value: { messages, firstSequence } });
}

function ack(agent: TestAgent, messageId: string, attempt = 1): void {
  const settlements = [{ messageId, attempt, kind: Settlement_Kind.ACK }];
  agent.send({ case: "settle", value: { settlements } });
}

const delivered = (agent: TestAgent) => agent.of("deliver").flatMap(({ messages }) => messages);
const outcomes = (agent: TestAgent) => agent.of("published").flatMap((frame) => frame.outcomes);
const settled = (agent: TestAgent) => agent.of("settled").flatMap((frame) => frame.outcomes);

describe("publish and settle", () => {
  test("to an agent that is away: confirmed, delivered when it comes, settled, gone", async () => {
    const sender = await world.connect("w1", { producer });
    publish(sender, 1n, "a", "b");
    await world.until(() => outcomes(sender).length === 2, "confirmation");
    expect(outcomes(sender).map(({ sequence }) => sequence)).toEqual([1n, 2n]);

    const receiver = await world.connect("w2");
    await world.until(() => delivered(receiver).length === 2, "delivery");
    expect(delivered(receiver)).toMatchObject([
      { subject: "a", sender: "w1", attempt: 1, messageId: outcomes(sender)[0]!.messageId },
      { subject: "b", sender: "w1", attempt: 1 },
    ]);
    for (const { messageId } of delivered(receiver)) ack(receiver, messageId);
    await world.until(() => settled(receiver).length === 2, "settlement");

    receiver.drop();
    const next = await world.connect("w2");
    publish(sender, 3n, "c");
    await world.until(() => delivered(next).length > 0, "the next one");
    expect(delivered(next).map(({ subject }) => subject)).toEqual(["c"]);
  });

  test("a repetition after a restart of the server is answered again, and judged once", async () => {
    const sender = await world.connect("w1", { producer });
    publish(sender, 1n, "a");
    await world.until(() => outcomes(sender).length === 1, "confirmation");
    await world.restart();
    const again = await world.connect("w1", { producer });
    expect(again.of("welcome")[0]!.producerSequence).toBe(1n);
    publish(again, 1n, "a", "b");
    await world.until(() => outcomes(again).length === 2, "confirmation");
    expect(outcomes(again)[0]!.messageId).toBe(outcomes(sender)[0]!.messageId);
    const receiver = await world.connect("w2");
    await world.until(() => delivered(receiver).length === 2, "delivery");
    expect(delivered(receiver).map(({ subject }) => subject)).toEqual(["a", "b"]);
  });

  test("what an agent says it still has, after a restart of the server, is not delivered again", async () => {
    const sender = await world.connect("w1", { producer });
    const receiver = await world.connect("w2");
    publish(sender, 1n, "a", "b");
    await world.until(() => delivered(receiver).length === 2, "delivery");
    const [first] = delivered(receiver);
    const resumeSessionId = receiver.of("welcome")[0]!.sessionId;
    await world.restart();
    const held = [{ messageId: first!.messageId, attempt: 1 }];
    const next = await world.connect("w2", { resumeSessionId, held });
    await world.until(() => delivered(next).length > 0, "delivery");
    expect(delivered(next)).toMatchObject([{ subject: "b", attempt: 1 }]);
    ack(next, first!.messageId);
    await world.until(() => settled(next).length === 1, "settlement");
    expect(settled(next)[0]!.status).toBeUndefined();
  });

  test("an agent that died has an attempt counted; one that said goodbye has not", async () => {
    const sender = await world.connect("w1", { producer });
    const receiver = await world.connect("w2");
    publish(sender, 1n, "a");
    await world.until(() => delivered(receiver).length === 1, "delivery");
    receiver.send({ case: "goodbye", value: {} });
    await world.until(() => receiver.end !== undefined, "goodbye");
    const second = await world.connect("w2");
    await world.until(() => delivered(second).length === 1, "delivery");
    expect(delivered(second)[0]!.attempt).toBe(1);
    second.drop();
    const third = await world.connect("w2");
    await world.until(() => delivered(third).length === 1, "delivery");
    expect(delivered(third)[0]!.attempt).toBe(2);
  });
});

describe("a server that stops", () => {
  test("counts nothing against what its agents have, nor against what they never got", async () => {
    const sender = await world.connect("w1", { producer });
    const receiver = await world.connect("w2", { window: { deliveriesMax: 1 } });
    publish(sender, 1n, "a", "b");
    await world.until(() => delivered(receiver).length === 1, "delivery");
    const drained = world.links.drain(0);
    world.clock.advance(200);
    await drained;
    await world.restart();
    // Another process of the agent, which knows nothing of the session before.
    const next = await world.connect("w2", { window: { deliveriesMax: 8 } });
    await world.until(() => delivered(next).length === 2, "delivery");
    expect(delivered(next)).toMatchObject([
      { subject: "a", attempt: 1 },
      { subject: "b", attempt: 1 },
    ]);
  });

  test("killed instead, it counts what may have been in their hands", async () => {
    const sender = await world.connect("w1", { producer });
    const receiver = await world.connect("w2", { window: { deliveriesMax: 1 } });
    publish(sender, 1n, "a", "b");
    await world.until(() => delivered(receiver).length === 1, "delivery");
    await world.restart();
    const next = await world.connect("w2", { window: { deliveriesMax: 8 } });
    await world.until(() => delivered(next).length > 0, "delivery");
    expect(delivered(next)[0]).toMatchObject({ subject: "a", attempt: 2 });
  });
});

describe("a group", () => {
  test("a settlement of it waits until the hello's subscriptions stand", async () => {
    const crew = { source: { case: "group" as const, value: "crew" } };
    const topic = { source: { case: "topic" as const, value: "orders.*" }, durable: true };
    const sender = await world.connect("w1", { producer });
    const receiver = await world.connect("w2", { subscriptions: [crew] });
    await world.until(() => receiver.of("subscribed").length > 0, "subscription");
    publishTo(sender, { case: "group", value: "crew" }, 1n, "g");
    await world.until(() => delivered(receiver).length === 1, "delivery");
    const { messageId } = delivered(receiver)[0]!;
    const resumeSessionId = receiver.of("welcome")[0]!.sessionId;
    receiver.drop();
    // Its claim runs out while it is away.
    await world.pass(31_000, 1_000);
    const held = [{ messageId, attempt: 1 }];
    const next = await world.connect("w2", {
      ...{ resumeSessionId, held },
      subscriptions: [topic, crew],
    });
    ack(next, messageId);
    await world.until(() => settled(next).length === 1, "settlement");
    expect(settled(next)[0]!.status).toBeUndefined();
    await world.pass(70_000, 5_000);
    expect(delivered(next)).toEqual([]);
  });
});

test("subscriptions of an agent that is terminated while it is away are gone", async () => {
  const subscriptions = [{ source: { case: "topic" as const, value: "t" }, durable: true }];
  const agent = await world.connect("w2", { subscriptions });
  await world.until(() => agent.of("subscribed").length > 0, "subscription");
  agent.send({ case: "goodbye", value: {} });
  await world.until(() => agent.end !== undefined, "goodbye");
  await world.restart();
  expect(world.messaging.subscriptions.size).toBe(1);
  await world.change("w2", (doc) => ({ ...doc, state: AgentState.TERMINATED }));
  await world.until(() => world.messaging.subscriptions.size === 0, "their end");
});

describe("what breaks the rules", () => {
  test("numbered messages without a producer end the session", async () => {
    const sender = await world.connect("w1");
    publish(sender, 1n, "a");
    expect(sender.end?.error?.reason).toBe("FRAME_NOT_AGREED");
  });

  test("more than 256 unconfirmed messages end the session, which may come back", async () => {
    const sender = await world.connect("w1", { producer });
    const many = Array.from({ length: 200 }, (_, index) => `s${index}`);
    publish(sender, 1n, ...many);
    publish(sender, 201n, ...many);
    await world.until(() => sender.end !== undefined, "the end");
    expect(sender.end?.error?.reason).toBe("CREDIT_EXCEEDED");
    expect(sender.of("goodbye")[0]).toMatchObject({ reconnect: true });
  });

  test("a sequence beyond the next one is answered, and judged when those before it have come", async () => {
    const sender = await world.connect("w1", { producer });
    publish(sender, 2n, "b");
    await world.until(() => outcomes(sender).length === 1, "an answer");
    expect(outcomes(sender)[0]!.status?.message).toMatch(/sequence/);
    publish(sender, 1n, "a", "b");
    await world.until(() => outcomes(sender).length === 3, "confirmation");
    expect(outcomes(sender)[2]!.messageId).not.toBe("");
  });
});

describe("subscriptions", () => {
  test("a topic's subscribers get it, and the one member of a group that is there", async () => {
    const sender = await world.connect("w1", { producer });
    const subscriptions = [
      { source: { case: "topic" as const, value: "orders.*" }, durable: true },
      { source: { case: "group" as const, value: "crew" } },
    ];
    const receiver = await world.connect("w2", { subscriptions });
    await world.until(() => receiver.of("subscribed").length > 0, "subscription");
    expect(receiver.of("subscribed")[0]!.outcomes).toMatchObject([
      { subscribed: true },
      { subscribed: true },
    ]);
    publishTo(sender, { case: "topic", value: "orders.new" }, 1n, "t");
    publishTo(sender, { case: "group", value: "crew" }, 2n, "g");
    publishTo(sender, { case: "topic", value: "other.new" }, 3n, "o");
    await world.until(() => delivered(receiver).length === 2, "delivery");
    expect(
      delivered(receiver)
        .map(({ subject }) => subject)
        .sort(),
    ).toEqual(["g", "t"]);
    receiver.send({ case: "unsubscribe", value: { subscriptions } });
    await world.until(() => receiver.of("subscribed").length > 1, "the end of it");
    publishTo(sender, { case: "topic", value: "orders.new" }, 4n, "t2");
    await world.until(() => outcomes(sender).length === 4, "confirmation");
    expect(delivered(receiver)).toHaveLength(2);
  });
});

test("a launcher that tells of an agent not its own is heard by nobody", async () => {
  const agent = await world.connect("m1");
  agent.send({ case: "launched", value: { agentUid: world.uidOf("w1"), state: 2, exitCode: -1 } });
  await world.quiet();
  expect(world.counts.get("warn a launcher told of an agent not its own")).toBe(1);
  expect(agent.end).toBeUndefined();
});

test("a reply for a call that nobody knows is answered by its end", async () => {
  const agent = await world.connect("w1");
  agent.send({ case: "reply", value: { callId: "x", hasPayload: true } });
  expect(agent.of("cancelCall")).toMatchObject([{ reason: ErrorReason.OUTCOME_UNKNOWN }]);
});
