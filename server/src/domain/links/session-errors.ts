import { LivenessCause } from "@meshwork/gen/mesh/v1/agent";
import { DomainError } from "../errors.ts";
import type { LivenessInput } from "./liveness.ts";

/** What it means to be cut off with this error. */
export function cutInput({ reason, message }: DomainError): LivenessInput {
  const terminated = reason === "AGENT_TERMINATED";
  const cause = terminated ? LivenessCause.TERMINATED : LivenessCause.CREDENTIAL_REVOKED;
  return { kind: "cut", cause, evidence: message };
}

/** A newer session of the agent took over. */
export function superseded(agentId: string): DomainError {
  return new DomainError("SESSION_SUPERSEDED", `a newer session of agent ${agentId} took over`, {
    metadata: { agent_id: agentId },
  });
}

/** The agent did not end a call, and will not any more. */
export function outcomeUnknown(agentId: string, why: string): DomainError {
  return new DomainError(
    "OUTCOME_UNKNOWN",
    `agent ${agentId} did not end the call: ${why}; the effect may have happened or not`,
    { metadata: { agent_id: agentId } },
  );
}

/** The session could not be put on record. */
export function notSent(cause: unknown): DomainError {
  return new DomainError("NOT_SENT", "the session could not be put on record: try again", {
    cause,
  });
}

/** The agent has ended for good. */
export function agentTerminated(agentId: string): DomainError {
  return new DomainError("AGENT_TERMINATED", `agent ${agentId} is terminated`, {
    metadata: { agent_id: agentId },
  });
}
