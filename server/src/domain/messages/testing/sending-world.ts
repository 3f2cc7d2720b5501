import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { AgentDesiredState, AgentRole, AgentState } from "@meshwork/gen/mesh/v1/agent";
import { Mesh_State } from "@meshwork/gen/mesh/v1/mesh";
import { type AgentMessage, AgentMessageSchema } from "@meshwork/gen/mesh/v1/message";
import { openSqliteStore } from "../../../store/sqlite/sqlite.ts";
import {
  type AnyKind,
  type Change,
  type Commit,
  type Kind,
  PAGE_RECORDS_MAX,
  put,
  type Rec,
  type Store,
  StoreError,
} from "../../../store/store.ts";
import { createFakeClock, type FakeClock } from "../../../testing/fake-clock.ts";
import { createSeededIds } from "../../../testing/seeded-ids.ts";
import { agentKey, agentKind, type AgentRecord } from "../../agents/agent-record.ts";
import { auditKind } from "../../audit/audit-record.ts";
import { createCommitter, type Committer } from "../../commit.ts";
import { DomainError } from "../../errors.ts";
import type { Ids } from "../../ids.ts";
import { meshKind } from "../../meshes/mesh-record.ts";
import { createReceivers } from "../connected-receivers.ts";
import { createTimingWheel } from "../../links/timing-wheel.ts";
import { deadLetterKind } from "../dead-letter-record.ts";
import { createFanOutBodies } from "../fan-out-bodies.ts";
import { fanOutKind, fanOutProgressKind } from "../fan-out-record.ts";
import type { Mailboxes, MailCounts, TraceStep } from "../mail.ts";
import { STORE_RETRY_MS } from "../mail-limits.ts";
import {
  mailboxIds,
  mailExpiryKind,
  mailKind,
  type MailRecord,
  parkedKind,
} from "../mail-record.ts";
import { createMailboxes, type MailboxServer } from "../mailboxes.ts";
import type { OutgoingCall, Receiver, CallObserver, Receivers } from "../receivers.ts";
import { createSending, type Sending } from "../sending.ts";
import { subscriptionKind } from "../subscription-record.ts";

export const MESH_UID = "01900000-0000-7000-8000-000000000001";
export const MESH_ID = "demo";

const fenceKind: Kind<{ epoch: number }> = {
  name: "fences",
  watched: false,
  schema: 1,
  delete: "erase",
};

/** A connected agent that writes down what it is handed. */
export interface TestReceiver extends Receiver {
  readonly messages: AgentMessage[];
  readonly subjects: () => string[];
  readonly calls: { readonly call: OutgoingCall; readonly observer: CallObserver }[];
  readonly cancelled: string[];
  /** Whether its link has room. */
  room: boolean;
}

/** What sends messages, on a real store and with a clock by hand; its mailboxes are watched. */
export interface SendingWorld {
  readonly clock: FakeClock;
  readonly ids: Ids;
  readonly store: Store;
  readonly committer: Committer;
  readonly receivers: Receivers;
  readonly sending: Sending;
  readonly mailboxes: MailboxServer;
  readonly reports: string[];
  readonly steps: { readonly messageId: string; readonly step: TraceStep }[];
  /** Every commit that landed. */
  readonly commits: Commit[];
  /** What `landed` told, in order: `<agent or group> <message id>`. */
  readonly landed: string[];
  /** Keys of mailboxes that take nothing. */
  readonly full: Set<string>;
  /** Called before each commit; may throw. */
  beforeCommit: ((commit: Commit) => void | Promise<void>) | undefined;
  /** Called before each record is read by its id. */
  beforeRead: ((kind: AnyKind) => Promise<void> | undefined) | undefined;
  /** The next commit that puts a record of the kind lands, but the store does not say so. */
  unknownAfter: AnyKind | undefined;
  accepted: number;
  leftOut: number;
  uidOf(agentId: string): string;
  provision(
    agents: readonly (Partial<AgentRecord> & { readonly agentId: string })[],
  ): Promise<void>;
  change(agentId: string, change: (doc: AgentRecord) => AgentRecord | undefined): Promise<void>;
  connect(agentId: string, capabilities?: readonly string[]): TestReceiver;
  message(init: MessageInitShape<typeof AgentMessageSchema>): AgentMessage;
  /** Accepts and commits; answers the id. */
  accept(init: MessageInitShape<typeof AgentMessageSchema>, sender?: string): Promise<string>;
  /** Message ids in an agent's mailbox, by id. */
  mailOf(agentId: string): Promise<readonly string[]>;
  /** All that waits in mailboxes. */
  mail(): Promise<readonly Rec<MailRecord>[]>;
  /** A fence as a session has it; raising it supersedes the session. */
  session(agentId: string): Promise<Parameters<Sending["subscriptions"]["open"]>[0]>;
  /** A session that settles nothing; answers what it is handed. */
  attach(agentId: string): Promise<readonly AgentMessage[]>;
  /** As after SIGKILL: what was under way is gone, another begins on the same store. */
  restart(): Promise<void>;
  until(condition: () => boolean | Promise<boolean>, what?: string): Promise<void>;
  /** Lets the time pass after which the store is tried again; until it is so. */
  retryUntil(condition: () => boolean): Promise<void>;
  close(): Promise<void>;
}

