// At-least-once messages on their way out: confirmed, refused, kept over breaks, bounded.
import { create } from "@bufbuild/protobuf";
import { anyPack, durationFromMs } from "@bufbuild/protobuf/wkt";
import { afterEach, describe, expect, test } from "@jest/globals";
import { Code } from "@connectrpc/connect";
import { ErrorInfoSchema } from "@meshwork/gen/google/rpc/error_details";
import { StatusSchema, type Status } from "@meshwork/gen/google/rpc/status";
import type { Publish } from "@meshwork/gen/mesh/v1/link";
import { DeliveryGuarantee } from "@meshwork/gen/mesh/v1/message";
import type { AgentConfig } from "./configuration.ts";
import { createOutboxMemory } from "./outbox.ts";
import { broken, cleanUpWorlds, running, settle, setUp } from "./testing/agent-world.ts";
import type { ScriptedLink } from "./testing/scripted-server.ts";

afterEach(cleanUpWorlds);

const kept = { guarantee: "atLeastOnce" } as const;

function confirm(link: ScriptedLink, ...sequences: number[]): void {
  const outcomes = sequences.map((n) => ({ sequence: BigInt(n), messageId: `id-${n}` }));
  link.send({ case: "published", value: { outcomes } });
}

function refuse(link: ScriptedLink, sequence: number, status: Status): void {
  link.send({ case: "published", value: { outcomes: [{ sequence: BigInt(sequence), status }] } });
}

function statusOf(code: Code, reason: string): Status {
  const info = create(ErrorInfoSchema, { reason, domain: "meshwork" });
  return create(StatusSchema, { code, message: "no", details: [anyPack(ErrorInfoSchema, info)] });
}

const shown = ({ firstSequence, messages, knownThrough }: Publish): unknown[] => [
  Number(firstSequence),
  messages.map(({ subject }) => subject).join(" "),
  Number(knownThrough),
];

/** All that was published on the link, as [sequence, subject]. */
const sent = (link: ScriptedLink): [number, string][] =>
  link.frames.flatMap((frame) =>
    frame.case === "publish"
      ? frame.value.messages.map((message, index): [number, string] => [
          Number(frame.value.firstSequence) + index,
          message.subject,
        ])
      : [],
  );

