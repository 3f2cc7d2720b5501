// Messages over links: at most once, from whom they claim, dropped with a count where there is no room.
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { create } from "@bufbuild/protobuf";
import { timestampMs } from "@bufbuild/protobuf/wkt";
import { Notice_Kind } from "@meshwork/gen/mesh/v1/link";
import { AgentMessageSchema, DeliveryGuarantee } from "@meshwork/gen/mesh/v1/message";
import { createLinkWorld, MESH_UID, type LinkWorld, type TestAgent } from "./testing/link-world.ts";

let world: LinkWorld;
let sender: TestAgent;
let receiver: TestAgent;

beforeEach(async () => {
  world = await createLinkWorld({ intervalMs: 60_000, lostAfterMs: 180_000 });
  sender = await world.connect("w1");
  receiver = await world.connect("w2");
});
afterEach(() => world.close());

function message(to: string, subject: string, payloadBytes = 0) {
  const payload = new Uint8Array(payloadBytes);
  return { target: { case: "agentId" as const, value: to }, subject, payload };
}

function publish(...messages: ReturnType<typeof message>[]): void {
  sender.send({ case: "publish", value: { messages } });
}

function subjects(agent: TestAgent): string[] {
  return agent.of("deliver").flatMap(({ messages }) => messages.map(({ subject }) => subject));
}

/** From a key, outside the links. */
function send(subject: string, payloadBytes: number): Promise<number> {
  const made = create(AgentMessageSchema, message("w2", subject, payloadBytes));
  return world.messages.send({ meshUid: MESH_UID, name: "key:k" }, made);
}

describe("publish", () => {
  test("reaches the receiver in order, with id, sender and time of the server's", () => {
    sender.send({
      case: "publish",
      value: {
        messages: [
          {
            ...message("w2", "a"),
            sender: "m1",
            messageId: "made-up",
            headers: { k: "v" },
            correlationId: "c",
            contentType: "text/plain",
          },
          message("w2", "b", 3),
        ],
      },
    });
    expect(subjects(receiver)).toEqual(["a", "b"]);
    const [first, second] = receiver.of("deliver").flatMap(({ messages }) => messages);
    expect(first).toMatchObject({
      sender: "w1",
      headers: { k: "v" },
      correlationId: "c",
      contentType: "text/plain",
      guarantee: DeliveryGuarantee.AT_MOST_ONCE,
    });
    expect(first!.messageId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-/);
    expect(second!.messageId > first!.messageId).toBe(true);
    expect(timestampMs(first!.acceptTime!)).toBe(world.clock.now());
    expect(sender.of("notice")).toHaveLength(0);
  });

  test("that finds nobody is told in one notice, the rest arrives", () => {
    publish(message("nobody", "a"), message("w2", "b"), message("m1", "c"));
    expect(subjects(receiver)).toEqual(["b"]);
    expect(sender.of("notice")).toMatchObject([
      { kind: Notice_Kind.MESSAGES_NOT_DELIVERED, count: 2 },
    ]);
    expect(world.links.mesh(MESH_UID).traffic).toMatchObject({
      messagesDelivered: 1n,
      messagesDropped: 2n,
    });
    expect(world.counts.get("dropped")).toBe(2);
  });

  test("reaches nobody who has left, nor anybody of another mesh", async () => {
    receiver.send({ case: "goodbye", value: {} });
    publish(message("w2", "a"));
    expect(sender.of("notice")).toHaveLength(1);
    await world.quiet();
    const foreign = { meshUid: "another", name: "w1" };
    const made = create(AgentMessageSchema, message("w1", "a"));
    await expect(world.messages.send(foreign, made)).rejects.toThrow(/agent w1 is not connected/);
  });
});

