// Terminating survives everything: told, waited for, cut off in time, and nobody gets back in.
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { durationMs } from "@bufbuild/protobuf/wkt";
import {
  AgentDesiredState,
  AgentLiveness,
  AgentState,
  LivenessCause,
} from "@meshwork/gen/mesh/v1/agent";
import { ErrorReason } from "@meshwork/gen/mesh/v1/error";
import { agentCredentialKind } from "../credentials/agent-credential-record.ts";
import { epochKind } from "./epoch-record.ts";
import { createLinkWorld, type LinkWorld } from "./testing/link-world.ts";

let world: LinkWorld;
beforeEach(async () => {
  world = await createLinkWorld({ intervalMs: 60_000, lostAfterMs: 180_000 });
});
afterEach(() => world.close());

async function terminateIn(agentId: string, graceMs: number): Promise<void> {
  const terminateTime = new Date(world.clock.now() + graceMs);
  const desiredState = AgentDesiredState.TERMINATED;
  await world.change(agentId, (agent) => ({ ...agent, desiredState, terminateTime }));
  await world.quiet();
}

async function revoked(agentId: string): Promise<boolean> {
  const credential = await world.store.get(agentCredentialKind, world.uidOf(agentId));
  return credential!.doc.revokeTime !== undefined;
}

describe("an agent that shall terminate", () => {
  test("is told with the grace that is left, and is TERMINATED as soon as it says goodbye", async () => {
    const agent = await world.connect("w1");
    await terminateIn("w1", 5_000);
    const config = agent.of("config").at(-1)!;
    expect(config.desiredState).toBe(AgentDesiredState.TERMINATED);
    expect(durationMs(config.grace!)).toBe(5_000);
    await world.pass(1_000);
    agent.send({ case: "goodbye", value: { reason: "as told" } });
    await world.until(() => agent.end !== undefined);
    expect(agent.end).toEqual({ destroyed: false });
    expect(await world.record("w1")).toMatchObject({
      state: AgentState.TERMINATED,
      stateReason: "as told",
    });
    expect(await world.presence("w1")).toMatchObject({
      liveness: AgentLiveness.LEFT,
      cause: LivenessCause.GOODBYE,
    });
    expect(await revoked("w1")).toBe(true);
    expect(Object.values(world.links.sizes()).every((size) => size === 0)).toBe(true);
  });

  test("is cut off when the grace is over: credential void, epoch fenced, link closed for good", async () => {
    const agent = await world.connect("w1");
    await terminateIn("w1", 5_000);
    await world.pass(4_900);
    expect(agent.end).toBeUndefined();
    expect((await world.record("w1"))!.state).toBe(AgentState.STARTING);
    await world.pass(200);
    expect(agent.end?.error?.reason).toBe("AGENT_TERMINATED");
    expect(agent.of("goodbye")).toMatchObject([
      { reason: ErrorReason.AGENT_TERMINATED, reconnect: false },
    ]);
    expect((await world.record("w1"))!.state).toBe(AgentState.TERMINATED);
    expect(await world.presence("w1")).toMatchObject({
      liveness: AgentLiveness.LEFT,
      cause: LivenessCause.TERMINATED,
    });
    expect(await revoked("w1")).toBe(true);
    expect((await world.store.get(epochKind, world.uidOf("w1")))!.doc).toMatchObject({
      epoch: 2,
      sessionId: "",
    });
    expect(Object.values(world.links.sizes()).every((size) => size === 0)).toBe(true);
    const again = await world.connect("w1");
    expect(again.end?.error?.reason).toBe("AGENT_TERMINATED");
  });

  test("may come back within the grace, hears of it, and is cut off all the same", async () => {
    const first = await world.connect("w1");
    await terminateIn("w1", 5_000);
    first.drop();
    await world.pass(2_000);
    const second = await world.connect("w1");
    expect(durationMs(second.of("config")[0]!.grace!)).toBe(3_000);
    await world.pass(3_100);
    expect(second.end?.error?.reason).toBe("AGENT_TERMINATED");
  });

  test("gets no session that was being set up when the grace ended", async () => {
    (await world.connect("w1")).drop();
    await terminateIn("w1", 5_000);
    const agents = [];
    // One hello in every tick around the end, each with its commit on the way.
    for (let passed = 0; passed < 6_000; passed += 100) {
      world.clock.advance(100);
      const agent = world.open("w1");
      agent.send({ case: "hello", value: { protocolVersion: 1, spec: {} } });
      agents.push(agent);
    }
    await world.quiet();
    for (const { end } of agents) expect(end).toBeDefined();
    expect((await world.record("w1"))!.state).toBe(AgentState.TERMINATED);
    expect((await world.presence("w1"))!.liveness).toBe(AgentLiveness.LEFT);
    expect(world.links.sizes()).toMatchObject({ sessions: 0, members: 0, terminations: 0 });
  });

  test("gets no session that slips in while its end waits to be written", async () => {
    const agent = await world.connect("w1");
    await terminateIn("w1", 5_000);
    await world.pass(4_900);
    // The end has to wait for this write, the new session has not.
    agent.send({ case: "stateUpdate", value: { state: AgentState.RUNNING } });
    world.clock.advance(200);
    const next = world.open("w1");
    next.send({ case: "hello", value: { protocolVersion: 1, spec: {} } });
    await world.quiet();
    expect(next.end?.error?.reason).toBe("AGENT_TERMINATED");
    expect(world.links.sizes()).toMatchObject({ streams: 0, sessions: 0, members: 0 });
  });

  test("gets no session that slips in behind its goodbye", async () => {
    const agent = await world.connect("w1");
    await terminateIn("w1", 5_000);
    agent.send({ case: "stateUpdate", value: { state: AgentState.RUNNING } });
    agent.send({ case: "goodbye", value: {} });
    const next = world.open("w1");
    next.send({ case: "hello", value: { protocolVersion: 1, spec: {} } });
    await world.quiet();
    expect(next.end?.error?.reason).toBe("AGENT_TERMINATED");
    expect((await world.record("w1"))!.state).toBe(AgentState.TERMINATED);
    expect(world.links.sizes()).toMatchObject({ sessions: 0, members: 0, terminations: 0 });
  });

  test("is cut off though it is not connected", async () => {
    (await world.connect("w1")).drop();
    await terminateIn("w1", 5_000);
    await world.pass(5_100);
    expect((await world.record("w1"))!.state).toBe(AgentState.TERMINATED);
    expect(await world.presence("w1")).toMatchObject({
      liveness: AgentLiveness.LEFT,
      cause: LivenessCause.TERMINATED,
    });
  });

  test("is not spared by a restart of the server", async () => {
    await world.connect("w1");
    await terminateIn("w1", 5_000);
    await world.pass(1_000);
    await world.restart();
    expect(world.links.sizes()["terminations"]).toBe(1);
    await world.pass(3_900);
    expect((await world.record("w1"))!.state).toBe(AgentState.STARTING);
    await world.pass(200);
    expect((await world.record("w1"))!.state).toBe(AgentState.TERMINATED);
    expect(await revoked("w1")).toBe(true);
  });

  test("has a shorter grace when that is set later", async () => {
    const agent = await world.connect("w1");
    await terminateIn("w1", 60_000);
    await terminateIn("w1", 1_000);
    await world.pass(1_100);
    expect(agent.end?.error?.reason).toBe("AGENT_TERMINATED");
  });

  test("that others put on record as TERMINATED loses its link", async () => {
    const agent = await world.connect("w1");
    await world.change("w1", (record) => ({ ...record, state: AgentState.TERMINATED }));
    await world.quiet();
    expect(agent.end?.error?.reason).toBe("AGENT_TERMINATED");
    expect((await world.presence("w1"))!.cause).toBe(LivenessCause.TERMINATED);
  });
});

