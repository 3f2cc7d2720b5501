// What an agent publishes is judged once, in order, and confirmed only when it is on disk.
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { create } from "@bufbuild/protobuf";
import { ProducerSchema, type PublishOutcome, PublishSchema } from "@meshwork/gen/mesh/v1/link";
import {
  type AgentMessage,
  AgentMessageSchema,
  DeliveryGuarantee,
} from "@meshwork/gen/mesh/v1/message";
import { put, StoreError } from "../../store/store.ts";
import { createFakeClock } from "../../testing/fake-clock.ts";
import { createSeededIds } from "../../testing/seeded-ids.ts";
import { DomainError } from "../errors.ts";
import { epochKind } from "../links/epoch-record.ts";
import { createReceivers } from "./connected-receivers.ts";
import { createFanOutBodies } from "./fan-out-bodies.ts";
import { mailKind } from "./mail-record.ts";
import { nextMessageId } from "./message-ids.ts";
import { createProducers } from "./producers.ts";
import { producerKey, producerKind } from "./producer-record.ts";
import { createSending, type Sending } from "./sending.ts";
import type { DeskSession, PublishDesk } from "./session-desks.ts";
import { createMailWorld, type MailWorld, MESH_UID, verdictOf } from "./testing/mail-world.ts";

let world: MailWorld;
let sending: Sending;
let session: DeskSession;
beforeEach(async () => {
  world = await createMailWorld();
  for (const name of ["w1", "w2"]) await world.provision(world.agent(name));
  await start();
});
afterEach(async () => {
  await sending.stop();
  await world.close();
});

async function start(): Promise<void> {
  sending = createSending({
    ...world,
    receivers: createReceivers(),
    bodies: createFanOutBodies(world.store),
    traces: { note: () => undefined },
    counts: {
      accepted: () => void (world.counts["accepted"] = (world.counts["accepted"] ?? 0) + 1),
      redelivered: () => undefined,
      acknowledged: () => undefined,
      deadLettered: () => undefined,
      leftOut: () => undefined,
    },
    report: () => undefined,
  });
  await sending.start();
  session = await newSession();
}

async function newSession(): Promise<DeskSession> {
  const { uid } = world.agent("w1");
  const before = await world.store.get(epochKind, uid);
  const epoch = (before?.doc.epoch ?? 0) + 1;
  const doc = { epoch, sessionId: `s${epoch}`, nodeId: "node-1" };
  const changes = [put(epochKind, uid, doc, "any")];
  const { versions } = await world.store.commit({ writeId: world.ids.uuid(), changes });
  return {
    agent: { uid, meshUid: MESH_UID, agentId: "w1" },
    fence: { kind: epochKind, id: uid, version: versions[0]! },
  };
}

function open(producerId = "p1", knownThrough = 0): Promise<PublishDesk> {
  const producers = createProducers({ ...world, accepting: sending.accepting });
  return producers.open(
    session,
    create(ProducerSchema, { producerId, knownThrough: BigInt(knownThrough) }),
  );
}

const to = (agentId: string, subject: string, payload?: Uint8Array): AgentMessage =>
  create(AgentMessageSchema, {
    ...{ target: { case: "agentId", value: agentId }, subject },
    guarantee: DeliveryGuarantee.AT_LEAST_ONCE,
    ...(payload && { payload: payload }),
  });

const frame = (first: number, messages: AgentMessage[], knownThrough = 0) =>
  create(PublishSchema, {
    ...{ messages, firstSequence: BigInt(first), knownThrough: BigInt(knownThrough) },
  });

const told = (outcomes: readonly PublishOutcome[]): string[] =>
  outcomes.map(({ sequence, messageId, status }) =>
    [sequence, status === undefined ? messageId.slice(0, 0) + "OK" : verdictOf({ status })].join(
      " ",
    ),
  );

const reasonOf = async (call: Promise<unknown>): Promise<string> => {
  const [result] = await Promise.allSettled([call]);
  if (result.status === "fulfilled") return "resolved";
  return result.reason instanceof DomainError ? result.reason.reason : String(result.reason);
};

async function subjects(): Promise<string[]> {
  const w2 = world.agent("w2");
  w2.deliveries.length = 0;
  await w2.attach({ kind: "clean" }, { messages: 1_024 });
  await world.quiet();
  return w2.deliveries.map(({ subject }) => subject);
}

test("accepted messages are on disk when they are confirmed, with ids in their order", async () => {
  const desk = await open();
  expect(desk.highest).toBe(0);
  const outcomes = await desk.publish(frame(1, [to("w2", "a"), to("w2", "b"), to("w2", "c")]));
  const ids = outcomes.map(({ messageId }) => messageId);
  expect([...ids].sort()).toEqual(ids);
  expect((await world.rows(mailKind)).map(({ messageId }) => messageId)).toEqual(ids);
  expect(desk.highest).toBe(3);
  expect(world.counts).toEqual({ accepted: 3 });
});

