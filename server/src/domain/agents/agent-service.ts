import { create } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { ServiceImpl } from "@connectrpc/connect";
import type { Agent } from "@meshwork/gen/mesh/v1/agent";
import {
  type AgentService,
  DeleteAgentResponseSchema,
  GetAgentResponseSchema,
  ListAgentsResponseSchema,
  ProvisionAgentResponseSchema,
  TerminateAgentResponseSchema,
  UpdateAgentResponseSchema,
  WatchAgentsResponseSchema,
} from "@meshwork/gen/mesh/v1/agent_service";
import { callOf } from "../call-service.ts";
import { agentMessage } from "./agent-message.ts";
import type { Agents, KnownAgent } from "./agents.ts";

/** The RPCs of `mesh.v1.AgentService`. */
export function createAgentService({
  agents,
}: {
  readonly agents: Agents;
}): ServiceImpl<typeof AgentService> {
  return {
    provisionAgent: async (request, context) => {
      const made = await agents.provision(callOf(context), request);
      return create(ProvisionAgentResponseSchema, {
        agent: made.agent,
        joinToken: made.joinToken,
        joinTokenId: made.joinTokenId,
        ...(made.expireTime && { expireTime: timestampFromDate(made.expireTime) }),
      });
    },
    getAgent: async (request, context) =>
      create(GetAgentResponseSchema, {
        agent: message(await agents.get(callOf(context), request)),
      }),
    listAgents: async (request, context) => {
      const page = await agents.list(callOf(context), request);
      return create(ListAgentsResponseSchema, {
        agents: page.agents.map(message),
        nextPageToken: page.nextPageToken,
      });
    },
    updateAgent: async (request, context) =>
      create(UpdateAgentResponseSchema, {
        agent: message(await agents.update(callOf(context), request)),
      }),
    terminateAgent: async (request, context) =>
      create(TerminateAgentResponseSchema, {
        agent: message(await agents.terminate(callOf(context), request)),
      }),
    deleteAgent: async (request, context) => {
      await agents.delete(callOf(context), request);
      return create(DeleteAgentResponseSchema);
    },
    watchAgents: async function* (request, context) {
      for await (const response of agents.watch(callOf(context), request)) {
        yield create(WatchAgentsResponseSchema, response);
      }
    },
  };
}

function message({ rec, presence, live, process }: KnownAgent): Agent {
  return agentMessage(rec, presence?.doc, live, process);
}
