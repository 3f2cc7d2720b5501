// Which agents are meant, as people type it.
import type { MessageInitShape } from "@bufbuild/protobuf";
import { AgentRole, type AgentSelectorSchema } from "@meshwork/gen/mesh/v1/agent";
import { usageError } from "../errors/cli-error.ts";
import { suggestion } from "../errors/did-you-mean.ts";

/** A selector as it is sent. */
export type Selector = MessageInitShape<typeof AgentSelectorSchema>;

/** `KEY=VALUE`: a key of labels, and a value without what conditions are made of. */
const pair = /^([a-z](?:[a-z0-9._/-]{0,61}[a-z0-9])?)=((?!=)[^\s"'()]*)$/;

/**
 * A list of `role=…`, `agent=…`, `capability=…` and otherwise labels, with commas between (`\,` stands
 * for a comma in a value); several roles or agents are alternatives. Every other text is a condition in
 * CEL. Throws a usage error that names `what` for an empty text, a role that is none, and a label that
 * is given twice.
 */
export function selectorOf(text: string, what: string): Selector {
  if (text.trim() === "")
    throw usageError(
      `${what} is empty`,
      "select by role=…, agent=…, capability=… or labels; the condition `true` selects all agents",
    );
  const pairs = text
    .split(/(?<!\\),/)
    .map((part) => pair.exec(part.trim().replaceAll("\\,", ",")))
    .map((match) => match && ([match[1] ?? "", match[2] ?? ""] as const));
  return pairs.every((each) => each !== null) ? listed(pairs, what) : { expression: text };
}

function listed(pairs: readonly (readonly [key: string, value: string])[], what: string): Selector {
  const valuesOf = (key: string) => pairs.filter(([name]) => name === key).map(([, each]) => each);
  const labels = pairs.filter(([key]) => !["role", "agent", "capability"].includes(key));
  const twice = labels.find(([key], at) => labels.findIndex(([other]) => other === key) !== at);
  if (twice !== undefined)
    throw usageError(
      `${what} names the label ${twice[0]} twice: no agent has both values`,
      `for either of them write a condition: agent.labels["${twice[0]}"] in ["a", "b"]`,
    );
  return {
    roles: valuesOf("role").map((each) => roleOf(each, what)),
    agentIds: valuesOf("agent"),
    capabilities: valuesOf("capability"),
    matchLabels: Object.fromEntries(labels),
  };
}

function roleOf(text: string, what: string): AgentRole {
  const role = roles[text.toLowerCase()];
  if (role !== undefined) return role;
  const names = Object.keys(roles);
  throw usageError(
    `${what} has no role ${JSON.stringify(text)}: it takes ${names.join(", ")}`,
    ...suggestion(text, names, "role="),
  );
}

const roles: Readonly<Record<string, AgentRole>> = Object.fromEntries(
  Object.entries(AgentRole)
    .filter(([, role]) => role !== AgentRole.UNSPECIFIED)
    .map(([name, role]) => [name.toLowerCase().replaceAll("_", "-"), role]),
);