test("changes of the record reach the agent as config, in order", async () => {
  const agent = await world.connect("w1");
  for (let port = 1; port <= 20; port += 1)
    await world.change("w1", (record) => ({ ...record, desiredConfiguration: { port } }));
  await world.quiet();
  const ports = agent.of("config").map((config) => config.desiredConfiguration?.["port"] ?? 0);
  expect(ports).toEqual([...ports].sort((a, b) => Number(a) - Number(b)));
  expect(ports.at(-1)).toBe(20);
});

describe("what an agent says of itself", () => {
  test("is put on record in order; what waits is merged", async () => {
    const agent = await world.connect("w1");
    for (let step = 1; step <= 50; step += 1)
      agent.send({
        case: "stateUpdate",
        value: {
          state: AgentState.RUNNING,
          reason: `step ${step}`,
          ...(step === 30 && { effectiveConfiguration: { step } }),
        },
      });
    agent.send({ case: "stateUpdate", value: { state: AgentState.DRAINING, reason: "last" } });
    await world.quiet();
    expect(await world.record("w1")).toMatchObject({
      state: AgentState.DRAINING,
      stateReason: "last",
      effectiveConfiguration: { step: 30 },
    });
  });

  test("above its limit closes the link", async () => {
    const agent = await world.connect("w1");
    const effectiveConfiguration = { text: "x".repeat(900_000) };
    agent.send({
      case: "stateUpdate",
      value: { state: AgentState.RUNNING, effectiveConfiguration },
    });
    await world.until(() => agent.end !== undefined);
    expect(agent.end?.error?.reason).toBe("INVALID_REQUEST");
  });
});
