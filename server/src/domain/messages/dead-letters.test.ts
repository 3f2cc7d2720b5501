// Dead letters can be found, read, put back and forgotten; and mail past its time becomes one.
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { create } from "@bufbuild/protobuf";
import { AgentState } from "@meshwork/gen/mesh/v1/agent";
import { DeadLetterReason } from "@meshwork/gen/mesh/v1/message";
import {
  GetDeadLetterRequestSchema,
  ListDeadLettersRequestSchema,
  PurgeDeadLettersRequestSchema,
  ReplayDeadLettersRequestSchema,
} from "@meshwork/gen/mesh/v1/message_service";
import { PAGE_RECORDS_MAX } from "../../store/store.ts";
import { auditKind } from "../audit/audit-record.ts";
import { DomainError } from "../errors.ts";
import { deadLetterKind } from "./dead-letter-record.ts";
import { createDeadLetters, type DeadLetters } from "./dead-letters.ts";
import { mailExpiryKind, mailKind, parkedKind } from "./mail-record.ts";
import { STORE_RETRY_MS } from "./mail-limits.ts";
import { createMailSweeper } from "./mail-sweeper.ts";
import { createMessageTraces } from "./message-traces.ts";
import {
  createMailWorld,
  group,
  type MailAgent,
  type MailWorld,
  MESH_ID,
} from "./testing/mail-world.ts";
import { callOfAdmin } from "./testing/service-caller.ts";
import { landUntold } from "./testing/store-faults.ts";

let world: MailWorld;
let agent: MailAgent;
let deadLetters: DeadLetters;
beforeEach(async () => {
  world = await createMailWorld();
  agent = world.agent("w1");
  await world.provision(agent);
  deadLetters = createDeadLetters({ ...world, traces: createMessageTraces(world) });
});
afterEach(() => world.close());

const call = () => callOfAdmin(world.clock, "mesh.v1.MessageService/DeadLetters");
const sweep = (): Promise<void> =>
  createMailSweeper({ ...world, report: (message) => world.reports.push(message) }).sweep();

/** Has the agent reject messages of these subjects. */
async function reject(...subjects: string[]): Promise<void> {
  await world.send(agent, ...subjects.map((subject) => ({ subject, payload: new Uint8Array(9) })));
  await agent.attach();
  await world.quiet();
  for (const subject of subjects)
    await agent.settle("REJECT", agent.last(subject), { reason: "no" });
}

const list = async (init: object = {}) => {
  const request = create(ListDeadLettersRequestSchema, { meshId: MESH_ID, ...init });
  const { deadLetters: found, nextPageToken } = await deadLetters.list(call(), request);
  return { found, nextPageToken, subjects: found.map(({ message }) => message!.subject) };
};

const replay = (init: object) =>
  deadLetters.replay(call(), create(ReplayDeadLettersRequestSchema, { meshId: MESH_ID, ...init }));
const purge = (init: object) =>
  deadLetters.purge(call(), create(PurgeDeadLettersRequestSchema, { meshId: MESH_ID, ...init }));

async function audited(): Promise<string[]> {
  const { items } = await world.store.list(auditKind, { limit: PAGE_RECORDS_MAX });
  return items.map(({ doc }) => `${doc.action} ${JSON.stringify(doc.details)}`);
}

const reasonOf = async (promise: Promise<unknown>): Promise<string> => {
  const [result] = await Promise.allSettled([promise]);
  return result.status === "rejected" && result.reason instanceof DomainError
    ? result.reason.reason
    : "none";
};

