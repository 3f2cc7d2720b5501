// `mesh meshes topology` as a tree of servers and their agents, and the flows between agents.
import type { Message } from "@bufbuild/protobuf";
import {
  AgentLivenessSchema,
  AgentRoleSchema,
  AgentStateSchema,
} from "@meshwork/gen/mesh/v1/agent";
import {
  TopologyEdge_Kind,
  TopologyNode_Kind,
  type MeshTopology,
  type TopologyEdge,
  type TopologyNode,
} from "@meshwork/gen/mesh/v1/mesh";
import { humanDuration } from "../../output/human.ts";
import { enumText } from "../../output/paths.ts";
import { tableLines } from "../../output/table.ts";

/** Each server with the agents that are linked to it, those that are linked to none, and the flows. */
export function topologyLines(message: Message): string[] {
  const { nodes, edges } = message as MeshTopology;
  const agents = nodes.filter(({ kind }) => kind === TopologyNode_Kind.AGENT);
  const byId = new Map(agents.map((each) => [each.nodeId, each]));
  const links = edges.filter(({ kind }) => kind === TopologyEdge_Kind.LINK);
  const linked = new Set(links.flatMap(({ fromNodeId, toNodeId }) => [fromNodeId, toNodeId]));
  const servers = nodes.filter(({ kind }) => kind === TopologyNode_Kind.SERVER);
  const loose = agents.filter(({ nodeId }) => !linked.has(nodeId));
  const flows = edges.filter(({ kind }) => kind === TopologyEdge_Kind.FLOW);
  return [
    ...servers.flatMap(({ nodeId }) => {
      const own = links.filter(
        ({ fromNodeId, toNodeId }) => fromNodeId === nodeId || toNodeId === nodeId,
      );
      return [`server ${nodeId}`, ...branch(own.map((edge) => agentCells(byId, edge, nodeId)))];
    }),
    ...(loose.length === 0 ? [] : ["not linked", ...branch(loose.map((each) => nodeCells(each)))]),
    ...(flows.length === 0 ? [] : ["flows", ...branch(flows.map(flowCells))]),
    ...(nodes.length === 0 ? ["nothing there"] : []),
  ];
}

function branch(cells: readonly string[][]): string[] {
  const lines = tableLines(cells);
  return lines.map((line, at) => `${at === lines.length - 1 ? "└─" : "├─"} ${line}`);
}

function agentCells(
  byId: ReadonlyMap<string, TopologyNode>,
  edge: TopologyEdge,
  server: string,
): string[] {
  const id = edge.fromNodeId === server ? edge.toNodeId : edge.fromNodeId;
  const agent = byId.get(id);
  const roundTrip =
    edge.roundTripDuration === undefined ? "" : humanDuration(edge.roundTripDuration);
  return agent === undefined ? [id] : [...nodeCells(agent), roundTrip];
}

function nodeCells({ nodeId, role, liveness, state, capabilities }: TopologyNode): string[] {
  return [
    nodeId,
    enumText(AgentRoleSchema, role) || "-",
    enumText(AgentLivenessSchema, liveness) || "never connected",
    enumText(AgentStateSchema, state) || "-",
    capabilities.join(",") || "-",
  ];
}

function flowCells({ fromNodeId, toNodeId, messages, calls }: TopologyEdge): string[] {
  return [
    `${fromNodeId} → ${toNodeId}`,
    `${messages.toString()} messages`,
    `${calls.toString()} calls`,
  ];
}
