import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { AgentDesiredState, AgentRole, AgentState } from "@meshwork/gen/mesh/v1/agent";
import { ConnectRequestSchema } from "@meshwork/gen/mesh/v1/agent_link_service";
import { AuthContext_PrincipalKind, Role } from "@meshwork/gen/mesh/v1/credential";
import { HelloSchema } from "@meshwork/gen/mesh/v1/link";
import { Mesh_State } from "@meshwork/gen/mesh/v1/mesh";
import type { Principal } from "../../../security/principal.ts";
import { openSqliteStore } from "../../../store/sqlite/sqlite.ts";
import { put, type Store } from "../../../store/store.ts";
import { createFakeClock, type FakeClock } from "../../../testing/fake-clock.ts";
import { createSeededIds } from "../../../testing/seeded-ids.ts";
import { agentKey, agentKind, type AgentRecord } from "../../agents/agent-record.ts";
import { presenceKind, type PresenceRecord } from "../../agents/presence-record.ts";
import { processKind } from "../../agents/process-record.ts";
import { auditKind } from "../../audit/audit-record.ts";
import type { Clock } from "../../clock.ts";
import { createCommitter } from "../../commit.ts";
import { agentCredentialKind } from "../../credentials/agent-credential-record.ts";
import { joinTokenKind } from "../../credentials/join-token-record.ts";
import type { Ids } from "../../ids.ts";
import { meshKind } from "../../meshes/mesh-record.ts";
import type { Calls } from "../../messages/calls.ts";
import type { Messages } from "../../messages/messages.ts";
import { createMessaging, messageKinds, type Messaging } from "../../messages/messaging.ts";
import { epochKind } from "../epoch-record.ts";
import { createLinks, type LinkServer } from "../links.ts";
import { createTimingWheel } from "../timing-wheel.ts";
import { createRecordingSink, type RecordingSink } from "./recording-sink.ts";

export const MESH_UID = "01900000-0000-7000-8000-000000000001";
export const MESH_ID = "demo";

type FrameInit = NonNullable<MessageInitShape<typeof ConnectRequestSchema>["frame"]>;

/** One stream of an agent, as a test drives it. */
export interface TestAgent extends RecordingSink {
  send(frame: FrameInit): void;
  /** The stream breaks. */
  drop(): void;
}

