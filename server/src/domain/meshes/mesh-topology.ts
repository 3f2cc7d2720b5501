import { create } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import {
  type MeshTopology,
  MeshTopologySchema,
  type TopologyEdge,
  TopologyEdge_Kind,
  TopologyEdgeSchema,
  type TopologyNode,
  TopologyNode_Kind,
  TopologyNodeSchema,
} from "@meshwork/gen/mesh/v1/mesh";
import type { Store } from "../../store/store.ts";
import type { AgentLinks } from "../agents/agent-links.ts";
import { agentPages, type SeenAgent } from "../agents/agent-queries.ts";
import type { Clock } from "../clock.ts";
import { topologyAgentsMax, topologyEdgesMax } from "./limits.ts";
import type { MeshRecord } from "./mesh-record.ts";
import { exactDuration } from "../exact-duration.ts";

/** Who is linked to whom: agents by id up to the limit, the servers that hold them, who talked. */
export async function meshTopology(
  { store, clock, links }: { store: Store; clock: Clock; links: () => AgentLinks },
  mesh: MeshRecord,
): Promise<MeshTopology> {
  const agents: SeenAgent[] = [];
  for await (const page of agentPages(store, mesh.uid)) {
    agents.push(...page.agents.slice(0, topologyAgentsMax - agents.length));
    if (agents.length >= topologyAgentsMax) break;
  }
  const edges = [...linkEdges(agents, links()), ...flowEdges(mesh, agents, links())];
  const servers = new Set([links().nodeId]);
  for (const { kind, fromNodeId } of edges) {
    if (kind === TopologyEdge_Kind.LINK) servers.add(fromNodeId);
  }
  return create(MeshTopologySchema, {
    nodes: [
      ...[...servers].map((nodeId) =>
        create(TopologyNodeSchema, { nodeId, kind: TopologyNode_Kind.SERVER }),
      ),
      ...agents.map(agentNode),
    ],
    edges: edges.slice(0, topologyEdgesMax),
    time: timestampFromDate(new Date(clock.now())),
  });
}

function agentNode({ rec: { doc }, presence }: SeenAgent): TopologyNode {
  return create(TopologyNodeSchema, {
    nodeId: doc.agentId,
    kind: TopologyNode_Kind.AGENT,
    role: doc.role,
    state: doc.state,
    capabilities: [...doc.capabilities],
    ...(presence && { liveness: presence.doc.liveness }),
  });
}

/** An open session is known from the process that holds it, or else from the presence record. */
function linkEdges(agents: readonly SeenAgent[], links: AgentLinks): TopologyEdge[] {
  return agents.flatMap(({ rec: { doc }, presence }) => {
    const live = links.session(doc.uid);
    const elsewhere = presence?.doc.nodeId !== links.nodeId && presence?.doc.sessionId !== "";
    const fromNodeId = live?.nodeId ?? (elsewhere ? presence?.doc.nodeId : undefined);
    if (fromNodeId === undefined) return [];
    return create(TopologyEdgeSchema, {
      fromNodeId,
      toNodeId: doc.agentId,
      kind: TopologyEdge_Kind.LINK,
      ...(live?.roundTripMs !== undefined && {
        roundTripDuration: exactDuration(live.roundTripMs),
      }),
    });
  });
}

/** Flows between agents that are shown; others would hang in the air. */
function flowEdges(
  mesh: MeshRecord,
  agents: readonly SeenAgent[],
  links: AgentLinks,
): TopologyEdge[] {
  const shown = new Set(agents.map(({ rec }) => rec.doc.agentId));
  return links
    .mesh(mesh.uid)
    .flows.filter(({ from, to }) => shown.has(from) && shown.has(to))
    .map(({ from, to, messages, calls }) =>
      create(TopologyEdgeSchema, {
        fromNodeId: from,
        toNodeId: to,
        kind: TopologyEdge_Kind.FLOW,
        messages: BigInt(messages),
        calls: BigInt(calls),
      }),
    );
}
