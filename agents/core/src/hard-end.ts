import { AgentError, type Reason } from "./agent-error.ts";

/** Why an agent ended for good, in words that say what to do. */
export function explained(reason: AgentError, agentId: string, place: string): AgentError {
  const cures: Partial<Record<Reason | "", string>> = {
    CREDENTIAL_INVALID:
      `the server refuses the credential of agent ${agentId} in ${place}: ` +
      "check the clock, or remove the credential and join with a new token",
    SESSION_SUPERSEDED: `another process connected as agent ${agentId}: give each process a credential of its own`,
    AGENT_TERMINATED: `agent ${agentId} was terminated and cannot come back: provision another`,
    PERMISSION_MISSING: `agent ${agentId} may not hold a link: ${reason.message}`,
  };
  return new AgentError(reason.code, cures[reason.reason] ?? reason.message, {
    reason: reason.reason,
    metadata: { ...reason.metadata },
    cause: reason,
  });
}