describe("an agent that takes nothing", () => {
  test("loses messages once 1 MiB waits, and hears how many when there is room", async () => {
    receiver.stall();
    // 100 bytes are the frame's own in this sink.
    for (let sent = 0; sent < 5; sent += 1) await send(`big${sent}`, 262_144 - 100);
    await expect(send("x1", 10)).rejects.toThrow(/agent w2 takes its messages too slowly/);
    publish(message("w2", "x2"), message("w2", "x3"));
    expect(sender.of("notice")).toMatchObject([
      { kind: Notice_Kind.MESSAGES_NOT_DELIVERED, count: 2 },
    ]);
    expect(receiver.of("notice")).toHaveLength(0);
    await world.pass(2_000);
    receiver.take(5 * 262_144);
    await world.pass(1_100);
    expect(receiver.of("notice")).toMatchObject([{ kind: Notice_Kind.MESSAGES_DROPPED, count: 3 }]);
    receiver.take();
    await send("again", 10);
    await world.pass(5_000);
    expect(subjects(receiver)).toEqual(["big0", "big1", "big2", "big3", "big4", "again"]);
    expect(receiver.of("notice")).toHaveLength(1);
  });

  test("for 10 s is closed", async () => {
    receiver.stall();
    await world.pass(20_000);
    // Nothing was waiting, so nothing stalled.
    expect(receiver.end).toBeUndefined();
    await send("a", 1_000);
    await world.pass(9_900);
    expect(receiver.end).toBeUndefined();
    await world.pass(1_200);
    expect(receiver.end).toMatchObject({ destroyed: true, error: { reason: "LINK_STALLED" } });
    expect(sender.end).toBeUndefined();
    await world.quiet();
    expect((await world.presence("w2"))!.evidence).toMatch(/took no byte for 10 s/);
  });

  test("but a few bytes now and then is not", async () => {
    receiver.stall();
    await send("a", 10_000);
    for (let round = 0; round < 6; round += 1) {
      await world.pass(9_000);
      receiver.take(1);
      // What comes in meanwhile hides the byte from whoever looks at the sum only.
      await send("b", 1);
    }
    expect(receiver.end).toBeUndefined();
  });
});

describe("an agent that takes slowly what it asks for itself", () => {
  /** Bytes that one answer to a heartbeat takes in this sink. */
  const ACK_BYTES = 100;
  const LIMIT_BYTES = 6 * 1024 * 1024;

  /** Beats at 1,000 a second and takes a byte now and then, until the link ends or so many are sent. */
  async function beat(beats: number): Promise<void> {
    for (let sent = 0; sent < beats && receiver.end === undefined; sent += 1) {
      if (sent % 1_000 === 999) {
        await world.pass(1_000);
        receiver.take(1);
      }
      receiver.send({ case: "heartbeat", value: { sequence: BigInt(sent) } });
    }
  }

  test("is closed once more waits than the limit, and may come back", async () => {
    receiver.stall();
    await beat(60_000);
    expect(receiver.end).toBeUndefined();
    expect(receiver.of("heartbeatAck")).toHaveLength(60_000);
    await beat(10_000);
    expect(receiver.end).toMatchObject({ destroyed: true, error: { reason: "LINK_STALLED" } });
    expect(receiver.end!.error!.message).toMatch(/more than 6291456 bytes wait/);
    // Not one frame more is queued than the limit allows.
    expect(receiver.sink.bufferedBytes()).toBeGreaterThan(LIMIT_BYTES);
    expect(receiver.sink.bufferedBytes()).toBeLessThanOrEqual(LIMIT_BYTES + ACK_BYTES);
    expect(receiver.late).toBe(0);
    await expect(send("gone", 1)).rejects.toThrow(/agent w2 is not connected/);
    expect(sender.end).toBeUndefined();
    await world.quiet();
    expect((await world.presence("w2"))!.evidence).toMatch(/more than 6291456 bytes wait/);
    receiver = await world.connect("w2");
    await send("again", 1);
    expect(subjects(receiver)).toEqual(["again"]);
  });

  test("is not, if it takes what comes", async () => {
    receiver.stall();
    for (let round = 0; round < 3; round += 1) {
      await beat(30_000);
      receiver.take();
      receiver.stall();
    }
    expect(receiver.end).toBeUndefined();
    expect(receiver.of("heartbeatAck")).toHaveLength(90_000);
  });
});

test("traffic and flows are counted for each mesh", async () => {
  const before = world.links.mesh(MESH_UID).traffic;
  for (let round = 0; round < 20; round += 1) publish(message("w2", "a"));
  await send("b", 1);
  const { traffic, flows, sessions } = world.links.mesh(MESH_UID);
  expect(sessions).toBe(2);
  expect(traffic.framesReceived - before.framesReceived).toBe(20n);
  expect(traffic.framesSent - before.framesSent).toBe(21n);
  expect(traffic.messagesDelivered).toBe(21n);
  expect(traffic.messagesPerSecond).toBeCloseTo(2.1);
  // Keys of people are nobody in a topology.
  expect(flows).toEqual([{ from: "w1", to: "w2", messages: 20, calls: 0 }]);
  await world.pass(11_000);
  expect(world.links.mesh(MESH_UID).traffic.messagesPerSecond).toBe(0);
  expect(world.links.mesh("unknown")).toMatchObject({ sessions: 0, callsInFlight: 0, flows: [] });
});
