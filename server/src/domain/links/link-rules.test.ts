// What breaks a rule of the link is closed with its reason, and nobody else notices.
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { create, toJson } from "@bufbuild/protobuf";
import { durationMs } from "@bufbuild/protobuf/wkt";
import { AgentLiveness, LivenessCause } from "@meshwork/gen/mesh/v1/agent";
import { ConnectRequestSchema } from "@meshwork/gen/mesh/v1/agent_link_service";
import { ErrorReason } from "@meshwork/gen/mesh/v1/error";
import { HeartbeatAckSchema } from "@meshwork/gen/mesh/v1/link";
import type { Reason } from "../errors.ts";
import { createLinkWorld, type LinkWorld, type TestAgent } from "./testing/link-world.ts";
import { createRecordingSink } from "./testing/recording-sink.ts";

let world: LinkWorld;
let other: TestAgent;

beforeEach(async () => {
  world = await createLinkWorld({
    framesPerSecondMax: 100,
    intervalMs: 60_000,
    lostAfterMs: 600_000,
  });
  other = await world.connect("w2", { spec: { capabilities: ["echo"] } });
});

afterEach(async () => {
  // Whatever the other agent did: this one goes on.
  other.send({ case: "heartbeat", value: { sequence: 99n } });
  expect(other.of("heartbeatAck").at(-1)!.sequence).toBe(99n);
  expect(other.end).toBeUndefined();
  await world.close();
});

function expectClosed(agent: TestAgent, reason: Reason, reconnect: boolean): void {
  expect(agent.end).toMatchObject({ destroyed: false, error: { reason } });
  expect(agent.frames.at(-1)).toMatchObject({
    case: "goodbye",
    value: { reason: ErrorReason[reason], reconnect, message: agent.end!.error!.message },
  });
  expect(agent.of("goodbye")).toHaveLength(1);
  const after = agent.of("goodbye")[0]!.reconnectAfter;
  if (reconnect) expect(durationMs(after!)).toBeGreaterThan(0);
  else expect(after).toBeUndefined();
  // Nothing more happens to a stream that is over.
  const frames = agent.frames.length;
  agent.send({ case: "heartbeat", value: {} });
  agent.drop();
  expect(agent.frames).toHaveLength(frames);
  expect(agent.late).toBe(0);
  const { streams, sessions } = world.links.sizes();
  expect([streams, sessions]).toEqual([1, 1]);
}

describe("hello", () => {
  test("comes within 5 s", () => {
    const agent = world.open("w1");
    world.clock.advance(4_900);
    expect(agent.end).toBeUndefined();
    world.clock.advance(200);
    expectClosed(agent, "HELLO_TIMEOUT", true);
  });

  test("is not waited for once it came", async () => {
    const agent = await world.connect("w1");
    world.clock.advance(10_000);
    expect(agent.end).toBeUndefined();
  });

  test.each(["heartbeat", "publish", "goodbye", "reply", "stateUpdate"] as const)(
    "comes before %s",
    (kind) => {
      const agent = world.open("w1");
      const values = {
        heartbeat: {},
        goodbye: {},
        reply: { callId: "1" },
        stateUpdate: { state: 3 },
        publish: {
          messages: [{ target: { case: "agentId" as const, value: "w2" }, subject: "s" }],
        },
      };
      agent.send({ case: kind, value: values[kind] } as never);
      expectClosed(agent, "HELLO_REQUIRED", false);
      expect(other.of("deliver")).toHaveLength(0);
    },
  );

  test("comes once, be it before or after welcome", async () => {
    const early = world.open("w1");
    const hello = { case: "hello", value: { protocolVersion: 1, spec: {} } } as const;
    early.send(hello);
    early.send(hello);
    expectClosed(early, "HELLO_REPEATED", false);
    await world.quiet();

    const late = await world.connect("w1");
    late.send(hello);
    expectClosed(late, "HELLO_REPEATED", false);
    await world.quiet();
    expect(await world.presence("w1")).toMatchObject({
      liveness: AgentLiveness.SUSPECT,
      cause: LivenessCause.PROTOCOL_VIOLATION,
      evidence: "closed by the server: a second hello came: a stream carries one session",
    });
  });

  test("speaks a version that the server knows", async () => {
    const agent = world.open("w1");
    agent.send({ case: "hello", value: { protocolVersion: 2, spec: {} } });
    await world.quiet();
    expectClosed(agent, "PROTOCOL_UNSUPPORTED", false);
    expect(agent.end!.error!.details.metadata).toEqual({ version: "2", supported: "1" });
  });

  test("comes from an agent", async () => {
    const recording = createRecordingSink();
    const { kind, id, displayName, role, scope } = world.principal("w1");
    const key = { kind, id, displayName, role, scope };
    const link = world.links.open(key, recording.sink, "");
    const agent = Object.assign(recording, { send: () => undefined, drop: () => link.close() });
    const frame = { case: "hello", value: { protocolVersion: 1, spec: {} } } as const;
    link.receive(create(ConnectRequestSchema, { frame }));
    await world.quiet();
    expectClosed(agent, "PERMISSION_MISSING", false);
  });
});

