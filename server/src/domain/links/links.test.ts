// A link from hello to goodbye: what is sent, what is on record, and that nothing is left behind.
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { durationMs, timestampMs } from "@bufbuild/protobuf/wkt";
import { AgentLiveness, AgentState, LivenessCause } from "@meshwork/gen/mesh/v1/agent";
import { ErrorReason } from "@meshwork/gen/mesh/v1/error";
import { epochKind } from "./epoch-record.ts";
import { put } from "../../store/store.ts";
import { meshKind } from "../meshes/mesh-record.ts";
import { createLinkWorld, MESH_ID, MESH_UID, type LinkWorld } from "./testing/link-world.ts";

let world: LinkWorld;
beforeEach(async () => {
  world = await createLinkWorld();
});
afterEach(() => world.close());

describe("hello", () => {
  test("is answered with welcome and config, and on record before that", async () => {
    const agent = await world.connect("w1", {
      spec: {
        capabilities: ["echo"],
        labels: { zone: "a" },
        runtime: { name: "node", sdk: "x 1" },
      },
      features: ["tea"],
    });
    const [welcome] = agent.of("welcome");
    expect(welcome).toMatchObject({ epoch: 1n, resumed: false, features: [], nodeId: "node-1" });
    expect(durationMs(welcome!.heartbeatInterval!)).toBe(2_000);
    expect(durationMs(welcome!.lostAfter!)).toBe(6_000);
    expect(welcome!.limits).toMatchObject({
      frameBytesMax: 1_048_576,
      framesPerSecondMax: 2_000,
      publishMessagesMax: 256,
    });
    expect(timestampMs(welcome!.serverTime!)).toBe(world.clock.now());
    expect(welcome!.agent).toMatchObject({
      agentId: "w1",
      capabilities: ["echo"],
      labels: { zone: "a" },
      status: { liveness: AgentLiveness.ALIVE, state: AgentState.STARTING },
    });
    expect(welcome!.agent!.status!.session).toMatchObject({
      sessionId: welcome!.sessionId,
      epoch: 1n,
    });
    expect(agent.frames.map((frame) => frame.case)).toEqual(["welcome", "config"]);
    expect(agent.of("config")[0]!.etag).toBe(welcome!.agent!.etag);

    expect(await world.presence("w1")).toMatchObject({
      previous: AgentLiveness.UNSPECIFIED,
      liveness: AgentLiveness.ALIVE,
      cause: LivenessCause.SESSION_STARTED,
      evidence: `session ${welcome!.sessionId}, epoch 1`,
      sessionId: welcome!.sessionId,
      nodeId: "node-1",
    });
    expect(await world.record("w1")).toMatchObject({
      capabilities: ["echo"],
      ownLabels: { zone: "a" },
    });
    expect(world.links.session(world.uidOf("w1"))).toMatchObject({
      sessionId: welcome!.sessionId,
      epoch: 1,
      peerAddress: "127.0.0.1",
    });
    expect((await world.store.get(epochKind, world.uidOf("w1")))?.doc).toEqual({
      epoch: 1,
      sessionId: welcome!.sessionId,
      nodeId: "node-1",
      deliveriesMax: 64,
    });
  });

  test("each attachment raises the epoch by one", async () => {
    for (const epoch of [1n, 2n, 3n]) {
      const agent = await world.connect("w1");
      expect(agent.of("welcome")[0]!.epoch).toBe(epoch);
      agent.send({ case: "goodbye", value: {} });
      await world.quiet();
    }
  });

  test("of an agent whose credential was revoked, that is terminated or gone is refused for good", async () => {
    await world.change("w1", (agent) => ({ ...agent, state: AgentState.TERMINATED }));
    const terminated = await world.connect("w1");
    expect(terminated.end?.error?.reason).toBe("AGENT_TERMINATED");
    expect(terminated.of("goodbye")).toMatchObject([
      { reason: ErrorReason.AGENT_TERMINATED, reconnect: false },
    ]);
    expect(await world.presence("w1")).toBeUndefined();
    expect(await world.store.get(epochKind, world.uidOf("w1"))).toBeUndefined();
  });
});