describe("the list", () => {
  test("goes by time, page by page, without payload; one alone has it", async () => {
    await reject("a", "b", "c");
    const first = await list({ pageSize: 2 });
    expect(first.subjects).toEqual(["a", "b"]);
    expect(first.found[0]!.message!.payload).toHaveLength(0);
    const second = await list({ pageSize: 2, pageToken: first.nextPageToken });
    expect(second.subjects).toEqual(["c"]);
    expect(second.nextPageToken).toBe("");
    const { deadLetterId } = first.found[0]!;
    const request = create(GetDeadLetterRequestSchema, { meshId: MESH_ID, deadLetterId });
    const one = await deadLetters.get(call(), request);
    expect(one).toMatchObject({
      ...{ detail: "no", attempts: 1, reason: DeadLetterReason.REJECTED },
      receiver: { case: "agentId", value: "w1" },
    });
    expect(one.message!.payload).toHaveLength(9);
    const other = { ...request, pageToken: first.nextPageToken, agentId: "w1" };
    expect(await reasonOf(list(other))).toBe("INVALID_PAGE_TOKEN");
  });

  test("can be narrowed by agent, group and reason", async () => {
    await reject("a");
    await world.send(group("crew"), { subject: "g", ttlMs: 1_000 });
    await world.send(agent, { subject: "e", ttlMs: 1_000 });
    agent.session.detach(true);
    world.clock.advance(1_001);
    await sweep();
    expect((await list()).subjects.sort()).toEqual(["a", "e", "g"]);
    expect((await list({ agentId: "w1" })).subjects).toEqual(["a", "e"]);
    expect((await list({ group: "crew" })).subjects).toEqual(["g"]);
    expect((await list({ agentId: "w1", group: "crew" })).subjects).toEqual([]);
    expect((await list({ reason: DeadLetterReason.REJECTED })).subjects).toEqual(["a"]);
    const expired = { agentId: "w1", reason: DeadLetterReason.EXPIRED };
    expect((await list(expired)).subjects).toEqual(["e"]);
  });

  test("tells nothing of another mesh", async () => {
    await reject("a");
    const { deadLetterId } = (await list()).found[0]!;
    const foreign = callOfAdmin(world.clock, "x", { meshId: "other", meshUid: "other" });
    const request = create(GetDeadLetterRequestSchema, { meshId: MESH_ID, deadLetterId });
    expect(await reasonOf(deadLetters.get(foreign, request))).toBe("RESOURCE_NOT_FOUND");
  });
});

describe("replay and purge", () => {
  test("a replay puts them back as new messages of the same sender, once", async () => {
    await reject("a", "b");
    const { found } = await list();
    const deadLetterIds = [found[0]!.deadLetterId];
    expect(await replay({ deadLetterIds, validateOnly: true })).toMatchObject({ replayed: 1 });
    expect(await list()).toMatchObject({ subjects: ["a", "b"] });
    expect(await replay({ deadLetterIds })).toEqual({ replayed: 1, refused: 0, remaining: 0 });
    expect(await replay({ deadLetterIds })).toEqual({ replayed: 0, refused: 0, remaining: 0 });
    await world.until(() => agent.deliveries.length === 3);
    const again = agent.last("a");
    expect(again).toMatchObject({ sender: "sender", attempt: 1 });
    expect(again.messageId).not.toBe(agent.deliveries[0]!.messageId);
    expect(again.payload).toHaveLength(9);
    expect(await audited()).toEqual(['dead_letters.replay {"replayed":"1","refused":"0"}']);
  });

  test("one that landed unconfirmed reaches its receiver all the same", async () => {
    await reject("a");
    landUntold(world, deadLetterKind);
    await expect(replay({ all: true })).rejects.toMatchObject({ reason: "OUTCOME_UNKNOWN" });
    await world.pass(STORE_RETRY_MS);
    await world.until(() => agent.deliveries.length === 2);
    expect(agent.last("a").attempt).toBe(1);
  });

  test("those of a receiver that is gone, or whose mailbox is full, stay and are counted", async () => {
    await world.close();
    world = await createMailWorld({ rules: { mailboxMessagesMax: 2 } });
    agent = world.agent("w1");
    await world.provision(agent);
    deadLetters = createDeadLetters({ ...world, traces: createMessageTraces(world) });
    await reject("a", "b");
    await world.send(agent, {}, {});
    expect(await replay({ all: true })).toEqual({ replayed: 0, refused: 2, remaining: 0 });
    await world.quiet();
    await agent.ack(...agent.deliveries.slice(2));
    await world.provision(agent, AgentState.TERMINATED);
    expect(await replay({ all: true })).toEqual({ replayed: 0, refused: 2, remaining: 0 });
    await world.provision(agent);
    expect(await replay({ all: true })).toEqual({ replayed: 2, refused: 0, remaining: 0 });
  });

  test("at most 500 a call; the answer says how many are left", async () => {
    for (let from = 0; from < 600; from += 200)
      await world.send(agent, ...Array.from({ length: 200 }, () => ({ ttlMs: 1_000 })));
    world.clock.advance(1_001);
    await sweep();
    expect(await purge({ all: true, validateOnly: true })).toEqual({ purged: 500, remaining: 100 });
    expect(await purge({ all: true })).toEqual({ purged: 500, remaining: 100 });
    expect(await replay({ all: true, agentId: "w1" })).toMatchObject({ replayed: 100 });
    expect(await world.store.count(mailKind, {}, 1_000)).toBe(100);
  });

  test("names, or all; not both, and not none", async () => {
    const deadLetterIds = [world.ids.uuid()];
    for (const init of [{}, { all: true, deadLetterIds }, { deadLetterIds, agentId: "w1" }])
      expect(await reasonOf(purge(init))).toBe("INVALID_REQUEST");
    expect(await purge({ deadLetterIds })).toEqual({ purged: 0, remaining: 0 });
  });
});

