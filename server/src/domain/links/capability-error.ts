import type { Status } from "@meshwork/gen/google/rpc/status";
import { DomainError } from "../errors.ts";
import { STATUS_MESSAGE_CHARACTERS_MAX } from "./limits.ts";

/** Canonical codes by number; an agent's status counts as UNKNOWN where it names none of them. */
const CODES = [
  "OK",
  "CANCELLED",
  "UNKNOWN",
  "INVALID_ARGUMENT",
  "DEADLINE_EXCEEDED",
  "NOT_FOUND",
  "ALREADY_EXISTS",
  "PERMISSION_DENIED",
  "RESOURCE_EXHAUSTED",
  "FAILED_PRECONDITION",
  "ABORTED",
  "OUT_OF_RANGE",
  "UNIMPLEMENTED",
  "INTERNAL",
  "UNAVAILABLE",
  "DATA_LOSS",
  "UNAUTHENTICATED",
] as const;

/**
 * What the caller hears of a call that the agent ended with a status: nothing for OK, else
 * CAPABILITY_FAILED. Its metadata holds `agent_id`, `capability`, the agent's `message` (cut to 1,024
 * characters) and `code`, the name of the canonical code that the agent gave: the gateway answers
 * with that code. Codes that are none of the sixteen become UNKNOWN.
 */
export function capabilityError(
  agentId: string,
  capability: string,
  status: Status,
): DomainError | undefined {
  if (status.code === 0) return undefined;
  const code = CODES[status.code] ?? "UNKNOWN";
  const said = status.message.slice(0, STATUS_MESSAGE_CHARACTERS_MAX);
  return new DomainError(
    "CAPABILITY_FAILED",
    `capability ${capability} of agent ${agentId} failed: ${said === "" ? code : said}`,
    { metadata: { agent_id: agentId, capability, code, message: said } },
  );
}