describe("sending", () => {
  test("one tick's messages leave in one frame with their options, and resolve with their ids", async () => {
    const { agent, link, hello } = await running();
    expect(hello.producer).toMatchObject({ knownThrough: 0n });
    const first = agent.send("w2", { subject: "a", data: { n: 1 } }, { ...kept, ttlMs: 5_000 });
    const second = agent.publish("orders.eu", { subject: "b" }, { ...kept, delayMs: 1_500 });
    const third = agent.send({ group: "crew" }, { subject: "c" });
    await first.stored;
    const publish = await link.next("publish");
    expect(shown(publish)).toEqual([1, "a b c", 0]);
    expect(publish.messages.map(({ target }) => target)).toEqual([
      { case: "agentId", value: "w2" },
      { case: "topic", value: "orders.eu" },
      { case: "group", value: "crew" },
    ]);
    for (const { guarantee } of publish.messages)
      expect(guarantee).toBe(DeliveryGuarantee.AT_LEAST_ONCE);
    expect([publish.messages[0]!.ttl, publish.messages[1]!.delay]).toMatchObject([
      durationFromMs(5_000),
      durationFromMs(1_500),
    ]);
    expect(agent.status.outbox).toMatchObject({ messages: 3, place: "memory" });
    confirm(link, 1, 2, 3);
    expect(await Promise.all([first, second, third])).toEqual([
      { messageId: "id-1" },
      { messageId: "id-2" },
      { messageId: "id-3" },
    ]);
    expect(agent.status.outbox).toMatchObject({ messages: 0, bytes: 0 });
    agent.send("w2", { subject: "d" }, kept).catch(() => undefined);
    expect(shown(await link.next("publish"))).toEqual([4, "d", 3]);
  });

  test("a refusal rejects with the server's status, and the next one goes its way", async () => {
    const { agent, link } = await running();
    const refused = agent.send("w2", { subject: "a" }, kept);
    const taken = agent.send("w2", { subject: "b" }, kept);
    await link.next("publish");
    refuse(link, 1, statusOf(Code.ResourceExhausted, "MAILBOX_FULL"));
    await expect(refused).rejects.toMatchObject({
      code: Code.ResourceExhausted,
      reason: "MAILBOX_FULL",
      message: "no",
    });
    confirm(link, 2);
    expect(await taken).toEqual({ messageId: "id-2" });
  });

  test.each([
    [{ ...kept, ttlMs: 999 }, /ttl 999 has to be 1000 to 2592000000 ms/],
    [
      { ...kept, delayMs: 2_000, ttlMs: 2_000 },
      /delay 2000 has to be less than the ttl of 2000 ms/,
    ],
    [{ guarantee: "once" as never }, /guarantee "once" has to be/],
  ])("bad options %p are refused at once", async (options, why) => {
    const { agent } = await running();
    expect(() => agent.send("w2", { subject: "s" }, options as typeof kept)).toThrow(why);
    expect(agent.status.outbox?.messages).toBe(0);
  });

  test("bad targets are refused at once; nothing is sent by an agent that is not started", async () => {
    const { agent } = await running();
    for (const target of [{ group: "A" }, { topic: "a..b" }, { topic: "a.*" }, "W2"])
      expect(() => agent.send(target as string, { subject: "s" }, kept)).toThrow(/has to be/);
    expect(() => agent.send({ group: "g" }, { subject: "s" }, { guarantee: "atMostOnce" })).toThrow(
      /"atLeastOnce" for a group/,
    );
    const { agent: idle } = setUp();
    expect(() => idle.send("w2", { subject: "s" }, kept)).toThrow(/is stopped: start it first/);
  });

  test("never more unconfirmed than the server takes, and frames no larger than it takes", async () => {
    const { agent, server } = setUp();
    const started = agent.start();
    const link = await server.link();
    await link.welcome({ limits: { unconfirmedMessagesMax: 5, publishMessagesMax: 2 } });
    await started;
    const all = Array.from({ length: 12 }, (_, n) => agent.send("w2", { subject: `${n}` }, kept));
    await settle();
    const sizes = (): number[] =>
      link.frames.flatMap(({ case: name, value }) =>
        name === "publish" ? [value.messages.length] : [],
      );
    expect(sizes()).toEqual([2, 2, 1]);
    confirm(link, 1);
    await settle();
    expect(sent(link)).toHaveLength(6);
    confirm(link, 2, 3, 4, 5, 6);
    await settle();
    confirm(link, 7, 8, 9, 10, 11);
    await settle();
    confirm(link, 12);
    expect(await Promise.all(all)).toHaveLength(12);
    expect(sent(link).map(([sequence]) => sequence)).toEqual(all.map((_, n) => n + 1));
  });

  test("large messages are spread over frames of 1 MiB", async () => {
    const { agent, link } = await running();
    for (let n = 1; n <= 3; n += 1)
      agent
        .send("w2", { subject: `${n}`, data: new Uint8Array(400 * 1024) }, kept)
        .catch(() => undefined);
    expect(shown(await link.next("publish"))).toEqual([1, "1 2", 0]);
    expect(shown(await link.next("publish"))).toEqual([3, "3", 0]);
  });
});

