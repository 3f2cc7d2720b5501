// What became of a message: where it stands, its steps, and taking it back.
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { DeliveryState, MessageStep_Kind } from "@meshwork/gen/mesh/v1/message";
import { createFakeClock } from "../../testing/fake-clock.ts";
import { createSeededIds } from "../../testing/seeded-ids.ts";
import { DomainError } from "../errors.ts";
import { createFanOutBodies } from "./fan-out-bodies.ts";
import { createFanOutExpander } from "./fan-out-expander.ts";
import { createFanOuts } from "./fan-outs.ts";
import { mailKind, parkedKind } from "./mail-record.ts";
import { createMailStatistics } from "./mail-statistics.ts";
import { createMessageQueries, type MessageQueries } from "./message-queries.ts";
import { createMessageTraces, type RememberedTraces } from "./message-traces.ts";
import {
  createMailWorld,
  group,
  type MailAgent,
  type MailWorld,
  MESH_ID,
  MESH_UID,
} from "./testing/mail-world.ts";
import { callOfAdmin } from "./testing/service-caller.ts";

let world: MailWorld;
let agent: MailAgent;
let traces: RememberedTraces;
let queries: MessageQueries;
beforeEach(async () => {
  world = await createMailWorld();
  agent = world.agent("w1");
  await world.provision(agent);
  begin();
});
afterEach(() => world.close());

/** As a server does at its start. */
function begin(): void {
  traces = createMessageTraces(world);
  const bodies = createFanOutBodies(world.store);
  const report = (): void => undefined;
  const counts = { leftOut: () => undefined };
  const parts = { ...world, traces, bodies, counts, report };
  const fanOuts = createFanOuts({ ...parts, expander: createFanOutExpander(parts) });
  const statistics = createMailStatistics(world);
  queries = createMessageQueries({ ...parts, fanOuts, statistics, nodeId: "node-1" });
}

const call = () => callOfAdmin(world.clock, "mesh.v1.MessageService/GetMessage");
const named = (messageId: string) => ({ meshId: MESH_ID, messageId });
const told = async (messageId: string): Promise<string[]> =>
  (await queries.get(call(), named(messageId))).deliveries.map(
    ({ receiver, state, attempts }) =>
      `${receiver.value} ${Object.keys(DeliveryState).find((key) => DeliveryState[key as "DEAD"] === state)} ${attempts}`,
  );
const reasonOf = async (promise: Promise<unknown>): Promise<string> => {
  const [result] = await Promise.allSettled([promise]);
  return result.status === "rejected" && result.reason instanceof DomainError
    ? result.reason.reason
    : "none";
};

/** The world's steps, as far as they are new. */
let noted = 0;
function remember(): void {
  for (const { messageId, step } of world.steps.slice(noted)) traces.note(messageId, step);
  noted = world.steps.length;
}
beforeEach(() => {
  noted = 0;
});

test("a message is followed from its mailbox to its end", async () => {
  const [message] = await world.send(agent, { subject: "m", payload: new Uint8Array(5) });
  const { messageId } = message!;
  expect(await told(messageId)).toEqual(["w1 WAITING 0"]);
  expect((await queries.get(call(), named(messageId))).message.payload).toHaveLength(5);
  await agent.attach();
  await world.quiet();
  expect(await told(messageId)).toEqual(["w1 IN_FLIGHT 1"]);
  await agent.settle("NAK", agent.last("m"), { durationMs: 5_000 });
  expect(await told(messageId)).toEqual(["w1 SCHEDULED 1"]);
  const { deliveries } = await queries.get(call(), named(messageId));
  expect(Number(deliveries[0]!.nextTime!.seconds) * 1_000).toBe(world.clock.now() + 5_000);
  await world.pass(5_100);
  await agent.ack(agent.last("m"));
  remember();
  expect(await told(messageId)).toEqual(["w1 ACKNOWLEDGED 2"]);
  const { steps, gap } = await queries.trace(call(), named(messageId));
  expect(gap).toBe("");
  expect(steps.map(({ kind, attempt, agentId }) => [kind, attempt, agentId])).toEqual([
    [MessageStep_Kind.DELIVERED, 1, "w1"],
    [MessageStep_Kind.RETRY_ASKED, 1, "w1"],
    [MessageStep_Kind.DELIVERED, 2, "w1"],
    [MessageStep_Kind.ACKNOWLEDGED, 2, "w1"],
  ]);
});

