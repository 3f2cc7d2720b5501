// A message as lines of names and values.
import type { AgentMessage } from "@meshwork/gen/mesh/v1/message";
import { DeliveryGuaranteeSchema } from "@meshwork/gen/mesh/v1/message";
import { toJson } from "@bufbuild/protobuf";
import { AgentSelectorSchema } from "@meshwork/gen/mesh/v1/agent";
import type { OutputStyle } from "../../output/format-names.ts";
import { humanDuration, humanTime } from "../../output/human.ts";
import { enumText } from "../../output/paths.ts";
import { payloadLines, safe } from "../../output/printable.ts";

/** A name and its value. */
export type Fact = readonly [name: string, value: string];

/** What is known of a message besides its payload; what is empty is left out. */
export function messageFacts(message: AgentMessage | undefined, style: OutputStyle): Fact[] {
  if (message === undefined) return [];
  const { headers, acceptTime, ttl, delay } = message;
  const all: Fact[] = [
    ["Message", message.messageId],
    ["Sender", safe(message.sender)],
    ["To", targetText(message)],
    ["Subject", safe(message.subject)],
    ["Content type", safe(message.contentType)],
    ...Object.entries(headers).map(([key, value]): Fact => [`Header ${safe(key)}`, safe(value)]),
    ["Correlation id", safe(message.correlationId)],
    ["Guarantee", enumText(DeliveryGuaranteeSchema, message.guarantee)],
    ["Accepted", acceptTime === undefined ? "" : humanTime(acceptTime, style.time, style.nowMs)],
    ["Lives for", ttl === undefined ? "" : humanDuration(ttl)],
    ["Delayed by", delay === undefined ? "" : humanDuration(delay)],
  ];
  return all.filter(([, value]) => value !== "");
}

/** An empty line and the payload, as text where it is that; nothing where there is none. */
export function contentLines(message: AgentMessage | undefined): string[] {
  return message === undefined || message.payload.length === 0
    ? []
    : ["", ...payloadLines(message)];
}

function targetText({ target }: AgentMessage): string {
  switch (target.case) {
    case "agentId":
      return `agent ${target.value}`;
    case "group":
    case "topic":
      return `${target.case} ${target.value}`;
    case "selector":
      return `agents ${safe(JSON.stringify(toJson(AgentSelectorSchema, target.value)))}`;
    case "broadcast":
      return "all agents";
    default:
      return "";
  }
}
