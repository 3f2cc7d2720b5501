// Calls over links: each ends exactly once, with what really happened.
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { create } from "@bufbuild/protobuf";
import { durationMs } from "@bufbuild/protobuf/wkt";
import { AgentState } from "@meshwork/gen/mesh/v1/agent";
import { ConnectResponseSchema } from "@meshwork/gen/mesh/v1/agent_link_service";
import { CallSchema } from "@meshwork/gen/mesh/v1/link";
import { ErrorReason } from "@meshwork/gen/mesh/v1/error";
import type { DomainError } from "../errors.ts";
import type { CallReply } from "../messages/calls.ts";
import { REPLY_BYTES_EACH } from "../messages/limits.ts";
import { createLinkWorld, MESH_UID, type LinkWorld, type TestAgent } from "./testing/link-world.ts";

let world: LinkWorld;
let agent: TestAgent;

beforeEach(async () => {
  world = await createLinkWorld({ intervalMs: 60_000, lostAfterMs: 180_000 });
  agent = await world.connect("w1", { spec: { capabilities: ["echo"] }, window: { callsMax: 3 } });
});
afterEach(async () => {
  expect(world.links.mesh(MESH_UID).callsInFlight).toBe(world.links.sizes()["calls"]);
  await world.close();
});

interface TestCall {
  readonly replies: string[];
  readonly ended: boolean;
  readonly error: DomainError | undefined;
  /** Takes the next reply. */
  next(): Promise<IteratorResult<CallReply, void>>;
  leave(): Promise<unknown>;
  readonly abort: AbortController;
}

function call(
  options: { capability?: string; agentId?: string; deadlineMs?: number; read?: boolean } = {},
): TestCall {
  const { capability = "echo", agentId = "w1", deadlineMs = Infinity, read = true } = options;
  const abort = new AbortController();
  const replies: string[] = [];
  const iterator = world.calls.call({
    meshUid: MESH_UID,
    agentId,
    capability,
    caller: "m1",
    contentType: "text/plain",
    payload: new Uint8Array(Buffer.from("hi")),
    headers: { trace: "t" },
    deadlineMs,
    signal: abort.signal,
  });
  const seen = {
    replies,
    ended: false,
    error: undefined as DomainError | undefined,
    next: () => iterator.next(),
    leave: () => iterator.return(),
    abort,
  };
  if (read)
    void (async () => {
      try {
        for await (const { payload } of iterator) replies.push(Buffer.from(payload).toString());
      } catch (error) {
        seen.error = error as DomainError;
      }
      seen.ended = true;
    })();
  return seen;
}

function reply(callId: string, text: string | undefined, code?: number, message = ""): void {
  const payload = new Uint8Array(Buffer.from(text ?? ""));
  const hasPayload = text !== undefined;
  const status = code === undefined ? {} : { status: { code, message } };
  agent.send({ case: "reply", value: { callId, payload, hasPayload, ...status } });
}

async function ended(seen: TestCall): Promise<TestCall> {
  await world.until(() => seen.ended, "the call's end");
  return seen;
}

