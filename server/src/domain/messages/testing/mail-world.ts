import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { create, fromBinary } from "@bufbuild/protobuf";
import { durationFromMs, timestampFromMs } from "@bufbuild/protobuf/wkt";
import {
  type SettleOutcome,
  type Settlement,
  Settlement_Kind,
  SettlementSchema,
} from "@meshwork/gen/mesh/v1/link";
import {
  type AgentMessage,
  AgentMessageSchema,
  DeadLetterReasonSchema,
} from "@meshwork/gen/mesh/v1/message";
import { AgentDesiredState, AgentRole, AgentState } from "@meshwork/gen/mesh/v1/agent";
import { Mesh_State } from "@meshwork/gen/mesh/v1/mesh";
import { ErrorInfoSchema } from "@meshwork/gen/google/rpc/error_details";
import { anyUnpack } from "@bufbuild/protobuf/wkt";
import { openSqliteStore } from "../../../store/sqlite/sqlite.ts";
import {
  type AnyKind,
  PAGE_RECORDS_MAX,
  put,
  type Kind,
  type Store,
} from "../../../store/store.ts";
import { createFakeClock, type FakeClock } from "../../../testing/fake-clock.ts";
import { createSeededIds } from "../../../testing/seeded-ids.ts";
import { agentKey, agentKind, type AgentRecord } from "../../agents/agent-record.ts";
import { auditKind } from "../../audit/audit-record.ts";
import { createCommitter, type Committer } from "../../commit.ts";
import type { Ids } from "../../ids.ts";
import { epochKind } from "../../links/epoch-record.ts";
import { createTimingWheel, type TimingWheel } from "../../links/timing-wheel.ts";
import { meshKind } from "../../meshes/mesh-record.ts";
import { installationKind } from "../../page-tokens.ts";
import { deadLetterKind, type DeadLetterRecord } from "../dead-letter-record.ts";
import { createFanOutBodies } from "../fan-out-bodies.ts";
import { fanOutKind, fanOutProgressKind } from "../fan-out-record.ts";
import {
  agentAddress,
  type Before,
  groupAddress,
  type Letter,
  type MailboxAddress,
  type MailCounts,
  type MailSession,
  type TraceStep,
} from "../mail.ts";
import type { MailRules } from "../mail-limits.ts";
import { mailExpiryKind, mailKind, type MailRecord, parkedKind } from "../mail-record.ts";
import { createMailboxes, type MailboxServer } from "../mailboxes.ts";
import { producerKind } from "../producer-record.ts";
import { subscriptionKind } from "../subscription-record.ts";

export const MESH_UID = "01900000-0000-7000-8000-000000000001";
export const MESH_ID = "demo";

export interface LetterInit {
  readonly subject?: string;
  readonly ttlMs?: number;
  readonly delayMs?: number;
  readonly payload?: Uint8Array;
  readonly messageId?: string;
  readonly sender?: string;
}

/** An agent as its mailbox sees it. */
export interface MailAgent {
  readonly agentId: string;
  readonly uid: string;
  /** All that it was ever handed, in order. */
  readonly deliveries: AgentMessage[];
  /** Frames that it was handed, by number of messages. */
  readonly frames: number[];
  readonly session: MailSession;
  epoch: number;
  /** Called at each delivery. */
  onDeliver: ((messages: readonly AgentMessage[]) => void) | undefined;
  subjects(): string[];
  attach(before?: Before, window?: { messages?: number; bytes?: number }): Promise<void>;
  /** Last delivery of the subject. */
  last(subject: string): AgentMessage;
  settle(
    kind: keyof typeof Settlement_Kind,
    message: { readonly messageId: string; readonly attempt: number },
    more?: { readonly durationMs?: number; readonly reason?: string },
  ): Promise<string>;
  ack(
    ...messages: readonly { readonly messageId: string; readonly attempt: number }[]
  ): Promise<void>;
}