describe("the sweeper", () => {
  test("makes dead letters of what has run out, of agents that are away", async () => {
    await world.send(agent, { subject: "short", ttlMs: 60_000 }, { subject: "usual" });
    await world.send(agent, { subject: "delayed", delayMs: 30_000, ttlMs: 60_000 });
    await world.send(agent, { subject: "long", ttlMs: 30 * 24 * 3_600_000 });
    await sweep();
    expect(await world.dead()).toEqual([]);
    world.clock.advance(60_001);
    await sweep();
    expect(await world.dead()).toEqual(["delayed EXPIRED", "short EXPIRED"]);
    expect(await world.store.count(mailExpiryKind, {}, 10)).toBe(1);
    world.clock.advance(7 * 24 * 3_600_000);
    await sweep();
    expect(await world.dead()).toEqual(["delayed EXPIRED", "short EXPIRED", "usual EXPIRED"]);
    expect((await world.rows(mailKind)).length).toBe(1);
    world.clock.advance(24 * 24 * 3_600_000);
    await sweep();
    expect(await world.rows(mailKind)).toEqual([]);
    expect(await world.rows(parkedKind)).toEqual([]);
  });

  test("leaves what is in flight, also at the front of what has run out, until it comes back", async () => {
    const sweeper = createMailSweeper({ ...world, report: (text) => world.reports.push(text) });
    await world.send(agent, { subject: "flying" }, { subject: "waiting" });
    await agent.attach({ kind: "clean" }, { messages: 1 });
    await world.quiet();
    await agent.settle("EXTEND", agent.last("flying"), { durationMs: 3_600_000 });
    world.clock.jump(7 * 24 * 3_600_000 + 1);
    await sweeper.sweep();
    expect(await world.dead()).toEqual(["waiting EXPIRED"]);
    agent.session.detach(true);
    await world.quiet();
    await sweeper.sweep();
    expect(await world.dead()).toEqual(["flying EXPIRED", "waiting EXPIRED"]);
  });

  test("empties the mailbox of an agent that has ended", async () => {
    await world.send(agent, { subject: "a" }, { subject: "b", delayMs: 10_000 });
    await world.provision(agent, AgentState.TERMINATED);
    await sweep();
    expect(await world.dead()).toEqual(["a RECEIVER_GONE", "b RECEIVER_GONE"]);
    expect((await world.deadLetters())[0]!.detail).toBe("its receiver was terminated");
  });

  test("runs by itself, hears of agents that end, and stops", async () => {
    const sweeper = createMailSweeper({ ...world, report: (text) => world.reports.push(text) });
    sweeper.start();
    await world.quiet();
    await world.send(agent, { subject: "a" });
    await world.provision(agent, AgentState.TERMINATED);
    await world.quiet();
    world.clock.advance(5_000);
    await world.until(async () => (await world.deadLetters()).length === 1);
    await sweeper.stop();
    const { pending } = world.clock;
    world.clock.advance(60_000);
    expect(world.clock.pending).toBe(pending);
    expect(world.reports).toEqual([]);
  });

  test("takes a thousand in bounded commits", async () => {
    const sizes: number[] = [];
    const commit = world.store.commit.bind(world.store);
    for (let from = 0; from < 1_000; from += 200)
      await world.send(agent, ...Array.from({ length: 200 }, () => ({ ttlMs: 1_000 })));
    world.store.commit = (one, options) => {
      sizes.push(one.changes.length);
      return commit(one, options);
    };
    world.clock.advance(1_001);
    await sweep();
    expect(await world.store.count(mailKind, {}, 10)).toBe(0);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(400);
    expect(world.counts["deadLettered"]).toBe(1_000);
  });
});
