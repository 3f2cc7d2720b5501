import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { AgentLiveness } from "@meshwork/gen/mesh/v1/agent";
import { type MeshChange, MeshChangeSchema } from "@meshwork/gen/mesh/v1/mesh";
import type { Event, Rec, Store } from "../../store/store.ts";
import { agentMessage } from "../agents/agent-message.ts";
import { agentPages, seenAgent, type SeenAgent } from "../agents/agent-queries.ts";
import { type AgentRecord, agentKey, agentKind } from "../agents/agent-record.ts";
import { recordOf, snapshotPageAgents, withinMesh } from "../agents/agent-watch.ts";
import { type PresenceRecord, presenceKind } from "../agents/presence-record.ts";
import { processKind, type ProcessRecord } from "../agents/process-record.ts";
import type { Call } from "../call.ts";
import type { Clock } from "../clock.ts";
import { type FeedResponse, watchFeed } from "../watch-feed.ts";
import { meshOf } from "./mesh-access.ts";
import { meshMessage } from "./mesh-message.ts";
import { meshKind, type MeshRecord } from "./mesh-record.ts";

export type MeshResponse = FeedResponse<MeshChange>;

/**
 * List, then watch all that happens in a mesh: every transition of every agent, each once, and every
 * report of a launcher's as a change of the agent.
 */
export async function* watchMesh(
  { store, clock }: { readonly store: Store; readonly clock: Clock },
  call: Call,
  { meshId, cursor }: { readonly meshId: string; readonly cursor: string },
): AsyncGenerator<MeshResponse> {
  const { doc: mesh } = await meshOf(store, call.principal, meshId);
  /** Versions that the watcher was told of; what is at or below them is no news. */
  const told = new Map<string, number>();
  let over = false;

  const tell = (kind: string, rec: Rec<unknown>): void => {
    told.set(`${kind}/${rec.id}`, rec.version);
  };
  const tellAgent = (seen: SeenAgent, time?: Date): MeshChange => {
    tell(agentKind.name, seen.rec);
    // By the agent's id, as the agent's deletion is told.
    const { agentId } = seen.rec.doc;
    if (seen.process) told.set(`${processKind.name}/${agentId}`, seen.process.rec.version);
    return agentChange(seen, time);
  };
  const translated = async (event: Event): Promise<MeshChange | undefined> => {
    if (event.version <= (told.get(`${event.kind}/${event.id}`) ?? 0)) return undefined;
    if (event.kind === presenceKind.name) return livenessChange(recordOf(event), false);
    if (event.kind === agentKind.name) {
      if (event.doc === undefined) {
        const value = event.id.slice(mesh.uid.length + 1);
        told.delete(`${agentKind.name}/${event.id}`);
        told.delete(`${processKind.name}/${value}`);
        return change(new Date(clock.now()), { case: "deletedAgentId", value });
      }
      return tellAgent(await seenAgent(store, recordOf<AgentRecord>(event)));
    }
    if (event.kind === processKind.name) return processChange(recordOf(event));
    if (event.doc !== undefined) return meshChange(recordOf(event));
    over = true;
    return change(new Date(clock.now()), { case: "deletedMeshId", value: meshId });
  };

  const processChange = async ({
    doc,
    version,
  }: Rec<ProcessRecord>): Promise<MeshChange | undefined> => {
    if (version <= (told.get(`${processKind.name}/${doc.agentId}`) ?? 0)) return undefined;
    const rec = await store.get(agentKind, agentKey(mesh.uid, doc.agentId));
    if (rec?.doc.uid !== doc.agentUid) return undefined;
    // A newer record is an event of its own, which brings this along.
    const known = told.get(`${agentKind.name}/${rec.id}`);
    return known !== undefined && rec.version > known
      ? undefined
      : tellAgent(await seenAgent(store, rec), doc.time);
  };

  yield* watchFeed({
    store,
    clock,
    signal: call.signal,
    subject: mesh.uid,
    cursor,
    kinds: [meshKind, agentKind, presenceKind, processKind],
    where: withinMesh(mesh),
    schema: MeshChangeSchema,
    snapshot: async function* () {
      let begun = false;
      for await (const page of agentPages(store, mesh.uid, snapshotPageAgents)) {
        const changes: MeshChange[] = [];
        if (!begun) {
          begun = true;
          // Read after the first page, where history begins: a later deletion is an event.
          const current = await store.get(meshKind, meshId);
          if (current?.doc.uid === mesh.uid) {
            tell(meshKind.name, current);
            changes.push(meshChange(current));
          } else over = true;
        }
        for (const seen of page.agents) {
          const { presence } = seen;
          changes.push(tellAgent(seen));
          if (presence === undefined) continue;
          tell(presenceKind.name, presence);
          changes.push(livenessChange(presence, true));
        }
        yield { changes, cursor: page.cursor };
      }
    },
    translate: async (events) => {
      const changes: MeshChange[] = [];
      for (const event of events) {
        const next = over ? undefined : await translated(event);
        if (next) changes.push(next);
      }
      return changes;
    },
    over: () => over,
  });
}

function meshChange(rec: Rec<MeshRecord>): MeshChange {
  return change(rec.doc.updateTime, { case: "mesh", value: meshMessage(rec) });
}

function agentChange(
  { rec, presence, process }: SeenAgent,
  time: Date = rec.doc.updateTime,
): MeshChange {
  const value = agentMessage(rec, presence?.doc, undefined, process);
  return change(time, { case: "agent", value });
}

/** In a snapshot only the present counts, so it has no `previous`. */
function livenessChange({ doc }: Rec<PresenceRecord>, snapshot: boolean): MeshChange {
  return change(doc.changeTime, {
    case: "liveness",
    value: {
      agentId: doc.agentId,
      agentUid: doc.agentUid,
      previous: snapshot ? AgentLiveness.UNSPECIFIED : doc.previous,
      liveness: doc.liveness,
      cause: doc.cause,
      evidence: doc.evidence,
      time: timestampFromDate(doc.changeTime),
      lastSeenTime: timestampFromDate(doc.lastSeenTime),
    },
  });
}

function change(
  time: Date,
  what: NonNullable<MessageInitShape<typeof MeshChangeSchema>["change"]>,
): MeshChange {
  return create(MeshChangeSchema, { time: timestampFromDate(time), change: what });
}