/** Mailboxes on a real store, with a clock by hand. */
export interface MailWorld {
  readonly clock: FakeClock;
  readonly ids: Ids;
  /** Calls may be intercepted by replacing its members. */
  readonly store: Store;
  readonly committer: Committer;
  readonly mailboxes: MailboxServer;
  readonly reports: string[];
  readonly steps: { readonly messageId: string; readonly step: TraceStep }[];
  readonly counts: Record<string, number>;
  readonly wheel: TimingWheel;
  agent(agentId: string): MailAgent;
  /** Whether a message is lost on its way to the agent. */
  loses: ((message: AgentMessage) => boolean) | undefined;
  /** Puts the agent on record. */
  provision(agent: MailAgent, state?: AgentState): Promise<void>;
  /** Commits the letters in one go; answers their messages. */
  send(to: MailboxAddress | MailAgent, ...letters: LetterInit[]): Promise<AgentMessage[]>;
  letter(init: LetterInit): Letter;
  rows<T extends MailRecord>(kind: Kind<T>): Promise<readonly T[]>;
  deadLetters(): Promise<readonly DeadLetterRecord[]>;
  /** Subject and reason, sorted. */
  dead(): Promise<string[]>;
  /** Another server begins on the same store; what the old one had under way is gone. */
  restart(): void;
  until(condition: () => boolean | Promise<boolean>, what?: string): Promise<void>;
  /** Nothing is under way. */
  quiet(): Promise<void>;
  /** Moves the clock, with time for the store. */
  pass(ms: number): Promise<void>;
  close(): Promise<void>;
}

export const mailKinds: readonly AnyKind[] = [
  ...[agentKind, meshKind, auditKind, installationKind, epochKind, producerKind, deadLetterKind],
  ...[mailKind, parkedKind, mailExpiryKind, fanOutKind, fanOutProgressKind, subscriptionKind],
];

