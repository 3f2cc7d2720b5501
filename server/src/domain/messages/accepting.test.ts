// Who gets an at-least-once message, and which are refused.
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { create, fromBinary, type MessageInitShape } from "@bufbuild/protobuf";
import { type Duration, durationFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import { AgentState } from "@meshwork/gen/mesh/v1/agent";
import { SubscriptionSchema } from "@meshwork/gen/mesh/v1/link";
import {
  AgentMessageSchema,
  DeliveryGuarantee,
  MessageStep_Kind,
} from "@meshwork/gen/mesh/v1/message";
import { agentKind } from "../agents/agent-record.ts";
import { fanOutKind } from "./fan-out-record.ts";
import { groupAddress } from "./mail.ts";
import { createSendingWorld, MESH_UID, type SendingWorld } from "./testing/sending-world.ts";

let world: SendingWorld;
beforeEach(async () => {
  world = await createSendingWorld();
  await world.provision([
    { agentId: "w1" },
    { agentId: "w2" },
    { agentId: "ended", state: AgentState.TERMINATED },
  ]);
});
afterEach(() => world.close());

type Init = MessageInitShape<typeof AgentMessageSchema>;
const guarantee = DeliveryGuarantee.AT_LEAST_ONCE;
const to = (value: string): Init => ({ target: { case: "agentId", value }, guarantee });
const topic = (value: string): Init => ({ target: { case: "topic", value }, guarantee });

function countReads(): () => number {
  let reads = 0;
  world.beforeRead = (kind) => {
    if (kind === agentKind) reads += 1;
    return undefined;
  };
  return () => reads;
}

describe("to an agent", () => {
  test("lies in its mailbox, complete, and nowhere else", async () => {
    const sender = { meshUid: MESH_UID, name: "key:k" };
    const init = { ...to("w1"), sender: "forged", attempt: 7, delay: durationFromMs(1_500) };
    const id = world.ids.uuid();
    const accepted = await world.sending.accepting.accept(sender, world.message(init), id);
    expect(accepted.letter).toMatchObject({
      message: { messageId: id, sender: "key:k", attempt: 0, guarantee },
      meshUid: MESH_UID,
      isFanOut: false,
      acceptTime: new Date(world.clock.now()),
      expireTime: new Date(world.clock.now() + 7 * 24 * 60 * 60_000),
      dueTime: new Date(world.clock.now() + 1_500),
    });
    expect(timestampMs(accepted.letter.message.acceptTime!)).toBe(world.clock.now());
    expect(accepted.receivers).toBe(1);
    expect(accepted.changes.map((change) => change.id)).toEqual([`${world.uidOf("w1")}/${id}`]);
    // Nothing counts before it is on disk.
    expect([world.landed, world.steps, world.accepted]).toEqual([[], [], 0]);
    accepted.landed();
    expect(world.landed).toEqual([`w1 ${id}`]);
    expect(world.steps.map(({ step }) => step.kind)).toEqual([
      MessageStep_Kind.ACCEPTED,
      MessageStep_Kind.STORED,
      MessageStep_Kind.ADDRESSED,
    ]);
    expect(world.accepted).toBe(1);
  });

  test("that is connected costs no read; one that is away one in 5 s", async () => {
    world.connect("w1");
    const reads = countReads();
    for (let one = 0; one < 10; one += 1) await world.accept(to("w1"));
    expect(reads()).toBe(0);
    for (let one = 0; one < 10; one += 1) await world.accept(to("w2"));
    expect(reads()).toBe(1);
    world.clock.advance(5_001);
    await world.accept(to("w2"));
    expect(reads()).toBe(2);
    expect(await world.mailOf("w2")).toHaveLength(11);
  });

  test("that is not there, or has ended, is refused", async () => {
    await expect(world.accept(to("nobody"))).rejects.toMatchObject({
      reason: "RESOURCE_NOT_FOUND",
      details: { metadata: { resource: "agents/nobody" } },
    });
    await expect(world.accept(to("ended"))).rejects.toMatchObject({ reason: "AGENT_TERMINATED" });
    // It is not remembered either.
    await world.provision([{ agentId: "nobody" }]);
    await expect(world.accept(to("nobody"))).resolves.toBeDefined();
  });

  test("whose mailbox is full is refused, and leaves nothing behind", async () => {
    world.full.add(world.uidOf("w1"));
    await expect(world.accept(to("w1"))).rejects.toMatchObject({ reason: "MAILBOX_FULL" });
    expect(await world.mail()).toEqual([]);
  });
});

test("to a group lies in its queue, members or not; that is at least once by default", async () => {
  const id = await world.accept({ target: { case: "group", value: "g" } });
  expect((await world.mail()).map((row) => row.id)).toEqual([
    `${groupAddress(MESH_UID, "g").key}/${id}`,
  ]);
  expect(world.landed).toEqual([`g ${id}`]);
});

describe("to a topic", () => {
  async function subscribe(
    agentId: string,
    patterns: string[],
    durable: boolean,
  ): Promise<() => void> {
    const desk = world.sending.subscriptions.open(await world.session(agentId));
    await desk.subscribe(
      patterns.map((value) =>
        create(SubscriptionSchema, { source: { case: "topic", value }, durable }),
      ),
    );
    return () => desk.close();
  }

  test("lies in the mailbox of each subscriber once, also of durable ones that are away", async () => {
    const close = await subscribe("w1", ["a.*", "a.b", ">"], false);
    const away = await subscribe("w2", ["a.b", "*.b"], true);
    away();
    const id = await world.accept({ ...topic("a.b"), payload: new Uint8Array([1, 2, 3]) });
    expect([await world.mailOf("w1"), await world.mailOf("w2")]).toEqual([[id], [id]]);
    expect(await world.mail()).toHaveLength(2);
    const body = (await world.store.get(fanOutKind, id))!.doc.body!;
    expect(fromBinary(AgentMessageSchema, body)).toMatchObject({
      messageId: id,
      sender: "sender",
      payload: new Uint8Array([1, 2, 3]),
    });
    close();
    const next = await world.accept(topic("a.b"));
    expect([await world.mailOf("w1"), await world.mailOf("w2")]).toEqual([[id], [id, next]]);
  });

  test("that nobody hears is accepted, with no receivers", async () => {
    const id = world.ids.uuid();
    const sender = { meshUid: MESH_UID, name: "s" };
    const accepted = await world.sending.accepting.accept(sender, world.message(topic("a")), id);
    expect([accepted.receivers, accepted.changes.length]).toEqual([0, 1]);
  });
});

test("to a selector and to all goes to who is on record then, but not to who has ended", async () => {
  const agentIds = ["w1", "ended"];
  const one = await world.accept({ target: { case: "selector", value: { agentIds } }, guarantee });
  const all = await world.accept({ target: { case: "broadcast", value: true }, guarantee });
  expect([await world.mailOf("w1"), await world.mailOf("w2"), await world.mailOf("ended")]).toEqual(
    [[one, all], [all], []],
  );
});

interface Times {
  readonly ttl?: Duration;
  readonly delay?: Duration;
}

describe("is refused", () => {
  test.each<[string, Times, string]>([
    [
      "a delay as long as the ttl",
      { ttl: durationFromMs(5_000), delay: durationFromMs(5_000) },
      "message.delay",
    ],
    [
      "a delay of the default ttl",
      { delay: durationFromMs(7 * 24 * 60 * 60_000) },
      "message.delay",
    ],
  ])("%s", async (_, times, field) => {
    await expect(world.accept({ ...to("w1"), ...times })).rejects.toMatchObject({
      reason: "INVALID_REQUEST",
      details: { violations: [{ field }] },
    });
  });

  test("a message above 1 MiB", async () => {
    const payload = new Uint8Array(1024 * 1024);
    await expect(world.accept({ ...to("w1"), payload })).rejects.toMatchObject({
      reason: "MESSAGE_TOO_LARGE",
    });
    await world.accept({ ...to("w1"), payload: payload.subarray(1) });
  });

  test("a selector with a bad expression", async () => {
    const target = { case: "selector" as const, value: { expression: "1 +" } };
    await expect(world.accept({ target, guarantee })).rejects.toMatchObject({
      reason: "INVALID_REQUEST",
      details: { violations: [{ field: "message.selector.expression" }] },
    });
  });
});