test("a dead letter is told of, and after a restart the trail says where it is cut", async () => {
  const [message] = await world.send(agent, { subject: "m" });
  const { messageId } = message!;
  await agent.attach();
  await world.quiet();
  await agent.settle("REJECT", agent.last("m"), { reason: "bad" });
  world.clock.advance(1_000);
  begin();
  expect(await told(messageId)).toEqual(["w1 DEAD 1"]);
  const { steps, gap } = await queries.trace(call(), named(messageId));
  expect(steps.map(({ kind, detail }) => [kind, detail])).toEqual([
    [MessageStep_Kind.ACCEPTED, ""],
    [MessageStep_Kind.DEAD_LETTERED, "bad"],
  ]);
  expect(gap).toMatch(/^the server was started at 2026-01-01T00:00:01.000Z/);
});

test("what nobody knows, or another mesh has, is not found", async () => {
  expect(await reasonOf(queries.get(call(), named(world.ids.uuid())))).toBe("RESOURCE_NOT_FOUND");
  const foreign = { ...group("crew"), meshUid: "other" };
  const letter = { ...world.letter({}), meshUid: "other" };
  await world.committer.runSystem(() =>
    Promise.resolve({ changes: world.mailboxes.changesOf(foreign, letter), reply: undefined }),
  );
  const { messageId } = letter.message;
  for (const ask of ["get", "trace", "cancel"] as const)
    expect(await reasonOf(queries[ask](call(), named(messageId)))).toBe("RESOURCE_NOT_FOUND");
});

describe("cancelling", () => {
  test("takes back what waits, whoever is there, and leaves what is in flight", async () => {
    await agent.attach({ kind: "clean" }, { messages: 1 });
    const [flying, waiting, later] = await world.send(
      agent,
      { subject: "a" },
      { subject: "b" },
      {},
    );
    const [delayed] = await world.send(agent, { delayMs: 10_000 });
    await world.quiet();
    const cancel = (one: typeof flying) => queries.cancel(call(), named(one!.messageId));
    expect(await cancel(flying)).toEqual({ cancelled: 0, inFlight: 1 });
    expect(await cancel(waiting)).toEqual({ cancelled: 1, inFlight: 0 });
    expect(await cancel(delayed)).toEqual({ cancelled: 1, inFlight: 0 });
    expect(await told(waiting!.messageId)).toEqual(["w1 CANCELLED 0"]);
    // Again, as whoever heard no answer would.
    expect(await cancel(waiting)).toEqual({ cancelled: 0, inFlight: 0 });
    await agent.ack(agent.last("a"));
    await world.pass(20_000);
    expect(agent.deliveries.map(({ messageId }) => messageId)).toEqual([
      flying!.messageId,
      later!.messageId,
    ]);
    expect(await world.rows(parkedKind)).toEqual([]);
    expect(await world.rows(mailKind)).toHaveLength(1);
  });

  /** As if an agent came just before the first of them. */
  function before(name: "commit" | "getMany", come: () => Promise<void>): void {
    const { store } = world;
    const real = Reflect.get(store, name) as (...args: readonly unknown[]) => unknown;
    const late = async (...args: readonly unknown[]): Promise<unknown> => {
      Object.assign(store, { [name]: real });
      await come();
      return real(...args);
    };
    Object.assign(store, { [name]: late });
  }

  test.each(["getMany", "commit"] as const)(
    "an agent that attaches before its %s does not get it",
    async (name) => {
      const [message] = await world.send(agent, { subject: "m" }, { subject: "n" });
      before(name, async () => {
        await agent.attach();
        await world.until(() => agent.deliveries.length > 0);
      });
      const cancelled = await queries.cancel(call(), named(message!.messageId));
      expect(cancelled).toEqual({ cancelled: 1, inFlight: 0 });
      await world.quiet();
      expect(agent.subjects()).toEqual(["n#1"]);
      expect(await told(message!.messageId)).toEqual(["w1 CANCELLED 0"]);
    },
  );

  test("a member that joins its group meanwhile does not get it", async () => {
    await agent.attach();
    const [message] = await world.send(group("crew"), { subject: "m" }, { subject: "n" });
    before("commit", async () => {
      agent.session.join("crew");
      await world.until(() => agent.deliveries.length > 0);
    });
    const cancelled = await queries.cancel(call(), named(message!.messageId));
    expect(cancelled).toEqual({ cancelled: 1, inFlight: 0 });
    await world.quiet();
    expect(agent.subjects()).toEqual(["n#1"]);
    expect(await told(message!.messageId)).toEqual(["crew CANCELLED 0"]);
  });

  test("leaves what an agent had in its hands when its session died", async () => {
    const [message] = await world.send(agent, { subject: "m" });
    await agent.attach();
    await world.quiet();
    agent.session.detach(false);
    const name = named(message!.messageId);
    expect(await queries.cancel(call(), name)).toEqual({ cancelled: 0, inFlight: 1 });
  });
});