describe("a call", () => {
  test("reaches the agent with its deadline, and its replies the caller in order", async () => {
    const seen = call({ deadlineMs: world.clock.monotonic() + 1_500 });
    const [sent] = agent.of("call");
    expect(sent).toMatchObject({
      capability: "echo",
      caller: "m1",
      contentType: "text/plain",
      headers: { trace: "t" },
    });
    expect(durationMs(sent!.timeout!)).toBe(1_500);
    expect(Buffer.from(sent!.payload).toString()).toBe("hi");
    for (const text of ["a", "", "b"]) reply(sent!.callId, text);
    reply(sent!.callId, "last", 0);
    await ended(seen);
    expect([seen.replies, seen.error]).toEqual([["a", "", "b", "last"], undefined]);
    expect(world.links.mesh(MESH_UID)).toMatchObject({
      callsInFlight: 0,
      traffic: { callsSucceeded: 1n, callsFailed: 0n },
      flows: [{ from: "m1", to: "w1", messages: 0, calls: 1 }],
    });
    expect(agent.of("cancelCall")).toHaveLength(0);
    // No timer of it is left: what waits is the session's own look at its liveness.
    expect(world.timers()).toBe(1);
  });

  test.each([
    [5, "no such file", "NOT_FOUND"],
    [16, "", "UNAUTHENTICATED"],
    [99, "odd", "UNKNOWN"],
    [-1, "odd", "UNKNOWN"],
  ])(
    "that the agent ends with status %d fails with its code and message",
    async (code, text, name) => {
      const seen = call();
      reply(agent.of("call")[0]!.callId, "partial", code, text);
      await ended(seen);
      expect(seen.replies).toEqual(["partial"]);
      expect(seen.error?.reason).toBe("CAPABILITY_FAILED");
      expect(seen.error?.details.metadata).toEqual({
        agent_id: "w1",
        capability: "echo",
        code: name,
        message: text,
      });
    },
  );

  test("of an unknown capability, a draining or an absent agent is refused, nothing is sent", async () => {
    const unknown = await ended(call({ capability: "dance" }));
    expect(unknown.error?.reason).toBe("CAPABILITY_UNKNOWN");
    expect((await ended(call({ agentId: "w2" }))).error?.reason).toBe("NO_RECEIVER");
    const before = call();
    agent.send({ case: "stateUpdate", value: { state: AgentState.DRAINING } });
    expect((await ended(call())).error?.reason).toBe("NO_RECEIVER");
    expect(agent.of("call")).toHaveLength(1);
    // What it has, it finishes.
    reply(agent.of("call")[0]!.callId, "done", 0);
    expect((await ended(before)).replies).toEqual(["done"]);
  });

  test("beyond the agent's window is refused until one ends", async () => {
    const first = [call(), call(), call()];
    const refused = await ended(call());
    expect(refused.error?.reason).toBe("CALLS_IN_FLIGHT");
    expect(refused.error?.details.metadata).toMatchObject({ limit: "3" });
    expect(agent.of("call")).toHaveLength(3);
    reply(agent.of("call")[0]!.callId, "x", 0);
    await ended(first[0]!);
    call();
    expect(agent.of("call")).toHaveLength(4);
  });

  test("is refused while more than 4 MiB wait in the link", async () => {
    agent.stall();
    const value = create(CallSchema, { payload: new Uint8Array(5 * 1024 * 1024) });
    agent.sink.send(create(ConnectResponseSchema, { frame: { case: "call", value } }));
    const refused = await ended(call());
    expect(refused.error?.reason).toBe("CALLS_IN_FLIGHT");
    expect(refused.error?.message).toMatch(/bytes waiting, at most 4194304/);
  });
});