export async function createMailWorld(
  options: { readonly seed?: number; readonly rules?: Partial<MailRules> } = {},
): Promise<MailWorld> {
  const folder = mkdtempSync(join(tmpdir(), "mail-"));
  const clock = createFakeClock();
  const ids = createSeededIds(options.seed ?? 1, clock);
  const inner = await openSqliteStore({
    path: join(folder, "mesh.db"),
    kinds: [...mailKinds],
    now: () => clock.now(),
  });
  const store: Store = { ...inner };
  const reports: string[] = [];
  const report = (message: string): void => void reports.push(message);
  const committer = createCommitter({ store, clock, ids, report });
  const agents = new Map<string, MailAgent>();
  const counts: Record<string, number> = {};
  const count = (name: string, by: number): void => void (counts[name] = (counts[name] ?? 0) + by);
  const mailCounts: MailCounts = {
    accepted: () => count("accepted", 1),
    redelivered: (_, by) => count("redelivered", by),
    acknowledged: (_, by) => count("acknowledged", by),
    deadLettered: (_, by) => count("deadLettered", by),
    leftOut: (_, by) => count("leftOut", by),
  };
  let generation = 0;

  function make(): { mailboxes: MailboxServer; wheel: TimingWheel } {
    generation += 1;
    const mine = generation;
    const isDead = (): boolean => mine !== generation;
    // What a killed server still had under way neither goes on nor comes back.
    const never = new Promise<never>(() => undefined);
    const mortal = <Args extends unknown[], T>(call: (...args: Args) => Promise<T>) => {
      return async (...args: Args): Promise<T> => {
        if (isDead()) return never;
        const result = await call(...args);
        return isDead() ? never : result;
      };
    };
    const dying: Store = {
      ...store,
      get: mortal((kind, id) => store.get(kind, id)),
      getMany: mortal((kind, many) => store.getMany(kind, many)),
      list: mortal((kind, query) => store.list(kind, query)),
      count: mortal((kind, query, max) => store.count(kind, query, max)),
      commit: mortal((commit) => store.commit(commit)),
      eraseMany: mortal((kind, many) => store.eraseMany(kind, many)),
    };
    const wheel = createTimingWheel(clock, 10);
    const mailboxes = createMailboxes({
      store: dying,
      committer: createCommitter({ store: dying, clock, ids, report }),
      clock,
      ids,
      timers: wheel,
      bodies: createFanOutBodies(dying),
      traces: { note: (messageId, step) => void world.steps.push({ messageId, step }) },
      counts: mailCounts,
      random: () => 0.5,
      ...(options.rules && { rules: options.rules }),
      report,
    });
    return { mailboxes, wheel };
  }

  const turn = async (): Promise<void> => {
    for (let round = 0; round < 4; round += 1) await setImmediate();
  };

  const world: MailWorld = {
    clock,
    ids,
    store,
    committer,
    reports,
    steps: [],
    loses: undefined,
    counts,
    mailboxes: undefined as unknown as MailboxServer,
    wheel: undefined as unknown as TimingWheel,
    agent: (agentId) => {
      let agent = agents.get(agentId);
      if (agent === undefined) agents.set(agentId, (agent = createMailAgent(world, agentId)));
      return agent;
    },
    provision: async ({ uid, agentId }, state = AgentState.RUNNING) => {
      const now = new Date(clock.now());
      const doc: AgentRecord = {
        ...{ uid, meshUid: MESH_UID, meshId: MESH_ID, agentId, role: AgentRole.WORKER },
        ...{ displayName: "", labels: {}, ownLabels: {}, capabilities: [], state, stateReason: "" },
        ...{ desiredState: AgentDesiredState.RUNNING, createTime: now, updateTime: now },
      };
      const changes = [put(agentKind, agentKey(MESH_UID, agentId), doc, "any")];
      await inner.commit({ writeId: ids.uuid(), changes });
    },
    letter: (init) => {
      const nowMs = clock.now();
      const message = create(AgentMessageSchema, {
        messageId: init.messageId ?? ids.uuid(),
        sender: init.sender ?? "sender",
        subject: init.subject ?? "s",
        ...(init.payload && { payload: init.payload }),
        acceptTime: timestampFromMs(nowMs),
        ...(init.ttlMs !== undefined && { ttl: durationFromMs(init.ttlMs) }),
      });
      return {
        message,
        meshUid: MESH_UID,
        acceptTime: new Date(nowMs),
        expireTime: new Date(nowMs + (init.ttlMs ?? 7 * 24 * 60 * 60_000)),
        ...(init.delayMs !== undefined && { dueTime: new Date(nowMs + init.delayMs) }),
        isFanOut: false,
      };
    },
    send: async (to, ...inits) => {
      const address =
        "key" in to ? to : agentAddress({ uid: to.uid, meshUid: MESH_UID, agentId: to.agentId });
      const letters = inits.map((init) => world.letter(init));
      const { mailboxes } = world;
      await committer.runSystem(() =>
        Promise.resolve({
          changes: letters.flatMap((letter) => mailboxes.changesOf(address, letter)),
          reply: undefined,
          effects: letters.map((letter) => () => mailboxes.landed(address, letter)),
        }),
      );
      return letters.map(({ message }) => message);
    },
    rows: async (kind) => {
      const page = await store.list(kind, { limit: PAGE_RECORDS_MAX });
      return page.items.map(({ doc }) => doc);
    },
    deadLetters: async () => {
      const page = await store.list(deadLetterKind, { limit: PAGE_RECORDS_MAX });
      return page.items.map(({ doc }) => doc);
    },
    dead: async () =>
      (await world.deadLetters())
        .map(({ body, reason }) => {
          const subject = body === undefined ? "?" : fromBinary(AgentMessageSchema, body).subject;
          return `${subject} ${DeadLetterReasonSchema.value[reason]?.localName ?? ""}`;
        })
        .sort(),
    restart: () => {
      world.mailboxes.stop();
      world.wheel.stop();
      Object.assign(world, make());
    },
    until: async (condition, what = "a condition") => {
      const endMs = performance.now() + 10_000;
      while (!(await condition())) {
        if (performance.now() > endMs) throw new Error(`${what} did not come true`);
        await setImmediate();
      }
    },
    quiet: async () => {
      for (let round = 0; round < 3; round += 1) {
        await turn();
        // The writer is done with all that came before.
        await inner.eraseMany(mailExpiryKind, ["none"]);
        await turn();
      }
    },
    pass: async (ms) => {
      clock.advance(ms);
      await world.quiet();
    },
    close: async () => {
      world.mailboxes.stop();
      world.wheel.stop();
      await world.quiet();
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
  Object.assign(world, make());
  const now = new Date(clock.now());
  const mesh = {
    ...{ uid: MESH_UID, meshId: MESH_ID, displayName: "", labels: {} },
    ...{ state: Mesh_State.ACTIVE, createTime: now, updateTime: now },
  };
  await inner.commit({ writeId: ids.uuid(), changes: [put(meshKind, MESH_ID, mesh, "absent")] });
  return world;
}

function createMailAgent(world: MailWorld, agentId: string): MailAgent {
  let session: MailSession | undefined;
  const uid = world.ids.uuid();
  const agent: MailAgent = {
    agentId,
    uid,
    deliveries: [],
    frames: [],
    epoch: 0,
    onDeliver: undefined,
    get session() {
      if (session === undefined) throw new Error("not attached");
      return session;
    },
    subjects: () => agent.deliveries.map(({ subject, attempt }) => `${subject}#${attempt}`),
    attach: async (before = { kind: "clean" }, { messages = 64, bytes = 4 * 1024 * 1024 } = {}) => {
      agent.epoch += 1;
      const { epoch } = agent;
      const doc = { epoch, sessionId: `${agentId}-${epoch}`, nodeId: "node-1" };
      const { versions } = await world.store.commit({
        writeId: world.ids.uuid(),
        changes: [put(epochKind, uid, doc, "any")],
      });
      session = await world.mailboxes.attach({
        agent: { uid, meshUid: MESH_UID, agentId },
        epoch,
        fence: { kind: epochKind, id: uid, version: versions[0]! },
        deliveriesMax: messages,
        deliveryBytesMax: bytes,
        before,
        deliver: (all) => {
          const handed = all.filter((message) => world.loses?.(message) !== true);
          agent.frames.push(handed.length);
          agent.deliveries.push(...handed);
          agent.onDeliver?.(handed);
        },
      });
    },
    last: (subject) => {
      const found = agent.deliveries.findLast((message) => message.subject === subject);
      if (found === undefined) throw new Error(`${agentId} was never handed ${subject}`);
      return found;
    },
    settle: async (kind, message, more = {}) => {
      const [outcome] = await agent.session.settle([settlementOf(kind, message, more)]);
      return verdictOf(outcome!);
    },
    ack: async (...messages) => {
      const outcomes = await agent.session.settle(
        messages.map((message) => settlementOf("ACK", message)),
      );
      for (const outcome of outcomes)
        if (outcome.status !== undefined) throw new Error(`refused: ${outcome.status.message}`);
    },
  };
  return agent;
}

export function settlementOf(
  kind: keyof typeof Settlement_Kind,
  { messageId, attempt }: { readonly messageId: string; readonly attempt: number },
  more: { readonly durationMs?: number; readonly reason?: string } = {},
): Settlement {
  return create(SettlementSchema, {
    ...{ messageId, attempt, kind: Settlement_Kind[kind] },
    ...(more.durationMs !== undefined && { duration: durationFromMs(more.durationMs) }),
    ...(more.reason !== undefined && { reason: more.reason }),
  });
}

/** OK, or the reason. */
export function verdictOf({ status }: Pick<SettleOutcome, "status">): string {
  if (status === undefined) return "OK";
  return anyUnpack(status.details[0]!, ErrorInfoSchema)?.reason ?? "?";
}

export function group(name: string): MailboxAddress {
  return groupAddress(MESH_UID, name);
}