/** A server's links on a real store, with a clock that the test moves. */
export interface LinkWorld {
  readonly clock: FakeClock;
  readonly ids: Ids;
  readonly store: Store;
  readonly links: LinkServer;
  readonly messaging: Messaging;
  readonly messages: Messages;
  readonly calls: Calls;
  /** What was counted, by name. */
  readonly counts: Map<string, number>;
  uidOf(agentId: string): string;
  principal(agentId: string): Principal;
  /** A stream without hello. */
  open(agentId: string): TestAgent;
  /** A stream with hello, welcomed. */
  connect(agentId: string, hello?: MessageInitShape<typeof HelloSchema>): Promise<TestAgent>;
  presence(agentId: string): Promise<PresenceRecord | undefined>;
  record(agentId: string): Promise<AgentRecord | undefined>;
  change(agentId: string, change: (agent: AgentRecord) => AgentRecord): Promise<void>;
  /** Timers that wait, those of mailboxes aside. */
  timers(): number;
  /** Waits for what the store has to do; the clock stands still meanwhile. */
  until(condition: () => boolean, what?: string): Promise<void>;
  /** Nothing waits to be written. */
  quiet(): Promise<void>;
  /** Moves the clock in steps, with time for the store between them. */
  pass(ms: number, stepMs?: number): Promise<void>;
  /** The process stands still for so long: its timers run late. */
  stall(ms: number): void;
  /** The server stops as after SIGKILL, or politely, and another one starts on the same store. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export interface LinkWorldOptions {
  readonly seed?: number;
  readonly agents?: readonly string[];
  readonly intervalMs?: number;
  readonly lostAfterMs?: number;
  readonly framesPerSecondMax?: number;
}

export async function createLinkWorld(options: LinkWorldOptions = {}): Promise<LinkWorld> {
  const { seed = 1, agents = ["w1", "w2", "m1"] } = options;
  const folder = await mkdtemp(join(tmpdir(), "links-"));
  const { clock, stall } = createStallingClock();
  const ids = createSeededIds(seed, clock);
  const kinds = [
    agentKind,
    presenceKind,
    epochKind,
    meshKind,
    agentCredentialKind,
    joinTokenKind,
    auditKind,
    processKind,
    ...messageKinds,
  ];
  const store = await openSqliteStore({
    path: join(folder, "mesh.db"),
    kinds,
    now: () => clock.now(),
  });
  const uids = new Map(agents.map((agentId) => [agentId, ids.uuid()]));
  await provision(store, ids, uids, options, new Date(clock.now()));

  const counts = new Map<string, number>();
  const count = (name: string, by = 1): void => void counts.set(name, (counts.get(name) ?? 0) + by);
  const report = (message: string): void => count(`report ${message}`);
  const committer = createCommitter({ store, clock, ids, report });
  const shared = { store, committer, clock, ids, nodeId: "node-1" };
  const mailClock = createCountingClock(clock);
  const makeMessaging = (): Messaging =>
    createMessaging({
      ...shared,
      clock: mailClock,
      timers: createTimingWheel(mailClock),
      random: () => 0.5,
      report: (message) => count(`report ${message}`),
      metrics: {
        mailAccepted: (by) => count("mail accepted", by),
        mailRedelivered: (by) => count("mail redelivered", by),
        mailAcknowledged: (by) => count("mail acknowledged", by),
        mailDeadLettered: (by) => count("mail dead lettered", by),
        mailLeftOut: (by) => count("mail left out", by),
      },
    });
  const make = (): LinkServer =>
    createLinks({
      ...shared,
      ...messaging,
      ...(options.framesPerSecondMax !== undefined && {
        framesPerSecondMax: options.framesPerSecondMax,
      }),
      log: {
        warn: (_, message) => count(`warn ${message}`),
        error: (_, message) => count(`error ${message}`),
      },
      metrics: {
        frameReceived: (frame) => count(`received ${frame}`),
        frameSent: (frame) => count(`sent ${frame}`),
        sessionEnded: (reason) => count(`ended ${reason}`),
        livenessChanged: (liveness) => count(`liveness ${liveness}`),
        messageDelivered: () => count("delivered"),
        messagesDropped: (by) => count("dropped", by),
        replyIgnored: () => count("reply ignored"),
        callEnded: (ok) => count(ok ? "call ok" : "call failed"),
      },
    });
  let messaging = makeMessaging();
  await messaging.start();
  let links = make();
  await links.start();

  const uidOf = (agentId: string): string => uids.get(agentId)!;
  const keyOf = (agentId: string): string => agentKey(MESH_UID, agentId);

  async function until(condition: () => boolean, what = "a condition"): Promise<void> {
    const startMs = performance.now();
    while (!condition()) {
      if (performance.now() - startMs > 10_000) throw new Error(`${what} did not come true`);
      await setImmediate();
    }
  }

  function open(agentId: string): TestAgent {
    const recording = createRecordingSink();
    const link = links.open(principalOf(agentId, uidOf(agentId)), recording.sink, "127.0.0.1");
    return Object.assign(recording, {
      send: (frame: FrameInit) => link.receive(create(ConnectRequestSchema, { frame })),
      drop: () => link.close(),
    });
  }

  async function quiet(): Promise<void> {
    await until(() => {
      const { writes, attaching, refreshes } = links.sizes();
      return writes === 0 && attaching === 0 && refreshes === 0;
    }, "quiet");
  }

  return {
    clock,
    ids,
    store,
    get links() {
      return links;
    },
    get messaging() {
      return messaging;
    },
    get messages() {
      return messaging.messages;
    },
    get calls() {
      return messaging.calls;
    },
    counts,
    uidOf,
    principal: (agentId) => principalOf(agentId, uidOf(agentId)),
    open,
    connect: async (agentId, hello = {}) => {
      const agent = open(agentId);
      const value = { protocolVersion: 1, spec: {}, ...hello } as MessageInitShape<
        typeof HelloSchema
      >;
      agent.send({ case: "hello", value });
      await until(
        () => agent.of("welcome").length > 0 || agent.end !== undefined,
        `welcome of ${agentId}`,
      );
      return agent;
    },
    presence: async (agentId) => (await store.get(presenceKind, uidOf(agentId)))?.doc,
    record: async (agentId) => (await store.get(agentKind, keyOf(agentId)))?.doc,
    change: async (agentId, change) => {
      const rec = (await store.get(agentKind, keyOf(agentId)))!;
      const changes = [put(agentKind, rec.id, change(rec.doc), rec.version)];
      await store.commit({ writeId: ids.uuid(), changes });
      links.agentChanged(uidOf(agentId));
    },
    timers: () => clock.pending - mailClock.pending(),
    until,
    quiet,
    stall,
    pass: async (ms, stepMs = 100) => {
      for (let passed = 0; passed < ms; passed += stepMs) {
        clock.advance(Math.min(stepMs, ms - passed));
        await quiet();
      }
    },
    restart: async () => {
      await links.stop();
      await messaging.stop();
      messaging = makeMessaging();
      await messaging.start();
      links = make();
      await links.start();
    },
    close: async () => {
      await links.stop();
      await messaging.stop();
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** Tells how many timers of its own wait. */
function createCountingClock(clock: Clock): Clock & { pending(): number } {
  const waiting = new Set<object>();
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    after: (delayMs, run) => {
      const entry = {};
      waiting.add(entry);
      const timer = clock.after(delayMs, () => {
        waiting.delete(entry);
        run();
      });
      return {
        cancel: () => {
          waiting.delete(entry);
          timer.cancel();
        },
      };
    },
    pending: () => waiting.size,
  };
}