describe("while the store fails", () => {
  test("a session is refused for now, and the agent may come back", async () => {
    await world.store.close();
    const agent = await world.connect("w1");
    expect(agent.end?.error?.reason).toBe("NOT_SENT");
    expect(agent.of("goodbye")).toMatchObject([{ reason: ErrorReason.NOT_SENT, reconnect: true }]);
    expect(world.links.sizes()).toMatchObject({
      streams: 0,
      sessions: 0,
      attaching: 0,
      members: 0,
    });
  });

  test("an open session goes on: it is heard, answered and sent messages", async () => {
    const agent = await world.connect("w1");
    await world.store.close();
    agent.send({ case: "stateUpdate", value: { state: AgentState.RUNNING } });
    await world.until(() => (world.counts.get("warn a write of a session failed") ?? 0) > 0);
    agent.send({ case: "heartbeat", value: { sequence: 1n } });
    expect(agent.of("heartbeatAck")).toHaveLength(1);
    expect(agent.end).toBeUndefined();
    expect(world.links.sizes()["writes"]).toBe(1);
  });
});

describe("heartbeat", () => {
  test("is answered at once with both clocks; load, health and round trip are remembered", async () => {
    const agent = await world.connect("w1");
    world.clock.advance(1_000);
    agent.send({
      case: "heartbeat",
      value: {
        sequence: 7n,
        agentTime: { seconds: 5n, nanos: 6 },
        load: { cpuCores: 0.5, callsInFlight: 2 },
        health: [{ name: "disk", result: 1 }],
        roundTripDuration: { seconds: 0n, nanos: 3_000_000 },
      },
    });
    const [ack] = agent.of("heartbeatAck");
    expect(ack).toMatchObject({ sequence: 7n, agentTime: { seconds: 5n, nanos: 6 } });
    expect(timestampMs(ack!.serverTime!)).toBe(world.clock.now());
    expect(durationMs(ack!.heartbeatInterval!)).toBe(2_000);
    world.clock.advance(500);
    expect(world.links.session(world.uidOf("w1"))).toMatchObject({
      load: { cpuCores: 0.5, callsInFlight: 2 },
      health: [{ name: "disk" }],
      roundTripMs: 3,
      lastSeenTime: new Date(world.clock.now() - 500),
    });
  });

  test("only transitions are written", async () => {
    const agent = await world.connect("w1");
    const before = await world.store.head();
    for (let beat = 0n; beat < 20n; beat += 1n) {
      agent.send({ case: "heartbeat", value: { sequence: beat } });
      await world.pass(2_000, 500);
    }
    expect(await world.store.head()).toBe(before);
  });

  test("changed settings of the mesh reach the agent with the next answer, and bind from then", async () => {
    const agent = await world.connect("w1");
    const mesh = (await world.store.get(meshKind, MESH_ID))!;
    const doc = { ...mesh.doc, heartbeatIntervalMs: 500, lostAfterMs: 1_500 };
    const changes = [put(meshKind, MESH_ID, doc, mesh.version)];
    await world.store.commit({ writeId: world.ids.uuid(), changes });
    world.links.meshChanged(MESH_UID);
    await world.pass(2_000);
    expect((await world.presence("w1"))!.liveness).toBe(AgentLiveness.ALIVE);
    agent.send({ case: "heartbeat", value: {} });
    expect(durationMs(agent.of("heartbeatAck")[0]!.heartbeatInterval!)).toBe(500);
    await world.pass(1_000);
    expect((await world.presence("w1"))!.evidence).toBe("no frame for 1 s, 2 intervals of 0.5 s");
  });
});

describe("goodbye", () => {
  test("is LEFT, on record before the stream ends, and leaves nothing in memory", async () => {
    const agent = await world.connect("w1");
    agent.send({ case: "goodbye", value: { reason: "done" } });
    // Nothing that follows counts, not even that the agent closes its side at once.
    agent.send({ case: "heartbeat", value: {} });
    agent.drop();
    expect(agent.of("heartbeatAck")).toHaveLength(0);
    expect(agent.end).toBeUndefined();
    await world.until(() => agent.end !== undefined);
    expect(agent.end).toEqual({ destroyed: false });
    expect(await world.presence("w1")).toMatchObject({
      previous: AgentLiveness.ALIVE,
      liveness: AgentLiveness.LEFT,
      cause: LivenessCause.GOODBYE,
      evidence: "goodbye: done",
      sessionId: "",
    });
    expect(Object.values(world.links.sizes()).every((size) => size === 0)).toBe(true);
    expect(world.timers()).toBe(0);
    expect(agent.late).toBe(0);
  });
});
