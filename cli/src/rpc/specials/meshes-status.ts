// `mesh meshes status` for people.
import type { Message } from "@bufbuild/protobuf";
import {
  AgentLivenessSchema,
  AgentRoleSchema,
  AgentStateSchema,
} from "@meshwork/gen/mesh/v1/agent";
import { MeshStatus_HealthSchema, type MeshStatus } from "@meshwork/gen/mesh/v1/mesh";
import { humanTime } from "../../output/human.ts";
import type { OutputStyle } from "../../output/format-names.ts";
import { enumText } from "../../output/paths.ts";
import { tableLines } from "../../output/table.ts";

/** Name and value of each fact, a line each. */
export function statusLines(message: Message, style: OutputStyle): string[] {
  const status = message as MeshStatus;
  const { traffic } = status;
  const counts = <T extends { agents: number }>(
    all: readonly T[],
    name: (each: T) => string,
  ): string => {
    return all.map((each) => `${each.agents} ${name(each)}`).join(", ") || "none";
  };
  const health = enumText(MeshStatus_HealthSchema, status.health) || "unknown";
  return tableLines([
    ["Mesh", status.meshId],
    ["Health", status.reason === "" ? health : `${health}: ${status.reason}`],
    ["Agents", String(status.agents)],
    [
      "  by liveness",
      counts(
        status.byLiveness,
        ({ liveness }) => enumText(AgentLivenessSchema, liveness) || "never connected",
      ),
    ],
    ["  by state", counts(status.byState, ({ state }) => enumText(AgentStateSchema, state))],
    ["  by role", counts(status.byRole, ({ role }) => enumText(AgentRoleSchema, role))],
    ["Sessions", String(status.sessions)],
    ["Calls in flight", String(status.callsInFlight)],
    ...(traffic === undefined
      ? []
      : [
          [
            "Messages",
            `${rate(traffic.messagesPerSecond)}, ${traffic.messagesDelivered.toString()} delivered, ${traffic.messagesDropped.toString()} dropped`,
          ],
          [
            "Calls",
            `${rate(traffic.callsPerSecond)}, ${traffic.callsSucceeded.toString()} succeeded, ${traffic.callsFailed.toString()} failed`,
          ],
          [
            "Frames",
            `${traffic.framesReceived.toString()} received, ${traffic.framesSent.toString()} sent`,
          ],
        ]),
    ["As of", status.time === undefined ? "-" : humanTime(status.time, style.time, style.nowMs)],
  ]);
}

function rate(perSecond: number): string {
  return `${perSecond.toFixed(1)}/s`;
}
