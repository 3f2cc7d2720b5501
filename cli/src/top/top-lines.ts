// What `mesh top` shows of a mesh.
import {
  AgentLivenessSchema,
  AgentRoleSchema,
  AgentStateSchema,
  type Agent,
} from "@meshwork/gen/mesh/v1/agent";
import type { MeshStatus } from "@meshwork/gen/mesh/v1/mesh";
import type { OutputStyle } from "../output/format-names.ts";
import { humanBytes, humanTime } from "../output/human.ts";
import { enumText } from "../output/paths.ts";
import { safe } from "../output/printable.ts";
import { tableLines } from "../output/table.ts";
import { backlogText, healthText, livenessText, rate } from "../rpc/specials/meshes-status.ts";

/** One look at a mesh. */
export interface Seen {
  readonly status: MeshStatus | undefined;
  readonly agents: readonly Agent[];
}

/** The mesh as a whole, an empty line, and its agents. */
export function topLines({ status, agents }: Seen, style: OutputStyle): string[] {
  return [...(status === undefined ? [] : meshLines(status)), "", ...agentLines(agents, style)];
}

function meshLines(status: MeshStatus): string[] {
  const { traffic, mail } = status;
  const messages = [
    rate(traffic?.messagesPerSecond ?? 0),
    `${mail?.inFlight ?? 0n} in flight`,
    `${traffic?.messagesRedelivered ?? 0n} redelivered`,
    count(mail?.deadLetters ?? 0n, "dead letter"),
  ];
  const calls = [rate(traffic?.callsPerSecond ?? 0), `${status.callsInFlight} in flight`];
  return tableLines([
    ["Mesh", `${status.meshId}, ${safe(healthText(status))}`],
    ["Agents", `${status.agents}: ${livenessText(status)}`],
    ["Messages", messages.join(", ")],
    ["Backlog", mail === undefined ? "-" : backlogText(mail)],
    ["Calls", calls.join(", ")],
  ]);
}

function count(of: bigint, what: string): string {
  return `${of} ${what}${of === 1n ? "" : "s"}`;
}

function agentLines(agents: readonly Agent[], { headers, time, nowMs }: OutputStyle): string[] {
  const heads = ["AGENT", "ROLE", "LIVENESS", "STATE", "CPU", "MEMORY", "CALLS", "LAST SEEN"];
  const rows = agents.map(({ agentId, role, status }) => {
    const { load, lastSeenTime } = status ?? {};
    return [
      safe(agentId),
      enumText(AgentRoleSchema, role) || "-",
      enumText(AgentLivenessSchema, status?.liveness ?? 0) || "-",
      enumText(AgentStateSchema, status?.state ?? 0) || "-",
      load === undefined ? "-" : `${Math.round(load.cpuCores * 100)}%`,
      load === undefined ? "-" : humanBytes(Number(load.memoryBytes)),
      load === undefined ? "-" : String(load.callsInFlight),
      lastSeenTime === undefined ? "-" : humanTime(lastSeenTime, time, nowMs),
    ];
  });
  return tableLines(headers ? [heads, ...rows] : rows);
}
