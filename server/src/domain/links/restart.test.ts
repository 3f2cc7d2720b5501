// A server that starts again waits one lost-after for those who were there, then says why they are lost.
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { ErrorReason } from "@meshwork/gen/mesh/v1/error";
import { AgentLiveness, LivenessCause } from "@meshwork/gen/mesh/v1/agent";
import { durationMs } from "@bufbuild/protobuf/wkt";
import { Notice_Kind } from "@meshwork/gen/mesh/v1/link";
import { MESH_UID, createLinkWorld, type LinkWorld } from "./testing/link-world.ts";

let world: LinkWorld;
beforeEach(async () => {
  world = await createLinkWorld({ agents: ["w1", "w2", "w3", "w4"] });
});
afterEach(() => world.close());

describe("after a restart", () => {
  test("one lost-after to come back, counted from the start", async () => {
    await world.connect("w1");
    const suspect = await world.connect("w2");
    await world.connect("w3");
    const left = await world.connect("w4");
    left.send({ case: "goodbye", value: {} });
    suspect.drop();
    await world.quiet();
    await world.pass(1_000);
    await world.restart();
    for (const agentId of ["w1", "w3"])
      expect((await world.presence(agentId))!.liveness).toBe(AgentLiveness.ALIVE);
    expect(world.links.sizes()["members"]).toBe(3);
    await world.pass(3_000);
    const back = await world.connect("w3");
    expect(back.of("welcome")[0]!.epoch).toBe(2n);
    await world.pass(2_900);
    expect((await world.presence("w1"))!.liveness).toBe(AgentLiveness.ALIVE);
    await world.pass(200);
    for (const agentId of ["w1", "w2"])
      expect(await world.presence(agentId)).toMatchObject({
        liveness: AgentLiveness.LOST,
        cause: LivenessCause.SERVER_RESTARTED,
        evidence: "not back 6 s after the server's start, lost-after is 6 s",
        sessionId: "",
      });
    expect((await world.presence("w3"))!.cause).toBe(LivenessCause.SESSION_STARTED);
    expect((await world.presence("w4"))!.cause).toBe(LivenessCause.GOODBYE);
    expect(world.links.sizes()["members"]).toBe(1);
  });

  test("a session from before goes on; of its calls, which nobody remembers, it is told", async () => {
    const agent = await world.connect("w1");
    const resumeSessionId = agent.of("welcome")[0]!.sessionId;
    await world.restart();
    const next = await world.connect("w1", { resumeSessionId });
    expect(next.of("welcome")[0]).toMatchObject({ resumed: true, epoch: 2n });
    next.send({ case: "reply", value: { callId: "7", hasPayload: true } });
    expect(next.of("cancelCall")).toMatchObject([
      { callId: "7", reason: ErrorReason.OUTCOME_UNKNOWN },
    ]);
    // One that is over needs no telling.
    next.send({ case: "reply", value: { callId: "8", status: {} } });
    expect(next.of("cancelCall")).toHaveLength(1);
  });
});

describe("stop", () => {
  test("while a session is being set up leaves neither a session nor a lie on record", async () => {
    const agent = world.open("w1");
    agent.send({ case: "hello", value: { protocolVersion: 1, spec: {} } });
    await world.links.stop();
    expect(agent.end?.error?.reason).toBe("SERVER_DRAINING");
    expect(Object.values(world.links.sizes()).every((size) => size === 0)).toBe(true);
    expect(world.timers()).toBe(0);
    // Its attachment landed; the next process gives it the time that everyone gets.
    expect((await world.presence("w1"))!.liveness).toBe(AgentLiveness.ALIVE);
    await world.restart();
    await world.pass(6_100);
    expect((await world.presence("w1"))!.cause).toBe(LivenessCause.SERVER_RESTARTED);
  });
});

