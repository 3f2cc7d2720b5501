// The newest session of an agent wins, a resumed one keeps its calls, and silence ends what it has to.
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { AgentLiveness, AgentState, LivenessCause } from "@meshwork/gen/mesh/v1/agent";
import { ErrorReason } from "@meshwork/gen/mesh/v1/error";
import { put } from "../../store/store.ts";
import { presenceKind } from "../agents/presence-record.ts";
import type { DomainError } from "../errors.ts";
import { epochKind } from "./epoch-record.ts";
import { agentCredentialKind } from "../credentials/agent-credential-record.ts";
import { createLinkWorld, MESH_UID, type LinkWorld, type TestAgent } from "./testing/link-world.ts";

let world: LinkWorld;
beforeEach(async () => {
  world = await createLinkWorld();
});
afterEach(() => world.close());

/** A call from nowhere; answers what becomes of it. */
function call(agentId: string): {
  replies: string[];
  ended: boolean;
  error: DomainError | undefined;
} {
  const seen = {
    replies: [] as string[],
    ended: false,
    error: undefined as DomainError | undefined,
  };
  const request = {
    meshUid: MESH_UID,
    agentId,
    capability: "echo",
    caller: "key:k",
    contentType: "",
    payload: new Uint8Array(),
    headers: {},
    deadlineMs: world.clock.monotonic() + 60_000,
    signal: new AbortController().signal,
  };
  void (async () => {
    try {
      for await (const { payload } of world.calls.call(request))
        seen.replies.push(Buffer.from(payload).toString());
    } catch (error) {
      seen.error = error as DomainError;
    }
    seen.ended = true;
  })();
  return seen;
}

function answer(agent: TestAgent, callId: string, text: string): void {
  const payload = new Uint8Array(Buffer.from(text));
  agent.send({ case: "reply", value: { callId, hasPayload: true, payload, status: { code: 0 } } });
}

const echo = { spec: { capabilities: ["echo"] } };

describe("a newer session", () => {
  test("closes the older one for good, and nothing of the older takes effect any more", async () => {
    const watcher = await world.connect("w2");
    const older = await world.connect("w1", echo);
    const pending = call("w1");
    const newer = await world.connect("w1", echo);
    expect(older.end).toMatchObject({ destroyed: false, error: { reason: "SESSION_SUPERSEDED" } });
    expect(older.of("goodbye")).toMatchObject([
      { reason: ErrorReason.SESSION_SUPERSEDED, reconnect: false },
    ]);
    await world.until(() => pending.ended);
    expect(pending.error?.reason).toBe("OUTCOME_UNKNOWN");

    older.send({ case: "stateUpdate", value: { state: AgentState.FAILED } });
    older.send({ case: "goodbye", value: {} });
    older.send({
      case: "publish",
      value: { messages: [{ target: { case: "agentId", value: "w2" }, subject: "s" }] },
    });
    older.drop();
    await world.quiet();
    expect(watcher.of("deliver")).toHaveLength(0);
    expect((await world.record("w1"))!.state).toBe(AgentState.STARTING);
    expect(await world.presence("w1")).toMatchObject({
      previous: AgentLiveness.ALIVE,
      liveness: AgentLiveness.ALIVE,
      sessionId: newer.of("welcome")[0]!.sessionId,
    });
    expect(newer.end).toBeUndefined();
    expect(newer.of("welcome")[0]!.resumed).toBe(false);
  });

  test("fences what the older still writes, even where nobody told it", async () => {
    const older = await world.connect("w1");
    const uid = world.uidOf("w1");
    // As another server process would, on which the agent is now.
    const epoch = (await world.store.get(epochKind, uid))!;
    const presence = (await world.store.get(presenceKind, uid))!;
    await world.store.commit({
      writeId: world.ids.uuid(),
      changes: [
        put(epochKind, uid, { epoch: 2, sessionId: "elsewhere", nodeId: "node-2" }, epoch.version),
        put(presenceKind, uid, { ...presence.doc, sessionId: "elsewhere" }, presence.version),
      ],
    });
    older.send({ case: "stateUpdate", value: { state: AgentState.FAILED } });
    await world.quiet();
    expect((await world.record("w1"))!.state).toBe(AgentState.STARTING);
    await world.pass(4_100);
    older.send({ case: "goodbye", value: {} });
    await world.quiet();
    expect(await world.presence("w1")).toMatchObject({
      liveness: AgentLiveness.ALIVE,
      sessionId: "elsewhere",
    });
    expect(world.counts.get(`liveness ${AgentLiveness.SUSPECT}`)).toBe(1);
  });

  test("of ten that come at once exactly one is left, the one with the highest epoch", async () => {
    const agents = Array.from({ length: 10 }, () => world.open("w1"));
    for (const agent of agents)
      agent.send({ case: "hello", value: { protocolVersion: 1, spec: {} } });
    await world.quiet();
    const open = agents.filter(({ end }) => end === undefined);
    expect(open).toHaveLength(1);
    expect(open[0]!.of("welcome")[0]!.epoch).toBe(10n);
    for (const { end } of agents) if (end) expect(end.error?.reason).toBe("SESSION_SUPERSEDED");
    expect(world.links.sizes()).toMatchObject({
      streams: 1,
      sessions: 1,
      members: 1,
      attaching: 0,
    });
  });
});