describe("bounds and waiting", () => {
  test.each<[string, AgentConfig["outbox"]]>([
    ["messages", { maxMessages: 2 }],
    ["bytes", { maxBytes: 200 }],
  ])(
    "an outbox full by %s says so at once, and takes more when there is room",
    async (_, outbox) => {
      const { agent, link } = await running({ outbox: outbox! });
      const send = () => agent.send("w2", { subject: "s", data: new Uint8Array(60) }, kept);
      const first = send();
      const second = send();
      await expect(send()).rejects.toMatchObject({
        code: Code.ResourceExhausted,
        reason: "OUTBOX_FULL",
      });
      await settle();
      confirm(link, 1, 2);
      await Promise.all([first, second]);
      const third = send();
      await settle();
      confirm(link, 3);
      expect(await third).toEqual({ messageId: "id-3" });
    },
  );

  test("signal and timeout only stop the wait: the message is sent all the same", async () => {
    const world = await running();
    const { agent, clock } = world;
    world.link.end();
    const controller = new AbortController();
    const cancelled = agent.send("w2", { subject: "a" }, { ...kept, signal: controller.signal });
    const late = agent.send("w2", { subject: "b" }, { ...kept, timeoutMs: 50 });
    const early = agent.send("w2", { subject: "c" }, { ...kept, signal: AbortSignal.abort() });
    controller.abort();
    for (const [wait, code] of [
      [cancelled, Code.Canceled],
      [early, Code.Canceled],
    ] as const)
      await expect(wait).rejects.toMatchObject({ code, reason: "OUTCOME_UNKNOWN" });
    clock.advance(50);
    await expect(late).rejects.toThrow(/did not confirm message b within 50 ms; it stays in the/);
    clock.advance(60_000);
    const next = await world.server.link();
    await next.welcome({ resumed: true });
    expect(shown(await next.next("publish"))).toEqual([1, "a b c", 0]);
  });
});

describe("breaks", () => {
  test("sent again in order under the same numbers; judged ones hear their outcome once", async () => {
    const world = await running();
    const { agent } = world;
    const all = ["a", "b", "c"].map((subject) => agent.send("w2", { subject }, kept));
    await world.link.next("publish");
    confirm(world.link, 1);
    await all[0];
    world.link.end();
    all.push(agent.send("w2", { subject: "d" }, kept));
    // The server has judged b, whose outcome got lost on the way.
    const { link, hello } = await broken(world, { resumed: true, producerSequence: 2 });
    expect(hello.producer).toMatchObject({ knownThrough: 1n });
    expect(shown(await link.next("publish"))).toEqual([2, "b c d", 1]);
    confirm(link, 2, 3, 4);
    expect(await Promise.all(all)).toEqual([1, 2, 3, 4].map((n) => ({ messageId: `id-${n}` })));
    await settle();
    expect(sent(link)).toEqual([
      [2, "b"],
      [3, "c"],
      [4, "d"],
    ]);
  });

  test("what a gap tells of is sent anew over a new link, and nothing is lost", async () => {
    const world = await running();
    const sending = world.agent.send("w2", { subject: "a" }, kept);
    await world.link.next("publish");
    refuse(world.link, 1, statusOf(Code.FailedPrecondition, "SEQUENCE_GAP"));
    expect(world.link.closed).toBe("destroyed");
    world.clock.advance(1_000);
    const next = await world.server.link();
    await next.welcome({ resumed: true });
    expect(shown(await next.next("publish"))).toEqual([1, "a", 0]);
    confirm(next, 1);
    expect(await sending).toEqual({ messageId: "id-1" });
  });

  test("an outcome that is forgotten is known to nobody, and asked for no more", async () => {
    const { agent, link } = await running();
    const sending = agent.send("w2", { subject: "a" }, kept);
    await link.next("publish");
    refuse(link, 1, statusOf(Code.OutOfRange, "SEQUENCE_FORGOTTEN"));
    await expect(sending).rejects.toMatchObject({ reason: "SEQUENCE_FORGOTTEN" });
    expect(agent.status.outbox?.messages).toBe(0);
  });

  test.each([
    ["above all that was sent", 9, /judged message 9, and this outbox sent none above 2/],
    ["below what was told", 0, /judged no message above 0, and once told the outcome of 1/],
  ])("a mark %s renews the producer, and what is left is sent under it", async (_, mark, why) => {
    const world = await running();
    const first = world.agent.send("w2", { subject: "a" }, kept);
    const second = world.agent.send("w2", { subject: "b" }, kept);
    await world.link.next("publish");
    confirm(world.link, 1);
    await first;
    const { link: old, hello: before } = await broken(world, {
      resumed: true,
      producerSequence: mark,
    });
    await settle();
    expect(old.closed).toBe("destroyed");
    expect(sent(old)).toEqual([]);
    world.clock.advance(1_000);
    const link = await world.server.link();
    const { producer } = await link.welcome({ resumed: true });
    expect(producer!.producerId).not.toBe(before.producer!.producerId);
    expect(shown(await link.next("publish"))).toEqual([1, "b", 0]);
    expect(world.heard.notice).toMatchObject([{ kind: "OUTBOX_RENEWED", count: 1 }]);
    expect(world.heard.notice![0]!.message).toMatch(why);
    confirm(link, 1);
    expect(await second).toEqual({ messageId: "id-1" });
  });
});

