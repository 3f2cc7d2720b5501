// `mesh meshes status` for people.
import type { Message } from "@bufbuild/protobuf";
import {
  AgentLivenessSchema,
  AgentRoleSchema,
  AgentStateSchema,
} from "@meshwork/gen/mesh/v1/agent";
import {
  MeshStatus_HealthSchema,
  type MeshMail,
  type MeshStatus,
  type MeshTraffic,
} from "@meshwork/gen/mesh/v1/mesh";
import { humanTime } from "../../output/human.ts";
import type { OutputStyle } from "../../output/format-names.ts";
import { enumText } from "../../output/paths.ts";
import { tableLines } from "../../output/table.ts";

/** Name and value of each fact, a line each. */
export function statusLines(message: Message, style: OutputStyle): string[] {
  const status = message as MeshStatus;
  const { traffic, mail } = status;
  return tableLines([
    ["Mesh", status.meshId],
    ["Health", healthText(status)],
    ["Agents", String(status.agents)],
    ["  by liveness", livenessText(status)],
    ["  by state", counts(status.byState, ({ state }) => enumText(AgentStateSchema, state))],
    ["  by role", counts(status.byRole, ({ role }) => enumText(AgentRoleSchema, role))],
    ["Sessions", String(status.sessions)],
    ["Calls in flight", String(status.callsInFlight)],
    ...(traffic === undefined ? [] : trafficRows(traffic)),
    ...(mail === undefined ? [] : mailRows(mail)),
    ["As of", status.time === undefined ? "-" : humanTime(status.time, style.time, style.nowMs)],
  ]);
}

/** How the mesh fares, and why. */
export function healthText({ health, reason }: MeshStatus): string {
  const name = enumText(MeshStatus_HealthSchema, health) || "unknown";
  return reason === "" ? name : `${name}: ${reason}`;
}

/** Agents by liveness, such as `2 alive, 1 lost`. */
export function livenessText({ byLiveness }: MeshStatus): string {
  return counts(
    byLiveness,
    ({ liveness }) => enumText(AgentLivenessSchema, liveness) || "never connected",
  );
}

/** What waits for agents that are away or busy, and what waits for its time. */
export function backlogText({ waiting, scheduled }: MeshMail): string {
  return `${waiting} waiting, ${scheduled} scheduled`;
}

/** A rate as people read it. */
export function rate(perSecond: number): string {
  return `${perSecond.toFixed(1)}/s`;
}

function trafficRows(traffic: MeshTraffic): string[][] {
  const messages = [
    rate(traffic.messagesPerSecond),
    `${traffic.messagesDelivered} delivered`,
    `${traffic.messagesRedelivered} redelivered`,
    `${traffic.messagesDropped} dropped`,
  ];
  const calls = [
    rate(traffic.callsPerSecond),
    `${traffic.callsSucceeded} succeeded`,
    `${traffic.callsFailed} failed`,
  ];
  return [
    ["Messages", messages.join(", ")],
    ["Calls", calls.join(", ")],
    ["Frames", `${traffic.framesReceived} received, ${traffic.framesSent} sent`],
  ];
}

function mailRows(mail: MeshMail): string[][] {
  return [
    ["Backlog", backlogText(mail)],
    ["Messages in flight", String(mail.inFlight)],
    ["Dead letters", String(mail.deadLetters)],
  ];
}

function counts<T extends { agents: number }>(
  all: readonly T[],
  name: (each: T) => string,
): string {
  return all.map((each) => `${each.agents} ${name(each)}`).join(", ") || "none";
}