describe("a call ends", () => {
  test("when its deadline passes, and the agent is told; a late reply counts as ignored", async () => {
    const seen = call({ deadlineMs: world.clock.monotonic() + 500 });
    world.clock.advance(499);
    expect(seen.ended).toBe(false);
    world.clock.advance(1);
    await ended(seen);
    expect(seen.error?.reason).toBe("DEADLINE_EXCEEDED");
    const { callId } = agent.of("call")[0]!;
    expect(agent.of("cancelCall")).toMatchObject([
      { callId, reason: ErrorReason.DEADLINE_EXCEEDED },
    ]);
    reply(callId, "late", 0);
    expect(world.counts.get("reply ignored")).toBe(1);
    expect(seen.replies).toEqual([]);
  });

  test("after 30 s where the caller sets no deadline", async () => {
    const seen = call();
    world.clock.advance(29_999);
    expect(seen.ended).toBe(false);
    world.clock.advance(1);
    expect((await ended(seen)).error?.reason).toBe("DEADLINE_EXCEEDED");
  });

  test("without being sent when its deadline has passed already", async () => {
    const seen = await ended(call({ deadlineMs: world.clock.monotonic() }));
    expect(seen.error?.reason).toBe("DEADLINE_EXCEEDED");
    expect(agent.of("call")).toHaveLength(0);
  });

  test("when the caller goes away, by signal or by leaving the loop", async () => {
    const aborted = call();
    aborted.abort.abort();
    expect((await ended(aborted)).error?.reason).toBe("CANCELLED");
    const left = call({ read: false });
    const first = left.next();
    reply(agent.of("call")[1]!.callId, "one");
    await first;
    await left.leave();
    expect(agent.of("cancelCall")).toMatchObject([
      { reason: ErrorReason.CANCELLED },
      { reason: ErrorReason.CANCELLED },
    ]);
    expect(world.links.mesh(MESH_UID).callsInFlight).toBe(0);
  });

  test("when more than 1 MiB of replies waits for the caller", async () => {
    const seen = call({ read: false });
    const first = seen.next();
    const { callId } = agent.of("call")[0]!;
    const chunk = "x".repeat(256 * 1024 - REPLY_BYTES_EACH);
    for (let sent = 0; sent < 4; sent += 1) reply(callId, chunk);
    expect(agent.of("cancelCall")).toHaveLength(0);
    expect(agent.end).toBeUndefined();
    reply(callId, "y");
    expect(agent.of("cancelCall")).toMatchObject([
      { callId, reason: ErrorReason.REPLIES_TOO_SLOW },
    ]);
    await first;
    // What came in time is handed out before the error.
    for (let taken = 1; taken < 4; taken += 1) await seen.next();
    await expect(seen.next()).rejects.toMatchObject({ reason: "REPLIES_TOO_SLOW" });
  });

  test("when too many empty replies wait for the caller, be their content type short or long", async () => {
    const counts: number[] = [];
    for (const contentType of ["", `text/${"x".repeat(122)}`]) {
      const seen = call({ read: false });
      const first = seen.next();
      const { callId } = agent.of("call").at(-1)!;
      const cancelled = agent.of("cancelCall").length;
      let sent = 0;
      for (; agent.of("cancelCall").length === cancelled && sent < 20_000; sent += 1) {
        // Well within the rate of frames.
        world.clock.advance(1);
        agent.send({ case: "reply", value: { callId, contentType, hasPayload: true } });
      }
      counts.push(sent - 1);
      expect(agent.of("cancelCall").at(-1)).toMatchObject({
        callId,
        reason: ErrorReason.REPLIES_TOO_SLOW,
      });
      await first;
      await seen.leave();
    }
    // 1 MiB by 128 bytes each, and by 127 more for the content type.
    expect(counts).toEqual([8_192, 4_112]);
    expect(agent.end).toBeUndefined();
  });

  test("never by replies that the caller took, empty as they be", async () => {
    const seen = call();
    const { callId } = agent.of("call")[0]!;
    for (let round = 1; round <= 10; round += 1) {
      world.clock.advance(1_000);
      for (let sent = 0; sent < 1_000; sent += 1) reply(callId, "");
      await world.until(() => seen.ended || seen.replies.length === round * 1_000);
    }
    reply(callId, undefined, 0);
    await ended(seen);
    expect(seen.error).toBeUndefined();
  });

  test("well, however much is replied, if the caller takes it", async () => {
    const seen = call();
    const { callId } = agent.of("call")[0]!;
    for (let sent = 2; sent <= 16; sent += 2) {
      reply(callId, "x".repeat(256 * 1024));
      reply(callId, "y".repeat(256 * 1024));
      await world.until(() => seen.ended || seen.replies.length === sent);
    }
    reply(callId, undefined, 0);
    await ended(seen);
    expect(seen.error).toBeUndefined();
  });

  test("with OUTCOME_UNKNOWN at once when the agent's stream ends, be it with goodbye", async () => {
    const dropped = call();
    agent.drop();
    expect((await ended(dropped)).error?.reason).toBe("OUTCOME_UNKNOWN");
    agent = await world.connect("w1", { spec: { capabilities: ["echo"] } });
    const polite = call();
    agent.send({ case: "goodbye", value: {} });
    expect((await ended(polite)).error?.reason).toBe("OUTCOME_UNKNOWN");
    expect(world.links.mesh(MESH_UID).traffic.callsFailed).toBe(2n);
  });

  test("once: a second end, an unknown call and another session's call are ignored", async () => {
    const seen = call();
    const { callId } = agent.of("call")[0]!;
    reply(callId, "a", 0);
    reply(callId, "b", 0);
    reply("nope", "c", 0);
    const other = await world.connect("w2", { spec: { capabilities: ["echo"] } });
    const theirs = call({ agentId: "w2" });
    reply(other.of("call")[0]!.callId, "stolen", 0);
    expect((await ended(seen)).replies).toEqual(["a"]);
    expect(theirs.ended).toBe(false);
    expect(world.counts.get("reply ignored")).toBe(3);
  });
});
