// Subscriptions of agents: durable ones outlive sessions and servers, the others end with their session.
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { create } from "@bufbuild/protobuf";
import { anyUnpack } from "@bufbuild/protobuf/wkt";
import { ErrorInfoSchema } from "@meshwork/gen/google/rpc/error_details";
import { AgentState } from "@meshwork/gen/mesh/v1/agent";
import { type SubscribeOutcome, SubscriptionSchema } from "@meshwork/gen/mesh/v1/link";
import { subscriptionKind } from "./subscription-record.ts";
import type { SubscriptionDesk } from "./session-desks.ts";
import { createSendingWorld, MESH_UID, type SendingWorld } from "./testing/sending-world.ts";

let world: SendingWorld;
beforeEach(async () => {
  world = await createSendingWorld();
  await world.provision([{ agentId: "w1" }, { agentId: "w2" }]);
});
afterEach(() => world.close());

const topic = (value: string, durable = false) =>
  create(SubscriptionSchema, { source: { case: "topic", value }, durable });
const group = (value: string, durable = false) =>
  create(SubscriptionSchema, { source: { case: "group", value }, durable });
const open = async (agentId: string): Promise<SubscriptionDesk> =>
  world.sending.subscriptions.open(await world.session(agentId));
const subscribers = (name: string): string[] =>
  [...world.sending.subscriptions.subscribersOf(MESH_UID, name)].map(({ agentId }) => agentId);
const told = (outcomes: readonly SubscribeOutcome[]) =>
  outcomes.map(({ subscription, subscribed, status }) => [
    subscription?.source.value,
    subscription?.durable,
    subscribed,
    status === undefined ? "" : anyUnpack(status.details[0]!, ErrorInfoSchema)?.reason,
  ]);
const onRecord = async (): Promise<string[]> =>
  (await world.store.list(subscriptionKind, { limit: 1_000 })).items.map(({ doc }) => doc.name);

describe("a session", () => {
  test("hears what it subscribes to, until it ends; what is durable stays", async () => {
    const desk = await open("w1");
    const outcomes = await desk.subscribe([
      topic("a.*"),
      topic("b.>", true),
      group("g"),
      group("h", true),
    ]);
    expect(told(outcomes)).toEqual([
      ["a.*", false, true, ""],
      ["b.>", true, true, ""],
      ["g", false, true, ""],
      ["h", true, true, ""],
    ]);
    expect([subscribers("a.x"), subscribers("b.x.y"), subscribers("c")]).toEqual([
      ["w1"],
      ["w1"],
      [],
    ]);
    expect(desk.groups()).toEqual(["g", "h"]);
    expect(await onRecord()).toEqual(["h", "b.>"]);
    desk.close();
    expect([subscribers("a.x"), subscribers("b.x.y")]).toEqual([[], ["w1"]]);
    expect(world.sending.subscriptions.groupsOf(world.uidOf("w1"))).toEqual(["h"]);
  });

  test("ends what it names, durable or not, and is told so for what was never there", async () => {
    const desk = await open("w1");
    await desk.subscribe([topic("a"), topic("b", true), group("g", true)]);
    const outcomes = await desk.unsubscribe([topic("a"), topic("b"), group("g"), topic("z")]);
    expect(outcomes.map(({ subscribed }) => subscribed)).toEqual([false, false, false, false]);
    expect([subscribers("a"), subscribers("b"), desk.groups(), await onRecord()]).toEqual([
      [],
      [],
      [],
      [],
    ]);
    expect(world.sending.subscriptions.size).toBe(0);
  });

  test("that asks for less does not take away what is durable; one that asks for more gets it", async () => {
    const desk = await open("w1");
    await desk.subscribe([topic("a", true), topic("b")]);
    const outcomes = await desk.subscribe([topic("a"), topic("b", true)]);
    expect(told(outcomes)).toEqual([
      ["a", true, true, ""],
      ["b", true, true, ""],
    ]);
    desk.close();
    expect([subscribers("a"), subscribers("b")]).toEqual([["w1"], ["w1"]]);
  });

  test("takes over from the one before, whose end then ends nothing", async () => {
    const older = await open("w1");
    await older.subscribe([topic("a"), topic("b")]);
    const newer = await open("w1");
    await newer.subscribe([topic("a")]);
    older.close();
    expect([subscribers("a"), subscribers("b")]).toEqual([["w1"], []]);
  });

  test("that was superseded changes nothing any more", async () => {
    const older = await open("w1");
    await older.subscribe([topic("a", true)]);
    await open("w1");
    await expect(older.subscribe([topic("b", true)])).rejects.toMatchObject({
      reason: "SESSION_SUPERSEDED",
    });
    await expect(older.unsubscribe([topic("a")])).rejects.toMatchObject({
      reason: "SESSION_SUPERSEDED",
    });
    expect([subscribers("a"), subscribers("b"), await onRecord()]).toEqual([["w1"], [], ["a"]]);
  });

  test("that ends while its frame is written leaves only what is on record", async () => {
    const desk = await open("w1");
    const asked = desk.subscribe([topic("a"), topic("b", true)]);
    desk.close();
    await asked;
    expect([subscribers("a"), subscribers("b")]).toEqual([[], ["w1"]]);
  });

  test("gets its frames carried out in their order, and not too many that wait", async () => {
    const desk = await open("w1");
    const frames = [
      desk.subscribe([topic("a", true)]),
      desk.unsubscribe([topic("a")]),
      desk.subscribe([topic("a", true)]),
      desk.unsubscribe([topic("a")]),
    ];
    await Promise.all(frames);
    expect([subscribers("a"), await onRecord()]).toEqual([[], []]);
    const many = Array.from({ length: 70 }, () => desk.subscribe([topic("a", true)]));
    const settled = await Promise.allSettled(many);
    const refused = settled.filter(({ status }) => status === "rejected");
    expect(refused).toHaveLength(6);
    expect(refused[0]).toMatchObject({ reason: { reason: "CREDIT_EXCEEDED" } });
  });
});