describe("resume", () => {
  test("of a session that is still open takes its calls over", async () => {
    const older = await world.connect("w1", echo);
    const pending = call("w1");
    const { callId } = older.of("call")[0]!;
    const resumeSessionId = older.of("welcome")[0]!.sessionId;
    const newer = await world.connect("w1", { ...echo, resumeSessionId });
    expect(newer.of("welcome")).toMatchObject([
      { sessionId: resumeSessionId, resumed: true, epoch: 2n },
    ]);
    expect(older.end?.error?.reason).toBe("SESSION_SUPERSEDED");
    // Nothing is sent again.
    expect(newer.of("call")).toHaveLength(0);
    expect(pending.ended).toBe(false);
    answer(newer, callId, "late but true");
    await world.until(() => pending.ended);
    expect(pending).toEqual({ replies: ["late but true"], ended: true, error: undefined });
  });

  test("after the stream ended keeps the session, and tells which calls were given up", async () => {
    const older = await world.connect("w1", echo);
    const pending = call("w1");
    const { callId } = older.of("call")[0]!;
    const resumeSessionId = older.of("welcome")[0]!.sessionId;
    older.drop();
    await world.until(() => pending.ended);
    expect(pending.error?.reason).toBe("OUTCOME_UNKNOWN");
    const newer = await world.connect("w1", { ...echo, resumeSessionId });
    expect(newer.of("welcome")).toMatchObject([{ sessionId: resumeSessionId, resumed: true }]);
    expect(newer.of("cancelCall")).toMatchObject([{ callId, reason: ErrorReason.OUTCOME_UNKNOWN }]);
    answer(newer, callId, "too late");
    expect(world.counts.get("reply ignored")).toBe(1);
  });

  test("is granted after lost-after; refused after goodbye, and of a session that never was", async () => {
    const first = await world.connect("w1");
    const { sessionId } = first.of("welcome")[0]!;
    first.drop();
    await world.pass(6_100);
    const second = await world.connect("w1", { resumeSessionId: sessionId });
    expect(second.of("welcome")[0]).toMatchObject({ resumed: true, sessionId });
    second.send({ case: "goodbye", value: {} });
    await world.quiet();
    for (const resumeSessionId of [sessionId, "made-up"]) {
      const next = await world.connect("w1", { resumeSessionId });
      expect(next.of("welcome")[0]).toMatchObject({ resumed: false });
      expect(next.of("welcome")[0]!.sessionId).not.toBe(resumeSessionId);
      next.send({ case: "goodbye", value: {} });
      await world.quiet();
    }
  });
});

