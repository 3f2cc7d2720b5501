// `mesh meshes watch` tells each event in one line.
import type { Message } from "@bufbuild/protobuf";
import {
  AgentLivenessSchema,
  AgentRoleSchema,
  AgentStateSchema,
  LivenessCauseSchema,
  type Agent,
} from "@meshwork/gen/mesh/v1/agent";
import { Mesh_StateSchema, type LivenessChange, type MeshChange } from "@meshwork/gen/mesh/v1/mesh";
import type { OutputStyle } from "../../output/format-names.ts";
import { clockTime } from "../../output/human.ts";
import { enumText } from "../../output/paths.ts";

/** One line: time, whom it is about, what happened and how it is known. */
export function changeLine(message: Message, style: OutputStyle): string {
  const { time, change } = message as MeshChange;
  const when = clockTime(time, style.time);
  switch (change.case) {
    case "mesh":
      return `${when}  ${change.value.meshId}  mesh is ${enumText(Mesh_StateSchema, change.value.state)}`;
    case "deletedMeshId":
      return `${when}  ${change.value}  mesh deleted`;
    case "agent":
      return `${when}  ${change.value.agentId}  ${agentText(change.value)}`;
    case "deletedAgentId":
      return `${when}  ${change.value}  agent deleted`;
    case "liveness":
      return `${when}  ${change.value.agentId}  ${livenessText(change.value)}`;
    case undefined:
      return `${when}  an event that this version does not know`;
  }
}

function livenessText({ previous, liveness, cause, evidence }: LivenessChange): string {
  const to = enumText(AgentLivenessSchema, liveness).toUpperCase();
  const from = enumText(AgentLivenessSchema, previous).toUpperCase();
  const why = enumText(LivenessCauseSchema, cause);
  return [from === "" ? to : `${from} → ${to}`, why, evidence === "" ? "" : `(${evidence})`]
    .filter((each) => each !== "")
    .join("  ");
}

function agentText({ role, status }: Agent): string {
  const state = enumText(AgentStateSchema, status?.state ?? 0);
  const reason = status?.reason ? `  (${status.reason})` : "";
  return `${enumText(AgentRoleSchema, role) || "agent"} is ${state || "on record"}${reason}`;
}