test("counts of a mesh", async () => {
  await world.send(agent, {}, {}, {});
  await world.send(world.agent("w2"), {}, { delayMs: 5_000 });
  await world.send(group("crew"), {});
  await agent.attach({ kind: "clean" }, { messages: 2 });
  await world.quiet();
  await agent.settle("REJECT", agent.deliveries[0]!);
  await world.quiet();
  expect(await queries.mailOf(MESH_UID)).toEqual({
    ...{ waiting: 2, scheduled: 1, inFlight: 2, deadLetters: 1 },
  });
  expect(await queries.mailOf("other")).toEqual({
    ...{ waiting: 0, scheduled: 0, inFlight: 0, deadLetters: 0 },
  });
});

describe("the memory of steps", () => {
  const ids = createSeededIds(3, createFakeClock());
  const step = { kind: MessageStep_Kind.DELIVERED };

  test("forgets the oldest message", () => {
    const some = createMessageTraces({ clock: createFakeClock(), messagesMax: 3, stepsMax: 100 });
    const names = Array.from({ length: 5 }, () => ids.uuid());
    for (const one of names) for (let times = 0; times < 4; times += 1) some.note(one, step);
    expect(names.map((one) => some.stepsOf(one).steps.length)).toEqual([0, 0, 4, 4, 4]);
    expect(some.messages).toBe(3);
  });

  test("forgets the oldest steps, and says so", () => {
    const some = createMessageTraces({ clock: createFakeClock(), messagesMax: 10, stepsMax: 8 });
    const [a, b] = [ids.uuid(), ids.uuid()];
    for (let attempt = 1; attempt <= 3; attempt += 1) some.note(a, { ...step, attempt });
    for (let attempt = 1; attempt <= 7; attempt += 1) some.note(b, { ...step, attempt });
    expect(some.stepsOf(a)).toMatchObject({ steps: [{ attempt: 3 }], isCut: true });
    expect(some.stepsOf(b).steps.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(some.stepsOf(b).isCut).toBe(false);
    for (let attempt = 8; attempt <= 30; attempt += 1) some.note(b, { ...step, attempt });
    expect(some.stepsOf(a)).toEqual({ steps: [], isCut: true });
    expect(some.stepsOf(b).steps.map(({ attempt }) => attempt)).toEqual([
      23, 24, 25, 26, 27, 28, 29, 30,
    ]);
  });

  test("keeps what a step says", () => {
    const some = createMessageTraces({ clock: createFakeClock() });
    const messageId = ids.uuid();
    const whole = { ...step, address: group("crew"), agentId: "w1", attempt: 2, detail: "why" };
    for (let times = 0; times < 5_000; times += 1) some.note(ids.uuid(), step);
    some.note(messageId, whole);
    expect(some.stepsOf(messageId).steps).toEqual([{ ...whole, timeMs: createFakeClock().now() }]);
  });
});
