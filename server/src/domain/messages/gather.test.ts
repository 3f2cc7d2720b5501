// Gathering: answers as they come, and in the end who did not answer, and why.
import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { StatusSchema } from "@meshwork/gen/google/rpc/status";
import { AgentSelectorSchema } from "@meshwork/gen/mesh/v1/agent";
import { DomainError } from "../errors.ts";
import { capabilityError } from "../links/capability-error.ts";
import type { Gathered } from "./gather.ts";
import { createSendingWorld, MESH_UID, type SendingWorld } from "./testing/sending-world.ts";

let world: SendingWorld;
beforeEach(async () => {
  world = await createSendingWorld();
  await world.provision([
    ...["w1", "w2", "w3"].map((agentId) => ({ agentId, capabilities: ["echo"] })),
    { agentId: "m1" },
  ]);
});
afterEach(() => world.close());

interface Ask {
  readonly selector?: MessageInitShape<typeof AgentSelectorSchema>;
  readonly capability?: string;
  readonly deadlineMs?: number;
  readonly payload?: Uint8Array;
  readonly signal?: AbortSignal;
}

function gather({ selector, ...ask }: Ask = {}): AsyncGenerator<Gathered, void, undefined> {
  return world.sending.gathering.gather({
    meshUid: MESH_UID,
    selector: selector && create(AgentSelectorSchema, selector),
    capability: "echo",
    caller: "key:k",
    contentType: "a/b",
    payload: new Uint8Array(),
    headers: {},
    deadlineMs: Infinity,
    signal: new AbortController().signal,
    ...ask,
  });
}

function read(gathered: AsyncIterable<Gathered>): {
  readonly seen: Gathered[];
  readonly end: Promise<void>;
} {
  const seen: Gathered[] = [];
  const end = (async () => {
    for await (const one of gathered) seen.push(one);
  })();
  end.catch(() => undefined);
  return { seen, end };
}

const summaryOf = (seen: readonly Gathered[]) => {
  const last = seen.at(-1)!;
  if (last.kind !== "summary") throw new Error("the last is no summary");
  const { asked, answered, failures } = last;
  const reasons = failures.map(({ agentId, reason }) => `${agentId} ${reason}`).sort();
  return { asked, answered, reasons };
};
const payload = new Uint8Array([1]);

test("answers come as they are given, one agent may give several; the summary is last", async () => {
  const receivers = ["w1", "w2", "m1"].map((agentId) => world.connect(agentId, ["echo"]));
  const { seen, end } = read(gather());
  await world.until(() => receivers[1]!.calls.length > 0);
  expect(receivers[2]!.calls).toEqual([]);
  const [first, second] = receivers.slice(0, 2).map(({ calls }) => calls[0]!.observer);
  expect(receivers[0]!.calls[0]!.call).toMatchObject({ capability: "echo", caller: "key:k" });
  second!.reply("a/b", payload);
  await world.until(() => seen.length === 1);
  first!.reply("", payload);
  second!.reply("", payload);
  second!.end();
  first!.end(new DomainError("CAPABILITY_FAILED", "it broke"));
  await end;
  const order = seen.slice(0, 3).map((one) => one.kind === "reply" && one.agentId);
  expect(order[0]).toBe("w2");
  expect(order.sort()).toEqual(["w1", "w2", "w2"]);
  expect(summaryOf(seen)).toEqual({
    asked: 3,
    answered: 1,
    reasons: ["w1 CAPABILITY_FAILED", "w3 NO_RECEIVER"],
  });
});

test("who is named and cannot be asked is in the summary; who is merely selected is not", async () => {
  const { seen, end } = read(gather({ selector: { agentIds: ["m1", "nobody"] } }));
  await end;
  const reasons = ["m1 CAPABILITY_UNKNOWN", "nobody RESOURCE_NOT_FOUND"];
  expect(summaryOf(seen)).toEqual({ asked: 2, answered: 0, reasons });
  const none = read(gather({ selector: { matchLabels: { none: "x" } } }));
  await none.end;
  expect(summaryOf(none.seen)).toEqual({ asked: 0, answered: 0, reasons: [] });
});

test("a ping goes to all, announced or not", async () => {
  const receiver = world.connect("m1");
  const { seen, end } = read(gather({ capability: "mesh.ping" }));
  await world.until(() => receiver.calls.length === 1);
  receiver.calls[0]!.observer.end();
  await end;
  const reasons = ["w1 NO_RECEIVER", "w2 NO_RECEIVER", "w3 NO_RECEIVER"];
  expect(summaryOf(seen)).toEqual({ asked: 4, answered: 1, reasons });
});

test("at the deadline what came is kept, the rest is named and told, all before the caller's own", async () => {
  const [fast, slow] = ["w1", "w2"].map((agentId) => world.connect(agentId, ["echo"]));
  const deadlineMs = world.clock.monotonic() + 10_000;
  const { seen, end } = read(gather({ deadlineMs, selector: { agentIds: ["w1", "w2"] } }));
  await world.until(() => slow!.calls.length > 0);
  fast!.calls[0]!.observer.reply("", payload);
  fast!.calls[0]!.observer.end();
  slow!.calls[0]!.observer.reply("", payload);
  world.clock.advance(9_499);
  await world.until(() => seen.length === 2);
  expect(slow!.cancelled).toEqual([]);
  world.clock.advance(1);
  await end;
  expect(world.clock.monotonic()).toBeLessThan(deadlineMs);
  expect(slow!.cancelled).toEqual(["DEADLINE_EXCEEDED"]);
  expect(summaryOf(seen)).toEqual({ asked: 2, answered: 1, reasons: ["w2 DEADLINE_EXCEEDED"] });
});

