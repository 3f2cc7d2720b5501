// Topics and groups: told to the server, told again, and who gets what comes of them.
import { create } from "@bufbuild/protobuf";
import { afterEach, describe, expect, test } from "@jest/globals";
import { Code } from "@connectrpc/connect";
import { StatusSchema } from "@meshwork/gen/google/rpc/status";
import type { Subscription } from "@meshwork/gen/mesh/v1/link";
import { broken, cleanUpWorlds, running, settle, setUp } from "./testing/agent-world.ts";
import type { ScriptedLink } from "./testing/scripted-server.ts";
import { matchesTopic } from "./topic-pattern.ts";

afterEach(cleanUpWorlds);

const shown = ({ source, durable }: Subscription): string =>
  `${source.case} ${source.value}${durable ? " durable" : ""}`;

function answer(
  link: ScriptedLink,
  subscriptions: readonly Subscription[],
  subscribed: boolean,
  refusal?: string,
): void {
  const status = create(StatusSchema, { code: Code.ResourceExhausted, message: refusal ?? "" });
  const outcomes = subscriptions.map((subscription) => ({
    subscription,
    subscribed: subscribed && refusal === undefined,
    ...(refusal !== undefined && { status }),
  }));
  link.send({ case: "subscribed", value: { outcomes } });
}

test.each([
  ["a.b", "a.b", true],
  ["a.b", "a.b.c", false],
  ["a.*", "a.b", true],
  ["a.*", "a", false],
  ["a.*.c", "a.b.c", true],
  ["a.>", "a.b.c", true],
  ["a.>", "a", false],
  [">", "a", true],
  ["*", "a.b", false],
])("pattern %s, topic %s: %p", (pattern, topic, matches) => {
  expect(matchesTopic(pattern, topic)).toBe(matches);
});

describe("subscribing", () => {
  test("those of one tick are told together, and stand once the server says so", async () => {
    const world = await running();
    const { agent, link } = world;
    const asked = [
      agent.subscribe("orders.>", { durable: true }),
      agent.subscribe({ group: "crew" }),
    ];
    const { subscriptions } = await link.next("subscribe");
    expect(subscriptions.map(shown)).toEqual(["topic orders.> durable", "group crew"]);
    answer(link, subscriptions, true);
    const [orders, crew] = await Promise.all(asked);
    expect([orders, crew]).toMatchObject([
      { source: "orders.>", durable: true },
      { source: { group: "crew" }, durable: false },
    ]);
    const ended = orders!.unsubscribe();
    const wanted = await link.next("unsubscribe");
    expect(wanted.subscriptions.map(shown)).toEqual(["topic orders.> durable"]);
    answer(link, wanted.subscriptions, false);
    await ended;
    await orders!.unsubscribe();
    const { hello } = await broken(world);
    expect(hello.subscriptions.map(shown)).toEqual(["group crew"]);
  });

  test("a refusal rejects, and is not told again", async () => {
    const world = await running();
    const asked = world.agent.subscribe("a");
    const { subscriptions } = await world.link.next("subscribe");
    answer(world.link, subscriptions, true, "256 are enough");
    await expect(asked).rejects.toMatchObject({
      code: Code.ResourceExhausted,
      message: "256 are enough",
    });
    expect((await broken(world)).hello.subscriptions).toEqual([]);
  });

  test("bad ones are refused here, and so is an agent that is not started", async () => {
    const { agent } = await running();
    for (const source of ["", "a..b", "a.>.b", { group: "A" }])
      await expect(agent.subscribe(source)).rejects.toThrow(/has to be/);
    await expect(setUp().agent.subscribe("a")).rejects.toThrow(/start it first/);
  });

  test("the hello of the next session tells all of them, and one that is refused there is an error", async () => {
    const world = await running();
    const first = world.agent.subscribe("a", { durable: true });
    const { subscriptions } = await world.link.next("subscribe");
    answer(world.link, subscriptions, true);
    await first;
    world.link.end();
    const second = world.agent.subscribe({ group: "crew" });
    const { link, hello } = await broken(world);
    expect(hello.subscriptions.map(shown)).toEqual(["topic a durable", "group crew"]);
    answer(link, [hello.subscriptions[1]!], true);
    await second;
    answer(link, [hello.subscriptions[0]!], true, "no more");
    expect(world.heard.error).toMatchObject([{ message: "no more" }]);
    expect((await broken({ ...world, link })).hello.subscriptions.map(shown)).toEqual([
      "group crew",
    ]);
  });

  test("an end that came while there was no link is told when there is one, if it is on record", async () => {
    const world = await running();
    const asked = ["a", "b"].map((topic) =>
      world.agent.subscribe(topic, { durable: topic === "a" }),
    );
    answer(world.link, (await world.link.next("subscribe")).subscriptions, true);
    const [a, b] = await Promise.all(asked);
    world.link.end();
    const ended = a!.unsubscribe();
    await b!.unsubscribe();
    const { link, hello } = await broken(world);
    expect(hello.subscriptions).toEqual([]);
    const { subscriptions } = await link.next("unsubscribe");
    expect(subscriptions.map(shown)).toEqual(["topic a durable"]);
    answer(link, subscriptions, false);
    await ended;
  });

  test("what changes between hello and welcome is told after it", async () => {
    const world = await running();
    const asked = world.agent.subscribe("a");
    answer(world.link, (await world.link.next("subscribe")).subscriptions, true);
    const a = await asked;
    world.link.end();
    world.clock.advance(60_000);
    const link = await world.server.link();
    await settle();
    const late = world.agent.subscribe("b", { durable: true });
    await a.unsubscribe();
    const hello = await link.welcome({ resumed: true });
    expect(hello.subscriptions.map(shown)).toEqual(["topic a"]);
    const { subscriptions } = await link.next("subscribe");
    expect(subscriptions.map(shown)).toEqual(["topic b durable"]);
    answer(link, subscriptions, true);
    await late;
    expect((await link.next("unsubscribe")).subscriptions.map(shown)).toEqual(["topic a"]);
  });

  test("two of one source are one to the server, until both are ended", async () => {
    const { agent, link } = await running();
    const asked = [agent.subscribe("a"), agent.subscribe("a", { durable: true })];
    answer(link, (await link.next("subscribe")).subscriptions, true);
    const [one, two] = await Promise.all(asked);
    await one!.unsubscribe();
    await settle();
    expect(link.frames.some((frame) => frame.case === "unsubscribe")).toBe(false);
    const ended = two!.unsubscribe();
    answer(link, (await link.next("unsubscribe")).subscriptions, false);
    await ended;
  });
});

