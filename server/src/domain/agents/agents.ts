import type {
  DeleteAgentRequest,
  ListAgentsRequest,
  ProvisionAgentRequest,
  TerminateAgentRequest,
  UpdateAgentRequest,
} from "@meshwork/gen/mesh/v1/agent_service";
import type { Rec, Store } from "../../store/store.ts";
import type { Call } from "../call.ts";
import type { Clock } from "../clock.ts";
import type { Committer } from "../commit.ts";
import type { Ids } from "../ids.ts";
import { meshOf } from "../meshes/mesh-access.ts";
import { createPageTokens, pageSizeOf } from "../page-tokens.ts";
import { createAgentEnding } from "./agent-ending.ts";
import type { AgentLinks, LiveSession } from "./agent-links.ts";
import { createProvisioning, type Provisioned } from "./agent-provisioning.ts";
import { agentOf, filteredAgents, seenAgent, type SeenAgent } from "./agent-queries.ts";
import { createAgentQuota } from "./agent-quota.ts";
import type { AgentRecord } from "./agent-record.ts";
import { createAgentUpdate } from "./agent-update.ts";
import { type AgentsResponse, watchAgents } from "./agent-watch.ts";

/** An agent with all that is known of it. */
export interface KnownAgent extends SeenAgent {
  readonly live: LiveSession | undefined;
}

/** What can be done with the agents of a mesh. Every command checks the caller's reach, not its role. */
export interface Agents {
  /** Fails with RESOURCE_EXISTS, MESH_DELETING, QUOTA_EXCEEDED, INVALID_REQUEST, LAUNCHER_UNFIT. */
  provision(call: Call, request: ProvisionAgentRequest): Promise<Provisioned>;
  get(call: Call, name: { meshId: string; agentId: string }): Promise<KnownAgent>;
  list(
    call: Call,
    request: ListAgentsRequest,
  ): Promise<{ readonly agents: readonly KnownAgent[]; readonly nextPageToken: string }>;
  /** Fails with ETAG_MISMATCH, INVALID_REQUEST. */
  update(call: Call, request: UpdateAgentRequest): Promise<KnownAgent>;
  /** Puts the wish on record. An agent that has never been connected is TERMINATED at once. */
  terminate(call: Call, request: TerminateAgentRequest): Promise<KnownAgent>;
  /** Fails with AGENT_NOT_TERMINATED, PROCESS_RUNNING. Erases all that belongs to the agent. */
  delete(call: Call, request: DeleteAgentRequest): Promise<void>;
  /** Fails with CURSOR_TOO_OLD. Ends when the mesh is deleted or the caller goes away. */
  watch(call: Call, request: { meshId: string; cursor: string }): AsyncIterable<AgentsResponse>;
}

/** `quotaMax` is there for tests. */
export function createAgents(options: {
  readonly store: Store;
  readonly committer: Committer;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly links: () => AgentLinks;
  readonly quotaMax?: number;
}): Agents & { readonly quota: ReturnType<typeof createAgentQuota> } {
  const { store, clock, links } = options;
  const quota = createAgentQuota(store, options.quotaMax);
  const pages = createPageTokens(options);

  const known = (seen: SeenAgent): KnownAgent => ({
    ...seen,
    live: links().session(seen.rec.doc.uid),
  });
  const seen = async (rec: Rec<AgentRecord>): Promise<KnownAgent> =>
    known(await seenAgent(store, rec));

  return {
    quota,
    provision: createProvisioning({ ...options, quota }),
    get: async (call, name) => seen((await agentOf(store, call.principal, name)).rec),
    list: async (call, request) => {
      const { doc } = await meshOf(store, call.principal, request.meshId);
      const { liveness, states, role, matchLabels } = request;
      const labels = Object.entries(matchLabels).sort(([a], [b]) => (a < b ? -1 : 1));
      const binding = [doc.uid, [...liveness].sort(), [...states].sort(), role, labels];
      const { agents, next } = await filteredAgents(store, doc.uid, request, {
        limit: pageSizeOf(request.pageSize),
        after: await pages.open(call, binding, request.pageToken),
      });
      const nextPageToken = next === undefined ? "" : await pages.seal(call, binding, next);
      return { agents: agents.map(known), nextPageToken };
    },
    update: createAgentUpdate(options, seen),
    ...createAgentEnding({ ...options, quota }, seen),
    watch: (call, request) => watchAgents({ store, clock }, call, request),
  };
}
