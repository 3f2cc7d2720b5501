import { create } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import {
  AgentDesiredState,
  AgentLiveness,
  type AgentRole,
  AgentState,
  HealthCheck_Result,
} from "@meshwork/gen/mesh/v1/agent";
import {
  type MeshStatus,
  MeshStatus_Health,
  MeshStatusSchema,
  type MeshTraffic,
} from "@meshwork/gen/mesh/v1/mesh";
import type { Store } from "../../store/store.ts";
import type { AgentLinks } from "../agents/agent-links.ts";
import { agentPages, type SeenAgent } from "../agents/agent-queries.ts";
import type { Clock } from "../clock.ts";
import type { MeshRecord } from "./mesh-record.ts";

/** What decides about the health of a mesh. */
interface Fitness {
  /** Agents that have been connected and shall run. */
  expected: number;
  alive: number;
  /** Alive, but failing a check of their own, or FAILED. */
  failing: number;
}

/** At-least-once messages of a mesh, as `domain/messages`, which stands above, tells of them. */
export interface MeshMailView {
  /** Those that are not settled, by receiver. */
  unsettled(meshUid: string): Promise<{
    readonly waiting: number;
    readonly scheduled: number;
    readonly inFlight: number;
    readonly deadLetters: number;
  }>;
  /** Since the process started. */
  counts(meshUid: string): {
    readonly accepted: number;
    readonly redelivered: number;
    readonly acknowledged: number;
    readonly deadLettered: number;
  };
}

export interface MeshStatusDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly links: () => AgentLinks;
  readonly mail: () => MeshMailView;
}

/** How a mesh is right now: records from the store, sessions and traffic of this process. */
export async function meshStatus(
  { store, clock, links, mail }: MeshStatusDeps,
  mesh: MeshRecord,
): Promise<MeshStatus> {
  const byLiveness = new Map<AgentLiveness, number>();
  const byState = new Map<AgentState, number>();
  const byRole = new Map<AgentRole, number>();
  const fitness: Fitness = { expected: 0, alive: 0, failing: 0 };
  let agents = 0;

  for await (const page of agentPages(store, mesh.uid)) {
    agents += page.agents.length;
    for (const seen of page.agents) {
      count(byLiveness, seen.presence?.doc.liveness ?? AgentLiveness.UNSPECIFIED);
      count(byState, seen.rec.doc.state);
      count(byRole, seen.rec.doc.role);
      judge(fitness, seen, links());
    }
  }
  const here = links().mesh(mesh.uid);
  const unsettled = await mail().unsettled(mesh.uid);
  return create(MeshStatusSchema, {
    meshId: mesh.meshId,
    ...verdict(fitness),
    agents,
    byLiveness: counts(byLiveness, "liveness"),
    byState: counts(byState, "state"),
    byRole: counts(byRole, "role"),
    sessions: here.sessions,
    callsInFlight: here.callsInFlight,
    traffic: withMail(here.traffic, mail().counts(mesh.uid)),
    mail: {
      waiting: BigInt(unsettled.waiting),
      scheduled: BigInt(unsettled.scheduled),
      inFlight: BigInt(unsettled.inFlight),
      deadLetters: BigInt(unsettled.deadLetters),
    },
    time: timestampFromDate(new Date(clock.now())),
  });
}

function withMail(traffic: MeshTraffic, counts: ReturnType<MeshMailView["counts"]>): MeshTraffic {
  traffic.messagesAccepted = BigInt(counts.accepted);
  traffic.messagesRedelivered = BigInt(counts.redelivered);
  traffic.messagesAcknowledged = BigInt(counts.acknowledged);
  traffic.messagesDeadLettered = BigInt(counts.deadLettered);
  return traffic;
}

function judge(fitness: Fitness, { rec: { doc }, presence }: SeenAgent, links: AgentLinks): void {
  const liveness = presence?.doc.liveness ?? AgentLiveness.UNSPECIFIED;
  const shall = doc.desiredState === AgentDesiredState.RUNNING;
  // Whoever said goodbye, or has never come, is not missed.
  const missed = liveness !== AgentLiveness.UNSPECIFIED && liveness !== AgentLiveness.LEFT;
  if (!shall || !missed) return;
  fitness.expected += 1;
  if (liveness !== AgentLiveness.ALIVE) return;
  fitness.alive += 1;
  const health = links.session(doc.uid)?.health ?? [];
  const fails = health.some(({ result }) => result === HealthCheck_Result.FAILING);
  if (fails || doc.state === AgentState.FAILED) fitness.failing += 1;
}

function verdict({ expected, alive, failing }: Fitness): {
  health: MeshStatus_Health;
  reason: string;
} {
  if (expected === 0) {
    return { health: MeshStatus_Health.EMPTY, reason: "no agent should be running" };
  }
  if (alive === 0) {
    return { health: MeshStatus_Health.UNHEALTHY, reason: `none of ${expected} agents is alive` };
  }
  const reason = `${alive} of ${expected} agents are alive`;
  if (failing > 0) {
    const failed = `${failing} of them ${failing === 1 ? "fails" : "fail"} a check or failed`;
    return { health: MeshStatus_Health.DEGRADED, reason: `${reason}, ${failed}` };
  }
  return alive < expected
    ? { health: MeshStatus_Health.DEGRADED, reason }
    : { health: MeshStatus_Health.HEALTHY, reason };
}

function count<Key>(counters: Map<Key, number>, key: Key): void {
  counters.set(key, (counters.get(key) ?? 0) + 1);
}

function counts<Key extends number, Name extends string>(counters: Map<Key, number>, name: Name) {
  return [...counters]
    .sort(([a], [b]) => a - b)
    .map(([key, agents]) => ({ [name]: key, agents }) as Record<Name, Key> & { agents: number });
}