describe("the limit of 256", () => {
  test("counts durable and others together, each once", async () => {
    const desk = await open("w1");
    const many = Array.from({ length: 255 }, (_, index) => topic(`t${index}`, index % 2 === 0));
    await desk.subscribe(many);
    const outcomes = await desk.subscribe([
      topic("t1"),
      group("g"),
      group("g"),
      topic("x"),
      topic("t2"),
    ]);
    expect(told(outcomes).map(([name, , , reason]) => [name, reason])).toEqual([
      ["t1", ""],
      ["g", ""],
      ["g", ""],
      ["x", "QUOTA_EXCEEDED"],
      ["t2", ""],
    ]);
    expect(outcomes[3]!.subscribed).toBe(false);
    expect(subscribers("x")).toEqual([]);
    await desk.unsubscribe([topic("t1")]);
    expect((await desk.subscribe([topic("x")]))[0]!.subscribed).toBe(true);
  });
});

describe("a start", () => {
  test("takes up what is durable, in pages, and clears away what agents that are gone have left", async () => {
    await world.provision([{ agentId: "gone" }, { agentId: "ended" }]);
    for (const agentId of ["w1", "w2", "gone", "ended"]) {
      const desk = await open(agentId);
      for (let part = 0; part < 2; part += 1)
        await desk.subscribe(
          Array.from({ length: 128 }, (_, index) => topic(`t${part * 128 + index}`, true)),
        );
    }
    await world.change("gone", () => undefined);
    await world.change("ended", (doc) => ({ ...doc, state: AgentState.TERMINATED }));
    expect(subscribers("t255").sort()).toEqual(["ended", "gone", "w1", "w2"]);
    await world.restart();
    expect(subscribers("t0").sort()).toEqual(["w1", "w2"]);
    expect(subscribers("t255").sort()).toEqual(["w1", "w2"]);
    const { items, next } = await world.store.list(subscriptionKind, { limit: 1_000 });
    expect([items.length, next]).toEqual([512, undefined]);
  });

  test("does not give an agent what an earlier one of its name had", async () => {
    const desk = await open("w1");
    await desk.subscribe([topic("a", true)]);
    await world.change("w1", () => undefined);
    await world.provision([{ agentId: "w1" }]);
    await world.restart();
    expect(subscribers("a")).toEqual([]);
  });
});

test("an agent that is gone has none", async () => {
  const desk = await open("w1");
  await desk.subscribe([topic("a", true), topic("b"), group("g", true)]);
  await world.sending.subscriptions.agentGone(world.uidOf("w1"));
  expect([subscribers("a"), subscribers("b"), desk.groups(), await onRecord()]).toEqual([
    [],
    [],
    [],
    [],
  ]);
});