export async function createSendingWorld(seed = 1): Promise<SendingWorld> {
  const folder = await mkdtemp(join(tmpdir(), "sending-"));
  const clock = createFakeClock();
  const ids = createSeededIds(seed, clock);
  const inner = await openSqliteStore({
    path: join(folder, "mesh.db"),
    kinds: [
      ...[agentKind, meshKind, auditKind, subscriptionKind, fanOutKind, fanOutProgressKind],
      ...[mailKind, parkedKind, mailExpiryKind, deadLetterKind, fenceKind],
    ],
    now: () => clock.now(),
  });
  const commits: Commit[] = [];
  const store: Store = {
    ...inner,
    get: async (kind, id, options) => {
      await world.beforeRead?.(kind);
      return inner.get(kind, id, options);
    },
    commit: async (commit, options) => {
      await world.beforeCommit?.(commit);
      const committed = await inner.commit(commit, options);
      commits.push(commit);
      const { unknownAfter: kind } = world;
      if (kind !== undefined && commit.changes.some((one) => "put" in one && one.put === kind)) {
        world.unknownAfter = undefined;
        throw new StoreError("UNKNOWN_OUTCOME", "no answer");
      }
      return committed;
    },
  };
  const reports: string[] = [];
  const report = (message: string): void => void reports.push(message);
  const committer = createCommitter({ store, clock, ids, report });
  const receivers = createReceivers();
  const uids = new Map<string, string>();
  let generation = 0;

  function make(): Sending {
    generation += 1;
    const mine = generation;
    // Nothing that a killed server still had under way takes effect.
    const alive: Pick<Committer, "runSystem"> = {
      runSystem: (decide) =>
        committer.runSystem(async (writeId) => {
          if (mine !== generation) throw new StoreError("UNAVAILABLE", "killed");
          return decide(writeId);
        }),
    };
    const parts = {
      ...{ store, committer: alive, clock, ids, receivers, report },
      bodies: createFanOutBodies(store),
      traces: {
        note: (messageId: string, step: TraceStep) => void world.steps.push({ messageId, step }),
      },
      counts: countsOf(world),
    };
    const server = createMailboxes({ ...parts, timers: createTimingWheel(clock) });
    Object.assign(world, { mailboxes: server });
    return createSending({ ...parts, mailboxes: createWatchedMailboxes(server, world) });
  }

  const world: SendingWorld = {
    clock,
    ids,
    store,
    committer,
    receivers,
    sending: undefined as unknown as Sending,
    mailboxes: undefined as unknown as MailboxServer,
    reports,
    steps: [],
    commits,
    landed: [],
    full: new Set(),
    beforeCommit: undefined,
    beforeRead: undefined,
    unknownAfter: undefined,
    accepted: 0,
    leftOut: 0,
    uidOf: (agentId) => uids.get(agentId)!,
    provision: async (agents) => {
      const changes = agents.map((agent): Change => {
        const doc = agentDoc(ids.uuid(), new Date(clock.now()), agent);
        uids.set(doc.agentId, doc.uid);
        return put(agentKind, agentKey(MESH_UID, doc.agentId), doc, "any");
      });
      for (let from = 0; from < changes.length; from += 500)
        await inner.commit({ writeId: ids.uuid(), changes: changes.slice(from, from + 500) });
    },
    change: async (agentId, change) => {
      const rec = (await store.get(agentKind, agentKey(MESH_UID, agentId)))!;
      const doc = change(rec.doc);
      const { id, version } = rec;
      const changes = [
        doc === undefined
          ? ({ delete: agentKind, id, expect: version } as const)
          : put(agentKind, id, doc, version),
      ];
      await inner.commit({ writeId: ids.uuid(), changes });
    },
    connect: (agentId, capabilities = []) => {
      const receiver = createTestReceiver(world.uidOf(agentId), agentId, capabilities);
      receivers.attach(receiver);
      return receiver;
    },
    message: (init) => create(AgentMessageSchema, { subject: "s", ...init }),
    accept: async (init, name = "sender") => {
      const messageId = ids.uuid();
      const sender = { meshUid: MESH_UID, name };
      const { accepting } = world.sending;
      await committer.runSystem(async () => {
        const accepted = await accepting.accept(sender, world.message(init), messageId);
        const { changes, require } = accepted;
        return { changes, require, reply: undefined, effects: [() => accepted.landed()] };
      });
      return messageId;
    },
    mailOf: async (agentId) => {
      const page = await store.list(mailKind, {
        ids: mailboxIds(world.uidOf(agentId)),
        limit: PAGE_RECORDS_MAX,
      });
      return page.items.map(({ doc }) => doc.messageId);
    },
    mail: async () => {
      const mail: Rec<MailRecord>[] = [];
      let after: string | undefined;
      do {
        const page = await store.list(mailKind, {
          limit: PAGE_RECORDS_MAX,
          ...(after !== undefined && { after }),
        });
        mail.push(...page.items);
        after = page.next;
      } while (after !== undefined);
      return mail;
    },
    session: async (agentId) => {
      const uid = world.uidOf(agentId);
      const epoch = ((await store.get(fenceKind, uid))?.doc.epoch ?? 0) + 1;
      const { versions } = await inner.commit({
        writeId: ids.uuid(),
        changes: [put(fenceKind, uid, { epoch }, "any")],
      });
      return {
        agent: { uid, meshUid: MESH_UID, agentId },
        fence: { kind: fenceKind, id: uid, version: versions[0]! },
      };
    },
    attach: async (agentId) => {
      const messages: AgentMessage[] = [];
      await world.mailboxes.attach({
        ...(await world.session(agentId)),
        ...{ epoch: 1, deliveriesMax: 64, deliveryBytesMax: 4 * 1024 * 1024 },
        before: { kind: "clean" },
        deliver: (delivered) => void messages.push(...delivered),
      });
      return messages;
    },
    restart: async () => {
      const { expander } = world.sending;
      Object.assign(world, { sending: make() });
      await expander.stop();
      await world.sending.start();
    },
    until: async (condition, what = "a condition") => {
      const endMs = performance.now() + 20_000;
      while (!(await condition())) {
        if (performance.now() > endMs) throw new Error(`${what} did not come true`);
        await setImmediate();
      }
    },
    retryUntil: async (condition) => {
      for (let passed = 0; passed < 3; passed += 1) world.clock.advance(STORE_RETRY_MS);
      await world.until(condition);
    },
    close: async () => {
      await world.sending.stop();
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
  Object.assign(world, { sending: make() });
  const now = new Date(clock.now());
  const mesh = {
    ...{ uid: MESH_UID, meshId: MESH_ID, displayName: "", labels: {} },
    ...{ state: Mesh_State.ACTIVE, createTime: now, updateTime: now },
  };
  await inner.commit({ writeId: ids.uuid(), changes: [put(meshKind, MESH_ID, mesh, "absent")] });
  await world.sending.start();
  return world;
}

/** The mailboxes, with what landed written down, and some of them said to be full. */
function createWatchedMailboxes(inner: Mailboxes, world: SendingWorld): Mailboxes {
  return {
    ...inner,
    admit: (address) =>
      world.full.has(address.key)
        ? Promise.resolve(new DomainError("MAILBOX_FULL", `mailbox of ${address.name}`))
        : inner.admit(address),
    landed: (address, letter) => {
      world.landed.push(`${address.name} ${letter.message.messageId}`);
      inner.landed(address, letter);
    },
  };
}

function countsOf(world: { accepted: number; leftOut: number }): MailCounts {
  return {
    accepted: () => void (world.accepted += 1),
    redelivered: () => undefined,
    acknowledged: () => undefined,
    deadLettered: () => undefined,
    leftOut: (_, receivers) => void (world.leftOut += receivers),
  };
}

function createTestReceiver(
  agentUid: string,
  agentId: string,
  capabilities: readonly string[],
): TestReceiver {
  const receiver: TestReceiver = {
    agentUid,
    agentId,
    meshUid: MESH_UID,
    capabilities: new Set(capabilities),
    messages: [],
    subjects: () => receiver.messages.map(({ subject }) => subject),
    calls: [],
    cancelled: [],
    room: true,
    deliver: (message) => {
      if (receiver.room) receiver.messages.push(message);
      return receiver.room;
    },
    call: (call, observer) => {
      receiver.calls.push({ call, observer });
      return {
        cancel: (error) => {
          receiver.cancelled.push(error.reason);
          observer.end(error);
        },
      };
    },
  };
  return receiver;
}

function agentDoc(
  uid: string,
  now: Date,
  agent: Partial<AgentRecord> & { readonly agentId: string },
): AgentRecord {
  return {
    uid,
    meshUid: MESH_UID,
    meshId: MESH_ID,
    role: AgentRole.WORKER,
    displayName: "",
    labels: {},
    ownLabels: {},
    capabilities: [],
    state: AgentState.RUNNING,
    stateReason: "",
    desiredState: AgentDesiredState.RUNNING,
    createTime: now,
    updateTime: now,
    ...agent,
  };
}
