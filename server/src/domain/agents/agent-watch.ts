import { create, type MessageShape } from "@bufbuild/protobuf";
import { type AgentChange, AgentChangeSchema } from "@meshwork/gen/mesh/v1/agent_service";
import type { Event, Rec, Store } from "../../store/store.ts";
import type { Call } from "../call.ts";
import type { Clock } from "../clock.ts";
import { meshOf } from "../meshes/mesh-access.ts";
import { meshKind, type MeshRecord } from "../meshes/mesh-record.ts";
import { type FeedResponse, watchFeed } from "../watch-feed.ts";
import { agentMessage } from "./agent-message.ts";
import { agentPages, type SeenAgent } from "./agent-queries.ts";
import { type AgentRecord, agentKey, agentKind } from "./agent-record.ts";
import { type PresenceRecord, presenceKind } from "./presence-record.ts";

export type AgentsResponse = FeedResponse<AgentChange>;

/** Agents in one part of a snapshot. */
export const snapshotPageAgents = 200;

/** Keeps only what happens in one mesh: to itself, its agents and their liveness. */
export function withinMesh(mesh: MeshRecord): (event: Event) => boolean {
  const agents = `${mesh.uid}/`;
  return ({ kind, id, doc }) => {
    if (kind === agentKind.name) return id.startsWith(agents);
    if (kind === presenceKind.name) {
      return (doc as PresenceRecord | undefined)?.meshUid === mesh.uid;
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
}

/** List, then watch the agents of a mesh, each with the newest liveness known. */
export async function* watchAgents(
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  call: Call,
  { meshId, cursor }: { readonly meshId: string; readonly cursor: string },
): AsyncGenerator<AgentsResponse> {
  const { doc: mesh } = await meshOf(store, call.principal, meshId);
  const told = new Map<string, Told>();
  let over = false;

  const tell = ({ rec, presence }: SeenAgent): AgentChange => {
    const { uid } = rec.doc;
    told.set(rec.id, { uid, agent: rec.version, presence: presence?.version ?? 0 });
    return agentChange(agentMessage(rec, presence?.doc, undefined));
  };
  const agentEvent = async (event: Event): Promise<AgentChange | undefined> => {
    if (event.version <= (told.get(event.id)?.agent ?? 0)) return undefined;
    if (event.doc === undefined) {
      told.set(event.id, { uid: "", agent: event.version, presence: 0 });
      return create(AgentChangeSchema, {
        change: { case: "deletedAgentId", value: event.id.slice(mesh.uid.length + 1) },
      });
    }
    const rec = recordOf<AgentRecord>(event);
    return tell({ rec, presence: await store.get(presenceKind, rec.doc.uid) });
  };
  const presenceEvent = async (event: Event): Promise<AgentChange | undefined> => {
    const presence = recordOf<PresenceRecord>(event);
    const id = agentKey(mesh.uid, presence.doc.agentId);
    const known = told.get(id);
    if (known?.uid === presence.doc.agentUid && presence.version <= known.presence)
      return undefined;
    const rec = await store.get(agentKind, id);
    if (rec?.doc.uid !== presence.doc.agentUid) return undefined;
    // The record has changed since: the event that tells of it is on its way and brings this along.
    if (known !== undefined && rec.version > known.agent) return undefined;
    const newest = await store.get(presenceKind, presence.doc.agentUid);
    return newest && tell({ rec, presence: newest });
  };

  yield* watchFeed({
    store,
    clock,
    signal: call.signal,
    subject: mesh.uid,
    cursor,
    kinds: [meshKind, agentKind, presenceKind],
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
        else {
          const change = await (event.kind === agentKind.name
            ? agentEvent(event)
            : presenceEvent(event));
          if (change) changes.push(change);
        }
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
