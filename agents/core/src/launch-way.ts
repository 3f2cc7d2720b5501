import { createClient, type Transport } from "@connectrpc/connect";
import type { ConnectRequest } from "@meshwork/gen/mesh/v1/agent_link_service";
import { CredentialService } from "@meshwork/gen/mesh/v1/credential_service";
import { type AgentError, agentErrorOf } from "./agent-error.ts";
import { agentFrame } from "./frames.ts";
import type { LaunchWay } from "./launch.ts";

/** What a launcher gets of its agent. `transport` carries the agent's own credential. */
export function launchWay(deps: {
  readonly meshId: string;
  readonly transport: Transport;
  send(frame: ConnectRequest): void;
  readonly failed: (error: AgentError) => void;
}): LaunchWay {
  const { meshId, transport, failed } = deps;
  const credentials = createClient(CredentialService, transport);
  return {
    meshId,
    joinToken: async (agentId) => {
      try {
        return (await credentials.createLaunchToken({ meshId, agentId })).joinToken;
      } catch (thrown) {
        throw agentErrorOf(thrown);
      }
    },
    report: (said) => {
      deps.send(agentFrame({ case: "launched", value: said }));
    },
    failed,
  };
}