describe("silence", () => {
  test("is SUSPECT, then LOST with its calls, while the stream is open; a frame brings it back", async () => {
    const agent = await world.connect("w1", echo);
    const pending = call("w1");
    await world.pass(4_000);
    expect(await world.presence("w1")).toMatchObject({
      liveness: AgentLiveness.SUSPECT,
      cause: LivenessCause.MISSED_HEARTBEATS,
      evidence: "no frame for 4 s, 2 intervals of 2 s",
    });
    expect(pending.ended).toBe(false);
    await world.pass(2_000);
    expect(await world.presence("w1")).toMatchObject({
      previous: AgentLiveness.SUSPECT,
      liveness: AgentLiveness.LOST,
      cause: LivenessCause.MISSED_HEARTBEATS,
      sessionId: "",
    });
    await world.until(() => pending.ended);
    expect(pending.error?.reason).toBe("OUTCOME_UNKNOWN");
    expect(agent.of("cancelCall")).toHaveLength(1);
    const refused = call("w1");
    await world.until(() => refused.ended);
    expect(refused.error?.reason).toBe("NO_RECEIVER");
    expect(agent.end).toBeUndefined();

    await world.pass(1_000);
    agent.send({ case: "heartbeat", value: {} });
    await world.quiet();
    expect(await world.presence("w1")).toMatchObject({
      previous: AgentLiveness.LOST,
      liveness: AgentLiveness.ALIVE,
      cause: LivenessCause.FRAME_RECEIVED,
      evidence: "frame after 7 s of silence",
    });
    const again = call("w1");
    answer(agent, agent.of("call")[1]!.callId, "here");
    await world.until(() => again.ended);
    expect(again.replies).toEqual(["here"]);
  });

  test("counts from the last frame, whatever frame it is", async () => {
    const agent = await world.connect("w1");
    await world.pass(3_900);
    agent.send({ case: "reply", value: { callId: "nobody-waits" } });
    await world.pass(3_900);
    expect((await world.presence("w1"))!.liveness).toBe(AgentLiveness.ALIVE);
    await world.pass(200);
    expect((await world.presence("w1"))!.liveness).toBe(AgentLiveness.SUSPECT);
  });

  test("after the stream ended is LOST with the cause of its end, and forgotten", async () => {
    const agent = await world.connect("w1");
    await world.pass(1_000);
    agent.drop();
    await world.quiet();
    expect(await world.presence("w1")).toMatchObject({
      liveness: AgentLiveness.SUSPECT,
      cause: LivenessCause.STREAM_ENDED,
      evidence: "stream ended without goodbye, last frame 1 s before",
    });
    expect(world.links.session(world.uidOf("w1"))).toBeUndefined();
    await world.pass(5_000);
    expect(await world.presence("w1")).toMatchObject({
      liveness: AgentLiveness.LOST,
      cause: LivenessCause.STREAM_ENDED,
    });
    expect(Object.values(world.links.sizes()).every((size) => size === 0)).toBe(true);
    expect(world.timers()).toBe(0);
  });

  test("of a server that stood still is nobody's fault", async () => {
    const agent = await world.connect("w1");
    await world.pass(1_000);
    // The process stops for 20 s; what the agent sent meanwhile is read right after.
    world.stall(20_000);
    agent.send({ case: "heartbeat", value: {} });
    await world.pass(2_000);
    expect(await world.presence("w1")).toMatchObject({
      liveness: AgentLiveness.ALIVE,
      cause: LivenessCause.SESSION_STARTED,
    });
    world.stall(20_000);
    await world.pass(1_200);
    expect((await world.presence("w1"))!.liveness).toBe(AgentLiveness.LOST);
  });
});

describe("a revoked credential", () => {
  test("ends the session at once and for good", async () => {
    const agent = await world.connect("w1");
    world.links.credentialRevoked(world.uidOf("w1"), "the credential was revoked");
    expect(agent.end?.error?.reason).toBe("CREDENTIAL_INVALID");
    expect(agent.of("goodbye")).toMatchObject([{ reconnect: false }]);
    await world.quiet();
    expect(await world.presence("w1")).toMatchObject({
      liveness: AgentLiveness.LEFT,
      cause: LivenessCause.CREDENTIAL_REVOKED,
    });
    expect(Object.values(world.links.sizes()).every((size) => size === 0)).toBe(true);
  });

  test("lets no session through that is being set up, whichever comes first", async () => {
    const uid = world.uidOf("w1");
    const agent = world.open("w1");
    agent.send({ case: "hello", value: { protocolVersion: 1, spec: {} } });
    world.links.credentialRevoked(uid, "the credential was revoked");
    await world.quiet();
    expect(agent.of("welcome")).toHaveLength(0);
    expect(agent.end?.error?.reason).toBe("CREDENTIAL_INVALID");
    // The epoch landed, so what became of it has to be told.
    expect((await world.presence("w1"))?.cause).toBe(LivenessCause.CREDENTIAL_REVOKED);

    const rec = (await world.store.get(agentCredentialKind, uid))!;
    const doc = { ...rec.doc, revokeTime: new Date(world.clock.now()) };
    await world.store.commit({
      writeId: world.ids.uuid(),
      changes: [{ put: agentCredentialKind, id: uid, doc, expect: rec.version }],
    });
    const next = await world.connect("w1");
    expect(next.end?.error?.reason).toBe("CREDENTIAL_INVALID");
    expect(world.links.sizes()).toMatchObject({ streams: 0, sessions: 0, attaching: 0 });
  });
});

test("a deleted agent leaves nothing", async () => {
  const agent = await world.connect("w1");
  world.links.agentDeleted(world.uidOf("w1"));
  await world.quiet();
  expect(agent.end?.error?.reason).toBe("CREDENTIAL_INVALID");
  expect(Object.values(world.links.sizes()).every((size) => size === 0)).toBe(true);
});
