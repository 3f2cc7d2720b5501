import { create, type MessageShape } from "@bufbuild/protobuf";
import { AgentRole } from "@meshwork/gen/mesh/v1/agent";
import { type AgentChange, AgentChangeSchema } from "@meshwork/gen/mesh/v1/agent_service";
import type { Event, Rec, Store } from "../../store/store.ts";
import type { Call } from "../call.ts";
import type { Clock } from "../clock.ts";
import { meshOf } from "../meshes/mesh-access.ts";
import { meshKind, type MeshRecord } from "../meshes/mesh-record.ts";
import { type FeedResponse, watchFeed } from "../watch-feed.ts";
import { agentMessage } from "./agent-message.ts";
import { agentPages, seenAgent, type SeenAgent } from "./agent-queries.ts";
import { type AgentRecord, agentKey, agentKind } from "./agent-record.ts";
import { inCareOf } from "./launch-children.ts";
import { isUntold } from "./launch-status.ts";
import { type PresenceRecord, presenceKind } from "./presence-record.ts";
import { processKind, type ProcessRecord } from "./process-record.ts";

export type AgentsResponse = FeedResponse<AgentChange>;

/** Agents in one part of a snapshot. */
export const snapshotPageAgents = 200;

/** Keeps only what happens in one mesh: to itself, its agents, their liveness and processes. */
export function withinMesh(mesh: MeshRecord): (event: Event) => boolean {
  const agents = `${mesh.uid}/`;
  return ({ kind, id, doc }) => {
    if (kind === agentKind.name) return id.startsWith(agents);
    if (kind === presenceKind.name || kind === processKind.name) {
      return (doc as PresenceRecord | ProcessRecord | undefined)?.meshUid === mesh.uid;
    }
    return id === mesh.meshId;
  };
}

/** An event that carries a record, as the record. */
export function recordOf<T>(event: Event): Rec<T> {
  return { ...event, doc: event.doc as T };
}

/** Agents as one watcher knows them: what it was told is not told again, and never goes back. */
interface Told {
  readonly uid: string;
  readonly agent: number;
  readonly presence: number;
  readonly process: number;
  /** Nobody could tell how its process is. */
  readonly untold: boolean;
}

/** List, then watch the agents of a mesh, each with the newest liveness and process known. */
export async function* watchAgents(
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  call: Call,
  { meshId, cursor }: { readonly meshId: string; readonly cursor: string },
): AsyncGenerator<AgentsResponse> {
  const { doc: mesh } = await meshOf(store, call.principal, meshId);
  const told = new Map<string, Told>();
  let over = false;

  const tell = (seen: SeenAgent): AgentChange => {
    const { rec, presence, process } = seen;
    told.set(rec.id, {
      uid: rec.doc.uid,
      agent: rec.version,
      presence: presence?.version ?? 0,
      process: process?.rec.version ?? 0,
      untold: process !== undefined && isUntold(process),
    });
    return agentChange(agentMessage(rec, presence?.doc, undefined, process));
  };
  const agentEvent = async (event: Event): Promise<AgentChange[]> => {
    if (event.version <= (told.get(event.id)?.agent ?? 0)) return [];
    if (event.doc === undefined) {
      told.delete(event.id);
      const value = event.id.slice(mesh.uid.length + 1);
      return [create(AgentChangeSchema, { change: { case: "deletedAgentId", value } })];
    }
    return [tell(await seenAgent(store, recordOf<AgentRecord>(event)))];
  };
  const recOf = (agentId: string) => store.get(agentKind, agentKey(mesh.uid, agentId));
  /** What stands beside an agent's record changed; `isNews` compares it with what was told. */
  const besideEvent = async (
    rec: Rec<AgentRecord> | undefined,
    agentUid: string,
    isNews: (known: Told, seen: SeenAgent) => boolean,
  ): Promise<AgentChange[]> => {
    if (rec?.doc.uid !== agentUid) return [];
    const known = told.get(rec.id);
    // The record has changed since: the event that tells of it is on its way and brings this along.
    if (known !== undefined && rec.version > known.agent) return [];
    const seen = await seenAgent(store, rec);
    return known?.uid !== agentUid || isNews(known, seen) ? [tell(seen)] : [];
  };
  /** Whether a launcher is there decides whether anybody can tell of its children's processes. */
  const childrenEvents = async (launcherUid: string): Promise<AgentChange[]> => {
    const turned = ({ untold }: Told, { process }: SeenAgent): boolean =>
      process !== undefined && untold !== isUntold(process);
    const changes: AgentChange[] = [];
    for (const { agentId, agentUid } of await inCareOf(store, launcherUid))
      changes.push(...(await besideEvent(await recOf(agentId), agentUid, turned)));
    return changes;
  };
  const presenceEvent = async (event: Event): Promise<AgentChange[]> => {
    const { doc, version } = recordOf<PresenceRecord>(event);
    const rec = await recOf(doc.agentId);
    const own = await besideEvent(rec, doc.agentUid, ({ presence }) => version > presence);
    if (rec?.doc.role !== AgentRole.MANAGER) return own;
    return [...own, ...(await childrenEvents(doc.agentUid))];
  };
  const processEvent = async (event: Event): Promise<AgentChange[]> => {
    const { doc, version } = recordOf<ProcessRecord>(event);
    return besideEvent(await recOf(doc.agentId), doc.agentUid, ({ process }) => version > process);
  };

  yield* watchFeed({
    store,
    clock,
    signal: call.signal,
    subject: mesh.uid,
    cursor,
    kinds: [meshKind, agentKind, presenceKind, processKind],
    where: withinMesh(mesh),
    schema: AgentChangeSchema,
    snapshot: async function* () {
      for await (const page of agentPages(store, mesh.uid, snapshotPageAgents)) {
        yield { changes: page.agents.map(tell), cursor: page.cursor };
      }
      // Read after the first page, where history begins: a later deletion is an event.
      const current = await store.get(meshKind, meshId);
      over = current?.doc.uid !== mesh.uid;
    },
    translate: async (events) => {
      const changes: AgentChange[] = [];
      for (const event of events) {
        if (event.kind === meshKind.name) over ||= event.doc === undefined;
        else if (event.kind === agentKind.name) changes.push(...(await agentEvent(event)));
        else if (event.kind === presenceKind.name) changes.push(...(await presenceEvent(event)));
        else changes.push(...(await processEvent(event)));
      }
      return changes;
    },
    over: () => over,
  });
}

function agentChange(
  value: ReturnType<typeof agentMessage>,
): MessageShape<typeof AgentChangeSchema> {
  return create(AgentChangeSchema, { change: { case: "agent", value } });
}
