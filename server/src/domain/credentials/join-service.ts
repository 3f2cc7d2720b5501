import { create } from "@bufbuild/protobuf";
import type { ServiceImpl } from "@connectrpc/connect";
import {
  type AgentLinkService,
  JoinMeshResponseSchema,
} from "@meshwork/gen/mesh/v1/agent_link_service";
import { agentMessage } from "../agents/agent-message.ts";
import { callOf } from "../call-service.ts";
import type { createJoins } from "./joins.ts";

/** `JoinMesh` of `mesh.v1.AgentLinkService`; the link itself is the gateway's. */
export function createJoinService({
  join,
}: {
  readonly join: ReturnType<typeof createJoins>;
}): Pick<ServiceImpl<typeof AgentLinkService>, "joinMesh"> {
  return {
    joinMesh: async (request, context) => {
      const joined = await join(callOf(context), request);
      return create(JoinMeshResponseSchema, {
        agent: agentMessage(joined, undefined, undefined),
        meshUid: joined.doc.meshUid,
      });
    },
  };
}
