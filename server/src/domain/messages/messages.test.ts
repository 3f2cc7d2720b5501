// At-most-once messages: to whom they go, what is refused, and that they touch no store.
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { SubscriptionSchema } from "@meshwork/gen/mesh/v1/link";
import {
  type AgentMessageSchema,
  DeliveryGuarantee,
  MessageStep_Kind,
} from "@meshwork/gen/mesh/v1/message";
import type { TappedMessage } from "./topic-taps.ts";
import { createSendingWorld, MESH_UID, type SendingWorld } from "./testing/sending-world.ts";

let world: SendingWorld;
beforeEach(async () => {
  world = await createSendingWorld();
  await world.provision(
    ["w1", "w2", "w3", "w4"].map((agentId) => ({ agentId, labels: { last: agentId.slice(1) } })),
  );
});
afterEach(() => world.close());

type Init = MessageInitShape<typeof AgentMessageSchema>;
const sender = { meshUid: MESH_UID, name: "w1" };
const send = (init: Init): Promise<number> =>
  world.sending.messages.send(sender, world.message(init));
const topic = (value: string) => ({ target: { case: "topic" as const, value } });
const selected = (expression: string) => ({
  target: { case: "selector" as const, value: { expression } },
});
const broadcast = { target: { case: "broadcast" as const, value: true } };
const to = (value: string) => ({ target: { case: "agentId" as const, value } });

async function subscribe(agentId: string, pattern: string, durable = false): Promise<void> {
  const desk = world.sending.subscriptions.open(await world.session(agentId));
  const source = { case: "topic" as const, value: pattern };
  await desk.subscribe([create(SubscriptionSchema, { source, durable })]);
}