test("only the at-least-once messages of a frame are numbered", async () => {
  const desk = await open();
  const loose = create(AgentMessageSchema, {
    ...{ target: { case: "agentId", value: "w2" }, subject: "loose" },
  });
  expect(told(await desk.publish(frame(1, [to("w2", "a"), loose, to("w2", "b")])))).toEqual([
    "1 OK",
    "2 OK",
  ]);
  expect(await subjects()).toEqual(["a", "b"]);
  expect(await desk.publish(frame(0, [loose]))).toEqual([]);
});

test("a repetition is answered from the record, also of another session, and judged no second time", async () => {
  const desk = await open();
  const [first] = await desk.publish(frame(1, [to("w2", "a"), to("nobody", "b")]));
  session = await newSession();
  const again = await open();
  expect(again.highest).toBe(2);
  const outcomes = await again.publish(frame(1, [to("w2", "a"), to("w2", "b"), to("w2", "c")]));
  expect(told(outcomes)).toEqual(["1 OK", "2 RESOURCE_NOT_FOUND", "3 OK"]);
  expect(outcomes[0]!.messageId).toBe(first!.messageId);
  expect(await subjects()).toEqual(["a", "c"]);
});

test("a gap is not judged and does not move the mark", async () => {
  const desk = await open();
  await desk.publish(frame(1, [to("w2", "a")]));
  expect(told(await desk.publish(frame(3, [to("w2", "c"), to("w2", "d")])))).toEqual([
    "3 SEQUENCE_GAP",
    "4 SEQUENCE_GAP",
  ]);
  expect(desk.highest).toBe(1);
  expect(told(await desk.publish(frame(2, [to("w2", "b"), to("w2", "c")])))).toEqual([
    "2 OK",
    "3 OK",
  ]);
  expect(await subjects()).toEqual(["a", "b", "c"]);
});

test("what the agent knows may be forgotten, and so may what lies 256 back", async () => {
  const desk = await open();
  await desk.publish(frame(1, [to("w2", "a"), to("w2", "b")]));
  await desk.publish(frame(3, [to("w2", "c")], 1));
  expect(told(await desk.publish(frame(1, [to("w2", "a"), to("w2", "b")])))).toEqual([
    "1 SEQUENCE_FORGOTTEN",
    "2 OK",
  ]);
  const many = Array.from({ length: 250 }, (_, index) => to("w2", `n${index}`));
  await desk.publish(frame(4, many));
  await desk.publish(frame(254, many.slice(0, 5)));
  expect(told(await desk.publish(frame(2, [to("w2", "b"), to("w2", "c")])))).toEqual([
    "2 SEQUENCE_FORGOTTEN",
    "3 OK",
  ]);
  expect(told(await (await open()).publish(frame(2, [to("w2", "b"), to("w2", "c")])))).toEqual([
    "2 SEQUENCE_FORGOTTEN",
    "3 OK",
  ]);
});

test("more than 256 unconfirmed ones break the credit; 256 do not", async () => {
  const desk = await open();
  const many = (count: number) => Array.from({ length: count }, () => to("w2", "m"));
  const all = desk.publish(frame(1, many(256)));
  expect(await reasonOf(desk.publish(frame(257, many(1))))).toBe("CREDIT_EXCEEDED");
  expect(await all).toHaveLength(256);
  expect(await desk.publish(frame(257, many(1)))).toHaveLength(1);
});

test("frames that come while the disk is busy are judged in order, in one commit", async () => {
  const commit = world.store.commit.bind(world.store);
  let commits = 0;
  world.store.commit = (one, options) => {
    commits += 1;
    return commit(one, options);
  };
  const desk = await open();
  const frames = ["a", "b", "c", "d"].map((subject, index) =>
    desk.publish(frame(index + 1, [to("w2", subject)])),
  );
  expect((await Promise.all(frames)).flatMap(told)).toEqual(["1 OK", "2 OK", "3 OK", "4 OK"]);
  expect(commits).toBe(2);
  world.store.commit = commit;
  expect(await subjects()).toEqual(["a", "b", "c", "d"]);
});

test("what does not fit into one commit goes in several", async () => {
  const sizes: number[] = [];
  const commit = world.store.commit.bind(world.store);
  world.store.commit = (one, options) => {
    sizes.push(one.changes.length);
    return commit(one, options);
  };
  const desk = await open();
  const big = Array.from({ length: 8 }, (_, index) =>
    to("w2", `m${index}`, new Uint8Array(900_000)),
  );
  expect(told(await desk.publish(frame(1, big)))).toHaveLength(8);
  expect(sizes.length).toBeGreaterThan(2);
  world.store.commit = commit;
  expect(await world.store.count(mailKind, {}, 100)).toBe(8);
});