describe("stop and start", () => {
  test("stop sends what is kept within the grace; what is not confirmed stays and goes out next time", async () => {
    const world = await running();
    const { agent, clock, server } = world;
    const sending = agent.send("w2", { subject: "a" }, kept);
    sending.catch(() => undefined);
    await world.link.next("publish");
    let stopped = false;
    const stopping = agent.stop({ graceMs: 3_000 }).then(() => (stopped = true));
    await settle();
    const last = agent.send("w2", { subject: "b" }, kept);
    last.catch(() => undefined);
    expect(shown(await world.link.next("publish"))).toEqual([2, "b", 0]);
    confirm(world.link, 1);
    expect(await sending).toEqual({ messageId: "id-1" });
    clock.advance(2_999);
    await settle();
    expect(stopped).toBe(false);
    clock.advance(1);
    await world.link.next("goodbye");
    world.link.end();
    await stopping;
    await expect(last).rejects.toThrow(
      /stopped before the server confirmed.*stays in outbox memory/,
    );
    const started = agent.start();
    const link = await server.link();
    const hello = await link.welcome({ sessionId: "s2", producerSequence: 2 });
    await started;
    expect(hello.producer).toMatchObject({ knownThrough: 1n });
    expect(shown(await link.next("publish"))).toEqual([2, "b", 1]);
    confirm(link, 2);
    expect(agent.status.outbox?.messages).toBe(0);
  });

  test("stop goes at once when all is confirmed", async () => {
    const { agent, link } = await running();
    const sending = agent.send("w2", { subject: "a" }, kept);
    await link.next("publish");
    const stopping = agent.stop({ graceMs: 3_000 });
    confirm(link, 1);
    await sending;
    await link.next("goodbye");
    link.end();
    await stopping;
  });

  test("a damaged outbox that cannot be put right is told, sends nothing, and does not stop the agent", async () => {
    const outbox = {
      ...createOutboxMemory(),
      open: () =>
        Promise.resolve({
          producerId: "",
          lastSequence: 0,
          knownThrough: 0,
          entries: [],
          damage: "it is damaged",
        }),
      renew: () => Promise.reject(new Error("disk full")),
      close: () => Promise.reject(new Error("disk gone")),
    };
    const { agent, server, heard } = setUp({}, undefined, undefined, outbox);
    const started = agent.start();
    const link = await server.link();
    expect((await link.welcome()).producer).toBeUndefined();
    await started;
    await expect(agent.send("w2", { subject: "a" }, kept)).rejects.toThrow("disk full");
    const stopping = agent.stop();
    await link.next("goodbye");
    link.end();
    await stopping;
    expect(heard.error!.map(({ message }) => message)).toEqual(["disk full", "disk gone"]);
  });

  test("a refused message of an earlier run is told by the event error", async () => {
    const outbox = createOutboxMemory();
    const { agent, server, heard } = setUp({}, undefined, undefined, outbox);
    await outbox.open();
    await outbox.append([{ sequence: 1, message: new Uint8Array(0) }]);
    const started = agent.start();
    const link = await server.link();
    await link.welcome();
    await started;
    await link.next("publish");
    refuse(link, 1, statusOf(Code.NotFound, "RESOURCE_NOT_FOUND"));
    expect(heard.error).toMatchObject([
      { code: Code.NotFound, message: "the server refused message 1 of an earlier run: no" },
    ]);
  });
});
