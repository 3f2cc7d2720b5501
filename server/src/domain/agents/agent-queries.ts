// Reads of agents: one by name or uid, pages, and what stands beside them.
import type { AgentLiveness, AgentRole, AgentState } from "@meshwork/gen/mesh/v1/agent";
import type { Principal } from "../../security/principal.ts";
import { type Cursor, PAGE_RECORDS_MAX, type Rec, type Store } from "../../store/store.ts";
import { notFound } from "../errors.ts";
import { meshOf } from "../meshes/mesh-access.ts";
import type { MeshRecord } from "../meshes/mesh-record.ts";
import { labelsOf } from "./agent-message.ts";
import { type AgentRecord, agentKey, agentKind } from "./agent-record.ts";
import { processesOf, type SeenProcess } from "./launch-status.ts";
import { listScanMax } from "./limits.ts";
import { type PresenceRecord, presenceKind } from "./presence-record.ts";

/** An agent with its last change of liveness and, if it is launched, its process. */
export interface SeenAgent {
  readonly rec: Rec<AgentRecord>;
  readonly presence: Rec<PresenceRecord> | undefined;
  readonly process: SeenProcess | undefined;
}

/** What a list may be narrowed to; empty or unspecified means all. */
export interface AgentFilter {
  readonly liveness: readonly AgentLiveness[];
  readonly states: readonly AgentState[];
  readonly role: AgentRole;
  readonly matchLabels: Readonly<Record<string, string>>;
}

/** The agent that a caller names, and its mesh. Fails with RESOURCE_NOT_FOUND. */
export async function agentOf(
  store: Store,
  principal: Principal,
  { meshId, agentId }: { readonly meshId: string; readonly agentId: string },
): Promise<{ readonly mesh: Rec<MeshRecord>; readonly rec: Rec<AgentRecord> }> {
  const mesh = await meshOf(store, principal, meshId);
  const rec = await store.get(agentKind, agentKey(mesh.doc.uid, agentId));
  if (rec === undefined) throw notFound("agents", `${meshId}/${agentId}`);
  return { mesh, rec };
}

/** An agent by its uid. */
export async function agentByUid(store: Store, uid: string): Promise<Rec<AgentRecord> | undefined> {
  const { items } = await store.list(agentKind, { eq: { uid }, limit: 1 });
  return items[0];
}

/** All agents of a mesh by id, page by page. Each page has the cursor of its own snapshot. */
export async function* agentPages(
  store: Store,
  meshUid: string,
  limit: number = PAGE_RECORDS_MAX,
): AsyncGenerator<{ readonly agents: readonly SeenAgent[]; readonly cursor: Cursor }> {
  let after: string | undefined;
  do {
    const page = await store.list(agentKind, {
      eq: { meshUid },
      order: { field: "agentId" },
      limit,
      ...(after !== undefined && { after }),
    });
    yield { agents: await seenAgents(store, page.items), cursor: page.cursor };
    after = page.next;
  } while (after !== undefined);
}

/**
 * Up to `limit` agents that pass the filter, by id, beginning behind the agent id `after`. `next` is
 * where the next page begins; a page may be short, or even empty, and yet have a `next`, because it
 * looks at no more than `listScanMax` records.
 */
export async function filteredAgents(
  store: Store,
  meshUid: string,
  filter: AgentFilter,
  { limit, after }: { readonly limit: number; readonly after: string | undefined },
): Promise<{ readonly agents: readonly SeenAgent[]; readonly next: string | undefined }> {
  const passes = passing(filter);
  const agents: SeenAgent[] = [];
  let position = after;
  for (let scanned = 0; scanned < listScanMax;) {
    const page = await store.list(agentKind, {
      eq: { meshUid },
      order: { field: "agentId" },
      // "!" sorts before every character of an id, so this is the first id behind `position`.
      ...(position !== undefined && { range: { field: "agentId", from: `${position}!` } }),
      limit: Math.min(PAGE_RECORDS_MAX, Math.max(limit, 100)),
    });
    for (const seen of await seenAgents(store, page.items)) {
      if (agents.length === limit) return { agents, next: position };
      position = seen.rec.doc.agentId;
      if (passes(seen)) agents.push(seen);
    }
    scanned += page.items.length;
    if (page.next === undefined) return { agents, next: undefined };
  }
  return { agents, next: position };
}

async function seenAgents(store: Store, recs: readonly Rec<AgentRecord>[]): Promise<SeenAgent[]> {
  const docs = recs.map(({ doc }) => doc);
  const [presences, processes] = await Promise.all([
    store.getMany(
      presenceKind,
      docs.map(({ uid }) => uid),
    ),
    processesOf(store, docs),
  ]);
  return recs.map((rec, index) => ({
    rec,
    presence: presences[index],
    process: processes.get(rec.doc.uid),
  }));
}

/** What stands beside an agent's record, as of now. */
export async function seenAgent(store: Store, rec: Rec<AgentRecord>): Promise<SeenAgent> {
  const [seen] = await seenAgents(store, [rec]);
  return seen!;
}

function passing(filter: AgentFilter): (agent: SeenAgent) => boolean {
  const labels = Object.entries(filter.matchLabels);
  return ({ rec: { doc }, presence }) => {
    if (filter.role !== 0 && doc.role !== filter.role) return false;
    if (filter.states.length > 0 && !filter.states.includes(doc.state)) return false;
    if (filter.liveness.length > 0 && !filter.liveness.includes(presence?.doc.liveness ?? 0)) {
      return false;
    }
    const own = labelsOf(doc);
    return labels.every(([name, value]) => own[name] === value);
  };
}