describe("a message", () => {
  test("to a topic goes once to each subscriber that is there", async () => {
    const receivers = ["w1", "w2", "w4"].map((agentId) => world.connect(agentId));
    await subscribe("w1", "a.*");
    await subscribe("w1", "a.>");
    await subscribe("w2", "b");
    await subscribe("w3", "a.b", true);
    const before = world.commits.length;
    expect(await send({ ...topic("a.b"), subject: "x" })).toBe(1);
    expect(receivers.map(({ messages }) => messages.length)).toEqual([1, 0, 0]);
    expect(receivers[0]!.messages[0]).toMatchObject({
      sender: "w1",
      guarantee: DeliveryGuarantee.AT_MOST_ONCE,
      attempt: 0,
      messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(world.commits).toHaveLength(before);
  });

  test("to all goes to those that are there, as one object", async () => {
    const receivers = ["w1", "w2", "w4"].map((agentId) => world.connect(agentId));
    expect(await send(broadcast)).toBe(3);
    const messages = receivers.map((receiver) => receiver.messages[0]);
    expect(new Set(messages).size).toBe(1);
  });

  test("to a selector goes to those that fulfil it and are there", async () => {
    const receivers = ["w1", "w2", "w3"].map((agentId) => world.connect(agentId));
    expect(await send(selected('agent.labels.last > "1"'))).toBe(2);
    expect(receivers.map(({ messages }) => messages.length)).toEqual([0, 1, 1]);
    await expect(send(selected("nonsense"))).rejects.toMatchObject({ reason: "INVALID_REQUEST" });
  });

  test("to an agent of that name that came after the session was opened is not its earlier one's", async () => {
    const receiver = world.connect("w2");
    await subscribe("w2", "a");
    await world.change("w2", () => undefined);
    await world.provision([{ agentId: "w2" }]);
    world.connect("w2");
    await expect(send(topic("a"))).rejects.toMatchObject({ reason: "NO_RECEIVER" });
    expect(receiver.messages).toEqual([]);
  });

  test.each<[string, Init]>([
    ["an agent that is away", to("w3")],
    ["a topic that nobody hears", topic("silence")],
    ["a selector that nobody fulfils", selected("false")],
  ])("to %s is refused", async (_, init) => {
    world.connect("w1");
    await expect(send(init)).rejects.toMatchObject({ reason: "NO_RECEIVER" });
  });

  test("that finds no room at some is told of as dropped there, at all is refused", async () => {
    const receivers = ["w1", "w2"].map((agentId) => world.connect(agentId));
    receivers[1]!.room = false;
    expect(await send(broadcast)).toBe(1);
    expect(world.steps).toMatchObject([
      { step: { kind: MessageStep_Kind.DROPPED, address: { name: "w2" } } },
    ]);
    receivers[0]!.room = false;
    await expect(send(broadcast)).rejects.toThrow(/of 2 connected agents none has room/);
  });

  test.each<[string, Init, string]>([
    ["a ttl", { ...to("w1"), ttl: durationFromMs(5_000) }, "message.ttl"],
    ["a delay", { ...to("w1"), delay: durationFromMs(5_000) }, "message.delay"],
    [
      "a group",
      { target: { case: "group", value: "g" }, guarantee: DeliveryGuarantee.AT_MOST_ONCE },
      "message.guarantee",
    ],
    ["no target", {}, "message.target"],
    ["what only a store can keep", { target: { case: "group", value: "g" } }, "message.guarantee"],
  ])("with %s is refused, field named", async (_, init, field) => {
    world.connect("w1");
    await expect(send(init)).rejects.toMatchObject({
      reason: "INVALID_REQUEST",
      details: { violations: [{ field }] },
    });
  });
});

describe("publish", () => {
  const publish = (...inits: Init[]): number[] => {
    const undelivered: number[] = [];
    world.sending.messages.publish(
      sender,
      inits.map((init) => world.message(init)),
      (count) => undelivered.push(count),
    );
    return undelivered;
  };

  test("tells at once how many found nobody, and nothing when all did", () => {
    const receiver = world.connect("w2");
    expect(publish(to("w2"), to("w3"), { ...to("w2"), ttl: durationFromMs(1_000) })).toEqual([2]);
    expect(publish(to("w2"))).toEqual([]);
    expect(receiver.messages).toHaveLength(2);
  });

  test("keeps the order of a sender's messages where a selector is looked up between them", async () => {
    const receiver = world.connect("w2");
    const named = (subject: string, init: Init): Init => ({ ...init, subject });
    const two = selected('agent.labels.last == "2"');
    publish(named("1", to("w2")), named("2", two), named("3", to("w2")));
    publish(named("4", to("w2")));
    publish(named("5", two));
    const later = publish(named("6", to("w2")), to("w3"), selected("nonsense"));
    await world.until(() => later.length > 0);
    expect(receiver.subjects()).toEqual(["1", "2", "3", "4", "5", "6"]);
    expect(later).toEqual([2]);
    // The line is over: the next go out at once again.
    publish(named("7", to("w2")));
    expect(receiver.subjects()).toHaveLength(7);
  });

  test("lets no more than 64 frames wait for a selector", async () => {
    const receiver = world.connect("w2");
    const told = Array.from({ length: 70 }, (_, index) =>
      publish({ ...(index === 0 ? selected("true") : to("w2")), subject: String(index) }),
    );
    expect(told.flat()).toEqual([1, 1, 1, 1, 1, 1]);
    await world.until(() => receiver.messages.length === 64);
    expect(receiver.subjects()).toEqual(Array.from({ length: 64 }, (_, index) => String(index)));
  });
});

describe("who follows a topic", () => {
  test("sees every message accepted for it, of both guarantees, after it stands", async () => {
    const abort = new AbortController();
    await send(topic("a.early")).catch(() => undefined);
    const taps = world.sending.taps.open(MESH_UID, "a.>", abort.signal);
    const seen: string[] = [];
    const reading = (async () => {
      for await (const { message } of taps) seen.push(message.subject);
    })();
    expect(await send({ ...topic("a.b"), subject: "1" })).toBe(1);
    await send({ ...topic("b.b"), subject: "2" }).catch(() => undefined);
    const held = new Error("no store");
    world.beforeCommit = () => Promise.reject(held);
    const atLeastOnce = { guarantee: DeliveryGuarantee.AT_LEAST_ONCE };
    await world.accept({ ...topic("a.c"), ...atLeastOnce, subject: "3" }).catch(() => undefined);
    world.beforeCommit = undefined;
    await world.accept({ ...topic("a.c"), ...atLeastOnce, subject: "4" });
    await world.until(() => seen.length === 2);
    abort.abort();
    await reading;
    expect(seen).toEqual(["1", "4"]);
    expect(world.sending.taps.size).toBe(0);
    await expect(send(topic("a.b"))).rejects.toMatchObject({ reason: "NO_RECEIVER" });
  });

  test("and takes nothing has at most 1 MiB waiting, and hears how many were left out", async () => {
    const abort = new AbortController();
    const taps = world.sending.taps.open(MESH_UID, "a", abort.signal)[Symbol.asyncIterator]();
    const payload = new Uint8Array(100_000);
    for (let one = 0; one < 15; one += 1)
      await send({ ...topic("a"), payload, subject: String(one) });
    const taken: [string, number][] = [];
    const take = async (): Promise<void> => {
      const { message, dropped } = (await taps.next()).value as TappedMessage;
      taken.push([message.subject, dropped]);
    };
    await take();
    await take();
    await send({ ...topic("a"), payload, subject: "later" });
    await send({ ...topic("a"), subject: "last" });
    for (let one = 0; one < 10; one += 1) await take();
    expect(taken.slice(0, 10).map(([subject]) => subject)).toEqual("0123456789".split(""));
    expect(taken.slice(9)).toEqual([
      ["9", 0],
      ["later", 5],
      ["last", 0],
    ]);
    await taps.return?.();
    expect(world.sending.taps.size).toBe(0);
  });
});