test.each([
  [100, 50],
  [1_000, 800],
  [4_000, 3_800],
  [8_000, 7_600],
  [60_000, 59_000],
])("of %d ms the agents have %d", async (givenMs, agentMs) => {
  const receiver = world.connect("w1", ["echo"]);
  const deadlineMs = world.clock.monotonic() + givenMs;
  const { end } = read(gather({ deadlineMs, selector: { agentIds: ["w1"] } }));
  await world.until(() => receiver.calls.length > 0);
  expect(receiver.calls[0]!.call.timeoutMs).toBe(agentMs);
  receiver.calls[0]!.observer.end();
  await end;
});

test("who says itself that its time ran out is named so, with its own words; who failed otherwise not", async () => {
  const [late, broken] = ["w1", "w2"].map((agentId) => world.connect(agentId, ["echo"]));
  const { seen, end } = read(gather({ selector: { agentIds: ["w1", "w2"] } }));
  await world.until(() => broken!.calls.length > 0);
  const fail = (code: number, message: string) =>
    capabilityError("w", "echo", create(StatusSchema, { code, message }));
  late!.calls[0]!.observer.end(fail(Code.DeadlineExceeded, "too late"));
  broken!.calls[0]!.observer.end(fail(Code.Aborted, "it broke"));
  await end;
  expect(summaryOf(seen).reasons).toEqual(["w1 DEADLINE_EXCEEDED", "w2 CAPABILITY_FAILED"]);
  expect(seen.at(-1)).toMatchObject({
    failures: [{ message: expect.stringContaining("too late") as unknown }, {}],
  });
});

test("30 s are given where the caller sets no deadline", async () => {
  const receiver = world.connect("w1", ["echo"]);
  const { seen, end } = read(gather({ selector: { agentIds: ["w1"] } }));
  await world.until(() => receiver.calls.length > 0);
  expect(receiver.calls[0]!.call.timeoutMs).toBe(30_000);
  world.clock.advance(30_000);
  await end;
  expect(summaryOf(seen).reasons).toEqual(["w1 DEADLINE_EXCEEDED"]);
});

test.each(["leaves", "goes away"])("the agents are told when the caller %s", async (how) => {
  const receivers = ["w1", "w2"].map((agentId) => world.connect(agentId, ["echo"]));
  const abort = new AbortController();
  const gathered = gather({ signal: abort.signal });
  const first = gathered.next();
  await world.until(() => receivers[1]!.calls.length > 0);
  receivers[0]!.calls[0]!.observer.reply("", payload);
  await first;
  if (how === "leaves") await gathered.return();
  else abort.abort();
  await world.until(() => receivers.every(({ cancelled }) => cancelled.length === 1));
  expect(receivers.map(({ cancelled }) => cancelled)).toEqual([["CANCELLED"], ["CANCELLED"]]);
});

test("1,000 agents are called at the same time; of more none", async () => {
  const agentIds = Array.from({ length: 997 }, (_, index) => `a${index}`);
  await world.provision(agentIds.map((agentId) => ({ agentId, capabilities: ["echo"] })));
  const receivers = [...agentIds, "w1"].map((agentId) => world.connect(agentId, ["echo"]));
  const { seen, end } = read(gather());
  await world.until(() => receivers.every(({ calls }) => calls.length === 1));
  for (const { calls } of receivers) calls[0]!.observer.end();
  await end;
  expect(summaryOf(seen)).toMatchObject({ asked: 1_000, answered: 998 });
  await world.provision([{ agentId: "more", capabilities: ["echo"] }]);
  await expect(gather().next()).rejects.toMatchObject({
    reason: "INVALID_REQUEST",
    details: { metadata: { agents: "1001" } },
  });
});

test("of a large argument no more than 64 MiB are under way at the same time", async () => {
  const agentIds = Array.from({ length: 80 }, (_, index) => `b${index}`);
  await world.provision(agentIds.map((agentId) => ({ agentId, capabilities: ["big"] })));
  const receivers = agentIds.map((agentId) => world.connect(agentId, ["big"]));
  const large = new Uint8Array(1024 * 1024);
  const { seen, end } = read(gather({ capability: "big", payload: large }));
  const called = () => receivers.filter(({ calls }) => calls.length > 0);
  await world.until(() => called().length >= 64);
  await setImmediate();
  expect(called()).toHaveLength(64);
  for (const { calls } of called()) calls[0]!.observer.end();
  await world.until(() => called().length === 80);
  for (const { calls } of receivers) calls[0]!.observer.end();
  await end;
  expect(summaryOf(seen)).toEqual({ asked: 80, answered: 80, reasons: [] });
});

test("a caller that takes nothing has at most 16 MiB waiting; whose answers do not fit is named", async () => {
  const receivers = ["w1", "w2", "w3"].map((agentId) => world.connect(agentId, ["echo"]));
  const gathered = gather();
  const first = gathered.next();
  await world.until(() => receivers[2]!.calls.length > 0);
  const large = new Uint8Array(900_000);
  const [one, two, three] = receivers.map(({ calls }) => calls[0]!.observer);
  for (let reply = 0; reply < 18; reply += 1) {
    one!.reply("", large);
    await setImmediate();
  }
  one!.end();
  for (let reply = 0; reply < 4; reply += 1) {
    two!.reply("", large);
    await setImmediate();
  }
  three!.end();
  await setImmediate();
  const seen = [(await first).value!];
  for await (const next of gathered) seen.push(next);
  expect(summaryOf(seen)).toEqual({ asked: 3, answered: 2, reasons: ["w2 REPLIES_TOO_SLOW"] });
  expect(receivers[1]!.cancelled).toHaveLength(1);
  expect(seen.filter((event) => event.kind === "reply").length).toBeLessThanOrEqual(19);
});