describe("who gets it", () => {
  test("the handlers of all subscriptions that match, else the agent's own; settled once all are done", async () => {
    const seen: string[] = [];
    const { agent, link } = await running({
      onMessage: ({ subject }) => void seen.push(`own ${subject}`),
    });
    const asked = [
      agent.subscribe("orders.>", {
        handler: ({ subject }) => void seen.push(`orders ${subject}`),
      }),
      agent.subscribe("*.eu", {
        handler: ({ subject }) => {
          seen.push(`eu ${subject}`);
          throw new Error("not today");
        },
      }),
      agent.subscribe("plain"),
      agent.subscribe(
        { group: "crew" },
        { handler: ({ subject }) => void seen.push(`crew ${subject}`) },
      ),
    ];
    answer(link, (await link.next("subscribe")).subscriptions, true);
    await Promise.all(asked);
    const message = (subject: string, target: object) => ({
      messageId: subject,
      subject,
      attempt: 1,
      target,
    });
    const messages = [
      message("1", { case: "topic", value: "orders.us" }),
      message("2", { case: "topic", value: "orders.eu" }),
      message("3", { case: "topic", value: "plain" }),
      message("4", { case: "group", value: "crew" }),
      message("5", { case: "agentId", value: "w1" }),
      message("6", { case: "topic", value: "left.over" }),
    ];
    link.send({ case: "deliver", value: { messages: messages as never } });
    const { settlements } = await link.next("settle");
    expect(seen.sort()).toEqual(
      ["orders 1", "orders 2", "eu 2", "own 3", "crew 4", "own 5", "own 6"].sort(),
    );
    const kinds = Object.fromEntries(settlements.map(({ messageId, kind }) => [messageId, kind]));
    expect(kinds).toEqual({ 1: 1, 2: 2, 3: 1, 4: 1, 5: 1, 6: 1 });
  });
});