describe("drain", () => {
  test("tells, then ends one session after the other, and leaves liveness alone", async () => {
    const agents = await Promise.all(
      ["w1", "w2", "w3", "w4"].map((agentId) => world.connect(agentId)),
    );
    const silent = world.open("w1");
    let drained = false;
    void world.links.drain(10_000).then(() => (drained = true));
    expect(silent.end?.error?.reason).toBe("SERVER_DRAINING");
    for (const agent of agents)
      expect(agent.of("notice")).toMatchObject([{ kind: Notice_Kind.SERVER_DRAINING }]);
    const ends: number[] = [];
    const startMs = world.clock.monotonic();
    for (let passed = 0; passed < 6_000; passed += 100) {
      await world.pass(100);
      for (const [index, agent] of agents.entries())
        if (agent.end && ends[index] === undefined) ends[index] = world.clock.monotonic() - startMs;
    }
    await world.until(() => drained, "the end of it");
    expect(ends).toEqual([...ends].sort((a, b) => a - b));
    expect(new Set(ends).size).toBe(4);
    expect(ends[3]).toBeLessThanOrEqual(5_100);
    const afters = agents.map((agent) => {
      const [goodbye] = agent.of("goodbye");
      expect(goodbye).toMatchObject({ reason: ErrorReason.SERVER_DRAINING, reconnect: true });
      return durationMs(goodbye!.reconnectAfter!);
    });
    expect(new Set(afters).size).toBe(4);
    expect((await world.presence("w1"))!.cause).toBe(LivenessCause.SESSION_STARTED);
    const late = await world.connect("w1");
    expect(late.end?.error?.reason).toBe("SERVER_DRAINING");
  });

  test("waits for calls in flight, but not beyond the grace, and takes no new ones", async () => {
    const spec = { capabilities: ["echo"] };
    const [answers, silent] = [
      await world.connect("w1", { spec }),
      await world.connect("w2", { spec }),
    ];
    const ends: string[] = [];
    const call = async (agentId: string): Promise<void> => {
      const request = {
        meshUid: MESH_UID,
        agentId,
        capability: "echo",
        caller: "key:k",
        contentType: "",
      };
      const more = { payload: new Uint8Array(), headers: {}, deadlineMs: Infinity };
      const { signal } = new AbortController();
      try {
        const replies = world.calls.call({ ...request, ...more, signal });
        while (!(await replies.next()).done);
        ends.push(`${agentId} OK`);
      } catch (error) {
        ends.push(`${agentId} ${(error as { reason: string }).reason}`);
      }
    };
    void call("w1");
    void call("w2");
    const drained = world.links.drain(8_000);
    await call("w1");
    expect(ends).toEqual(["w1 NO_RECEIVER"]);
    await world.pass(3_000);
    expect(answers.end).toBeUndefined();
    answers.send({ case: "reply", value: { callId: answers.of("call")[0]!.callId, status: {} } });
    await world.pass(300);
    expect(answers.end?.error?.reason).toBe("SERVER_DRAINING");
    expect(silent.end).toBeUndefined();
    await world.pass(5_000);
    await drained;
    expect(silent.end?.error?.reason).toBe("SERVER_DRAINING");
    await world.until(() => ends.length === 3);
    expect(ends).toEqual(["w1 NO_RECEIVER", "w1 OK", "w2 OUTCOME_UNKNOWN"]);
    expect(world.links.sizes()).toMatchObject({ streams: 0, sessions: 0, calls: 0 });
  });
});

test("1,000 sessions started and ended leave nothing behind", async () => {
  for (let cycle = 0; cycle < 250; cycle += 1) {
    const agents = await Promise.all(
      ["w1", "w2", "w3", "w4"].map((agentId) => world.connect(agentId)),
    );
    agents[0]!.send({ case: "goodbye", value: {} });
    agents[1]!.drop();
    agents[2]!.send({ case: undefined });
    world.links.credentialRevoked(world.uidOf("w4"), "for the test");
    await world.quiet();
    expect(agents.every(({ late }) => late === 0)).toBe(true);
  }
  await world.pass(6_100);
  expect(world.links.sizes()).toEqual(
    Object.fromEntries(Object.keys(world.links.sizes()).map((name) => [name, 0])),
  );
  expect(world.timers()).toBe(0);
});