function createStallingClock(): {
  readonly clock: FakeClock;
  readonly stall: (ms: number) => void;
} {
  const inner = createFakeClock();
  let held: (() => void)[] | undefined;
  const clock: FakeClock = {
    now: () => inner.now(),
    monotonic: () => inner.monotonic(),
    advance: (ms) => {
      inner.advance(ms);
    },
    jump: (ms) => {
      inner.jump(ms);
    },
    get pending() {
      return inner.pending;
    },
    after: (delayMs, run) =>
      inner.after(delayMs, () => {
        if (held === undefined) run();
        else held.push(run);
      }),
  };
  return {
    clock,
    stall: (ms) => {
      held = [];
      inner.advance(ms);
      const late = held;
      held = undefined;
      for (const run of late) run();
    },
  };
}

function principalOf(agentId: string, uid: string): Principal {
  return {
    kind: AuthContext_PrincipalKind.AGENT,
    id: uid,
    displayName: agentId,
    role: Role.AGENT,
    scope: { meshId: MESH_ID, meshUid: MESH_UID },
    agent: { uid, agentId },
  };
}

async function provision(
  store: Store,
  ids: Ids,
  uids: ReadonlyMap<string, string>,
  { intervalMs = 2_000, lostAfterMs = 6_000 }: LinkWorldOptions,
  now: Date,
): Promise<void> {
  const mesh = {
    uid: MESH_UID,
    meshId: MESH_ID,
    displayName: "",
    labels: {},
    heartbeatIntervalMs: intervalMs,
    lostAfterMs,
    state: Mesh_State.ACTIVE,
    createTime: now,
    updateTime: now,
  };
  await store.commit({ writeId: ids.uuid(), changes: [put(meshKind, MESH_ID, mesh, "absent")] });
  for (const [agentId, uid] of uids) {
    const agent: AgentRecord = {
      uid,
      meshUid: MESH_UID,
      meshId: MESH_ID,
      agentId,
      role: AgentRole.WORKER,
      displayName: "",
      labels: {},
      ownLabels: {},
      capabilities: [],
      state: AgentState.PROVISIONED,
      stateReason: "",
      desiredState: AgentDesiredState.RUNNING,
      createTime: now,
      updateTime: now,
    };
    const credential = {
      agentUid: uid,
      agentId,
      meshUid: MESH_UID,
      meshId: MESH_ID,
      publicKey: new Uint8Array(32),
      tokenId: "t",
      createTime: now,
    };
    await store.commit({
      writeId: ids.uuid(),
      changes: [
        put(agentKind, agentKey(MESH_UID, agentId), agent, "absent"),
        put(agentCredentialKind, uid, credential, "absent"),
      ],
    });
  }
}