test("a refusal is on record with its reason", async () => {
  const desk = await open();
  await desk.publish(frame(1, [to("nobody", "a")]));
  const rec = await world.store.get(producerKind, producerKey(session.agent.uid, "p1"));
  expect(rec?.doc).toMatchObject({ highest: 1, lastMessageId: "" });
  expect(rec?.doc.refusals).toHaveLength(1);
});

test.each([
  ["EXHAUSTED", "STORE_FULL"],
  ["UNAVAILABLE", "NOT_SENT"],
  ["UNKNOWN_OUTCOME", "OUTCOME_UNKNOWN"],
] as const)("when the store fails with %s nothing is confirmed", async (code, reason) => {
  const desk = await open();
  await desk.publish(frame(1, [to("w2", "a")]));
  const commit = world.store.commit.bind(world.store);
  world.store.commit = () => Promise.reject(new StoreError(code, "no"));
  const first = desk.publish(frame(2, [to("w2", "b")]));
  const second = desk.publish(frame(3, [to("w2", "c")]));
  expect(await reasonOf(first)).toBe(reason);
  // A later frame must not be told of a gap that the server made.
  expect(await reasonOf(second)).toBe(reason);
  world.store.commit = commit;
  expect(await reasonOf(desk.publish(frame(4, [to("w2", "d")])))).toBe(reason);
  session = await newSession();
  const next = await open();
  expect(told(await next.publish(frame(2, [to("w2", "b"), to("w2", "c")])))).toEqual([
    "2 OK",
    "3 OK",
  ]);
  expect(await subjects()).toEqual(["a", "b", "c"]);
});

test("a commit whose outcome was not known is found again: nothing is doubled", async () => {
  const desk = await open();
  const commit = world.store.commit.bind(world.store);
  world.store.commit = async (one, options) => {
    await commit(one, options);
    throw new StoreError("UNKNOWN_OUTCOME", "no answer");
  };
  expect(await reasonOf(desk.publish(frame(1, [to("w2", "a")])))).toBe("OUTCOME_UNKNOWN");
  world.store.commit = commit;
  session = await newSession();
  const next = await open();
  expect(next.highest).toBe(1);
  expect(told(await next.publish(frame(1, [to("w2", "a")])))).toEqual(["1 OK"]);
  expect(await subjects()).toEqual(["a"]);
});

test("what landed with a commit whose outcome was not known reaches who is there", async () => {
  const w2 = world.agent("w2");
  await w2.attach();
  await world.quiet();
  const desk = await open();
  const commit = world.store.commit.bind(world.store);
  world.store.commit = async (one, options) => {
    await commit(one, options);
    throw new StoreError("UNKNOWN_OUTCOME", "no answer");
  };
  const publishing = desk.publish(frame(1, [to("w2", "a"), to("nobody", "b"), to("w2", "c")]));
  expect(await reasonOf(publishing)).toBe("OUTCOME_UNKNOWN");
  world.store.commit = commit;
  for (let second = 0; second < 3; second += 1) await world.pass(1_000);
  expect(w2.subjects()).toEqual(["a#1", "c#1"]);
});

test("a session that was replaced publishes nothing", async () => {
  const desk = await open();
  await newSession();
  expect(await reasonOf(desk.publish(frame(1, [to("w2", "a")])))).toBe("SESSION_SUPERSEDED");
  expect(await world.rows(mailKind)).toEqual([]);
});

test("two producers of one agent count by themselves", async () => {
  const [one, two] = [await open("p1"), await open("p2")];
  expect(told(await one.publish(frame(1, [to("w2", "a")])))).toEqual(["1 OK"]);
  expect(told(await two.publish(frame(1, [to("w2", "b")])))).toEqual(["1 OK"]);
});

test("an unnumbered at-least-once message is refused", async () => {
  const desk = await open();
  expect(await reasonOf(desk.publish(frame(0, [to("w2", "a")])))).toBe("INVALID_REQUEST");
});

test("ids never fall below the producer's last one, also when the clock goes back", async () => {
  const desk = await open();
  const [first] = await desk.publish(frame(1, [to("w2", "a")]));
  // As another server would have it, whose clock is late.
  const late = createFakeClock(world.clock.now() - 3_600_000);
  const ids = createSeededIds(7, late);
  let last = first!.messageId;
  for (let count = 0; count < 5_000; count += 1) {
    const next = nextMessageId(ids, last);
    expect(next > last).toBe(true);
    expect(next).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    last = next;
  }
});