describe("a frame", () => {
  test("without content is not agreed on", async () => {
    const agent = await world.connect("w1");
    agent.send({ case: undefined });
    expectClosed(agent, "FRAME_NOT_AGREED", false);
  });

  test.each([
    ["heartbeat.sequence", { case: "heartbeat", value: { sequence: -1n } }],
    ["heartbeat.load.cpu_cores", { case: "heartbeat", value: { load: { cpuCores: NaN } } }],
    [
      "heartbeat.round_trip_duration",
      {
        case: "heartbeat",
        value: { roundTripDuration: { seconds: 2n ** 63n - 1n, nanos: 0 } },
      },
    ],
    ["state_update.state", { case: "stateUpdate", value: { state: 5 } }],
    ["publish.messages", { case: "publish", value: { messages: [] } }],
    [
      "publish.messages[0].agent_id",
      {
        case: "publish",
        value: { messages: [{ target: { case: "agentId", value: "$where" }, subject: "s" }] },
      },
    ],
    ["reply.call_id", { case: "reply", value: {} }],
  ] as const)("with a bad %s is refused by name", async (field, frame) => {
    const agent = await world.connect("w1");
    agent.send(frame as never);
    expectClosed(agent, "INVALID_REQUEST", true);
    expect(agent.end!.error!.details.violations).toMatchObject([{ field }]);
  });

  test("may bear times up to their bounds, which can be shown", async () => {
    const agent = await world.connect("w1");
    const hour = { seconds: 3_600n, nanos: 0 };
    const zero = { seconds: 0n, nanos: 0 };
    const times = [
      [hour, { seconds: 253_402_300_799n, nanos: 999_999_999 }],
      [zero, { seconds: -62_135_596_800n, nanos: 0 }],
    ] as const;
    for (const [duration, agentTime] of times) {
      const load = { loopDelayDuration: duration };
      agent.send({ case: "heartbeat", value: { agentTime, load, roundTripDuration: duration } });
      const ack = agent.of("heartbeatAck").at(-1)!;
      expect(ack.agentTime).toMatchObject(agentTime);
      expect(() => toJson(HeartbeatAckSchema, ack)).not.toThrow();
      const live = world.links.session(world.uidOf("w1"))!;
      expect(live.roundTripMs).toBe(durationMs(live.load!.loopDelayDuration!));
    }
    expect(agent.end).toBeUndefined();
  });

  test("of hello without spec is refused by name", () => {
    const agent = world.open("w1");
    agent.send({ case: "hello", value: { protocolVersion: 1 } });
    expectClosed(agent, "INVALID_REQUEST", true);
    expect(agent.end!.error!.details.violations).toMatchObject([{ field: "hello.spec" }]);
  });
});

describe("the rate of frames", () => {
  test("may burst for two seconds' worth, and go on at the rate", async () => {
    const agent = await world.connect("w1");
    // The hello was the first.
    for (let frame = 0; frame < 199; frame += 1) agent.send({ case: "heartbeat", value: {} });
    for (let round = 0; round < 50; round += 1) {
      world.clock.advance(1_000);
      for (let frame = 0; frame < 100; frame += 1) agent.send({ case: "heartbeat", value: {} });
    }
    expect(agent.end).toBeUndefined();
    expect(agent.of("heartbeatAck")).toHaveLength(5_199);
  });

  test("above the limit closes the link, with a wait", async () => {
    const agent = await world.connect("w1");
    for (let frame = 0; frame < 200; frame += 1) agent.send({ case: "heartbeat", value: {} });
    expect(agent.of("heartbeatAck")).toHaveLength(199);
    expectClosed(agent, "FRAME_RATE_EXCEEDED", true);
  });

  test("before welcome: few frames may wait, and are carried out in order after it", async () => {
    const agent = world.open("w1");
    agent.send({ case: "hello", value: { protocolVersion: 1, spec: {} } });
    for (let beat = 0n; beat < 64n; beat += 1n)
      agent.send({ case: "heartbeat", value: { sequence: beat } });
    expect(agent.frames).toHaveLength(0);
    await world.until(() => agent.frames.length > 0);
    expect(agent.frames[0]!.case).toBe("welcome");
    expect(agent.of("heartbeatAck").map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: 64 }, (_, beat) => BigInt(beat)),
    );

    const hasty = world.open("m1");
    hasty.send({ case: "hello", value: { protocolVersion: 1, spec: {} } });
    for (let frame = 0; frame < 65; frame += 1) hasty.send({ case: "heartbeat", value: {} });
    expect(hasty.end?.error?.reason).toBe("FRAME_RATE_EXCEEDED");
    await world.quiet();
    // Its epoch landed; that it is not there is on record all the same.
    expect(await world.presence("m1")).toMatchObject({
      liveness: AgentLiveness.SUSPECT,
      cause: LivenessCause.PROTOCOL_VIOLATION,
    });
  });
});

describe("the rate of messages", () => {
  /** One frame of so many messages, to the agent that has to notice nothing. */
  function publish(agent: TestAgent, count: number): void {
    const message = { target: { case: "agentId" as const, value: "w2" }, subject: "s" };
    const messages = Array.from({ length: count }, () => message);
    agent.send({ case: "publish", value: { messages } });
  }

  function delivered(): number {
    return other.of("deliver").length;
  }

  test("may burst for two seconds' worth, goes on at the rate, and ends the link above it", async () => {
    const agent = await world.connect("w1");
    for (let sent = 0; sent < 40_000; sent += 250) publish(agent, 250);
    world.clock.advance(1_000);
    for (let sent = 0; sent < 20_000; sent += 250) publish(agent, 250);
    expect(agent.end).toBeUndefined();
    expect(delivered()).toBe(60_000);
    // Other frames are not charged for it.
    agent.send({ case: "heartbeat", value: {} });
    expect(agent.end).toBeUndefined();
    publish(agent, 1);
    expectClosed(agent, "FRAME_RATE_EXCEEDED", true);
    expect(agent.end!.error!.message).toBe(
      "more than 20000 messages a second over 2 s: send fewer",
    );
    expect(delivered()).toBe(60_000);
  });
});
