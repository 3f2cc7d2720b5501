// Whom a message is for.
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { AgentRole, AgentSelectorSchema } from "@meshwork/gen/mesh/v1/agent";
import type { AgentMessageSchema } from "@meshwork/gen/mesh/v1/message";
import { check, checkCapability, checkId } from "./argument-checks.ts";

/** Agents by what they are; all that is given has to hold. */
export interface AgentSelection {
  /** One of these; at most 1,000. */
  readonly agentIds?: readonly string[];
  /** Of one of these roles; at most 16. */
  readonly roles?: readonly AgentRole[];
  /** With all of these; at most 16. */
  readonly capabilities?: readonly string[];
  /** With all of these; at most 16. */
  readonly matchLabels?: Readonly<Record<string, string>>;
  /** A condition in CEL over `agent`, such as `agent.labels.zone == "eu"`; at most 1,024 characters. */
  readonly expression?: string;
}

/** One member of a group, whichever takes it first. */
export interface GroupTarget {
  readonly group: string;
}

/** An agent by its id, one member of a group, a topic's subscribers, agents by what they are, or all. */
export type MessageTarget =
  | string
  | GroupTarget
  | { readonly topic: string }
  | { readonly selector: AgentSelection }
  | { readonly broadcast: true };

type TargetInit = NonNullable<MessageInitShape<typeof AgentMessageSchema>["target"]>;

const TOPIC = /^[a-zA-Z0-9_-]{1,63}([.][a-zA-Z0-9_-]{1,63}){0,15}$/;
const LABEL = /^[a-z]([a-z0-9._/-]{0,61}[a-z0-9])?$/;

/** A target as it travels. Throws AgentError (InvalidArgument). */
export function targetOf(target: MessageTarget): TargetInit {
  if (typeof target === "string") {
    checkId("agent id", target);
    return { case: "agentId", value: target };
  }
  if ("group" in target) {
    checkId("group", target.group);
    return { case: "group", value: target.group };
  }
  if ("topic" in target) {
    check(
      TOPIC.test(target.topic),
      "topic",
      target.topic,
      "tokens of letters, digits, _ and -, separated by dots, at most 16",
    );
    return { case: "topic", value: target.topic };
  }
  if ("selector" in target) return { case: "selector", value: selectorOf(target.selector) };
  check(target.broadcast, "broadcast", target.broadcast, "true");
  return { case: "broadcast", value: true };
}

/** Names the target for people. */
export function targetName(target: MessageTarget): string {
  return typeof target === "string" ? target : JSON.stringify(target);
}

/** A selection as it travels. Throws AgentError (InvalidArgument). */
export function selectorOf(
  selection: AgentSelection,
): MessageInitShape<typeof AgentSelectorSchema> {
  const {
    agentIds = [],
    roles = [],
    capabilities = [],
    matchLabels = {},
    expression = "",
  } = selection;
  check(agentIds.length <= 1_000, "number of agent ids", agentIds.length, "at most 1,000");
  for (const id of agentIds) checkId("agent id", id);
  check(roles.length <= 16, "number of roles", roles.length, "at most 16");
  check(capabilities.length <= 16, "number of capabilities", capabilities.length, "at most 16");
  for (const name of capabilities) checkCapability(name);
  const labels = Object.entries(matchLabels);
  check(labels.length <= 16, "number of labels", labels.length, "at most 16");
  for (const [key, value] of labels) {
    check(LABEL.test(key), "label", key, "lower-case letters, digits and ._/-, at most 63");
    const good = value.length <= 255 && value.isWellFormed();
    check(good, `value of label ${key}`, value, "at most 255 characters");
  }
  check(
    expression.length <= 1_024 && expression.isWellFormed(),
    "expression",
    expression,
    "at most 1,024 characters",
  );
  return {
    agentIds: [...agentIds],
    roles: [...roles],
    capabilities: [...capabilities],
    matchLabels: { ...matchLabels },
    expression,
  };
}
