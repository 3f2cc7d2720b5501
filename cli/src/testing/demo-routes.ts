// A mesh of agents that a test's server makes up, and notes of what it was asked.
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, type ConnectRouter, type HandlerContext } from "@connectrpc/connect";
import { BadRequestSchema, ErrorInfoSchema } from "@meshwork/gen/google/rpc/error_details";
import {
  AgentDesiredState,
  AgentLiveness,
  AgentRole,
  AgentSchema,
  AgentState,
  LivenessCause,
  type Agent,
} from "@meshwork/gen/mesh/v1/agent";
import {
  AgentService,
  WatchAgentsResponseSchema,
  type ListAgentsRequest,
  type ProvisionAgentRequest,
  type TerminateAgentRequest,
  type UpdateAgentRequest,
  type WatchAgentsRequest,
} from "@meshwork/gen/mesh/v1/agent_service";
import { AuthService } from "@meshwork/gen/mesh/v1/auth_service";
import { Role } from "@meshwork/gen/mesh/v1/credential";
import {
  CredentialService,
  type CreateApiKeyRequest,
} from "@meshwork/gen/mesh/v1/credential_service";
import { MeshService } from "@meshwork/gen/mesh/v1/mesh_service";
import { MessageService, type SendMessageRequest } from "@meshwork/gen/mesh/v1/message_service";
import { WatchPhase } from "@meshwork/gen/mesh/v1/watch";
import { once } from "node:events";

/** Agents of the list: more than two pages. */
export const agentCount = 2_300;

function agent(agentId: string, state: AgentState = AgentState.RUNNING): Agent {
  return create(AgentSchema, {
    meshId: "demo",
    agentId,
    uid: `uid-${agentId}`,
    role: AgentRole.WORKER,
    capabilities: ["echo", "file.digest"],
    status: { liveness: AgentLiveness.ALIVE, livenessCause: LivenessCause.FRAME_RECEIVED, state },
    createTime: timestampFromDate(new Date("2026-01-31T12:00:00Z")),
  });
}

function refuse(code: Code, message: string, reason: string, metadata = {}): ConnectError {
  return new ConnectError(message, code, { "x-request-id": "call-7" }, [
    { desc: ErrorInfoSchema, value: { reason, domain: "meshwork", metadata } },
  ]);
}

/** What a test's server was asked. */
export interface Seen {
  readonly list: ListAgentsRequest[];
  readonly watch: WatchAgentsRequest[];
  readonly update: UpdateAgentRequest[];
  readonly provision: ProvisionAgentRequest[];
  readonly terminate: TerminateAgentRequest[];
  readonly send: SendMessageRequest[];
  readonly keys: CreateApiKeyRequest[];
  readonly tokens: (string | null)[];
}

/** Nothing yet. */
export function nothingSeen(): Seen {
  return {
    list: [],
    watch: [],
    update: [],
    provision: [],
    terminate: [],
    send: [],
    keys: [],
    tokens: [],
  };
}

/** Answers and notes down. `now` gives the notes; `cut` breaks every connection. */
export function demoRoutes(router: ConnectRouter, now: () => Seen, cut: () => void): void {
  agentRoutes(router, now, cut);
  accessRoutes(router, now);
  messageRoutes(router, now);
  meshRoutes(router);
}

function agentRoutes(router: ConnectRouter, now: () => Seen, cut: () => void): void {
  router.service(AgentService, {
    getAgent: ({ agentId }, { requestHeader }) => {
      now().tokens.push(requestHeader.get("authorization"));
      if (agentId !== "w1")
        throw refuse(Code.NotFound, `there is no agent ${agentId}`, "RESOURCE_NOT_FOUND");
      return { agent: agent(agentId) };
    },
    listAgents: (request) => {
      now().list.push(request);
      const from = Number(request.pageToken || 0);
      const to = Math.min(agentCount, from + request.pageSize);
      const agents = Array.from({ length: to - from }, (_, at) => agent(`w${from + at}`));
      return { agents, nextPageToken: to < agentCount ? String(to) : "" };
    },
    updateAgent: (request) => {
      now().update.push(request);
      return { agent: agent(request.agentId) };
    },
    provisionAgent: (request) => {
      now().provision.push(request);
      return {
        agent: agent(request.agentId || "made-up"),
        joinToken: request.validateOnly ? "" : "meshjoin_x",
        joinTokenId: "j1",
      };
    },
    terminateAgent: (request) => {
      now().terminate.push(request);
      if (request.grace?.seconds === 9n) {
        throw new ConnectError("the request breaks a rule", Code.InvalidArgument, undefined, [
          { desc: ErrorInfoSchema, value: { reason: "INVALID_REQUEST", domain: "meshwork" } },
          {
            desc: BadRequestSchema,
            value: {
              fieldViolations: [
                { field: "grace", description: "must not be 9 s", reason: "duration.not_in" },
              ],
            },
          },
        ]);
      }
      return { agent: agent(request.agentId) };
    },
    watchAgents: (request, context) => watchAgents(request, context, now(), cut),
  });
}

function accessRoutes(router: ConnectRouter, now: () => Seen): void {
  router.service(AuthService, {
    whoAmI: (_, { requestHeader }) => {
      const token = requestHeader.get("authorization");
      now().tokens.push(token);
      if (token === "Bearer mesh_wrong")
        throw refuse(Code.Unauthenticated, "the credential is not good", "CREDENTIAL_INVALID");
      return { authContext: { displayName: "me", role: Role.ADMIN } };
    },
  });
  router.service(CredentialService, {
    createApiKey: (request, { requestHeader }) => {
      now().tokens.push(requestHeader.get("authorization"));
      now().keys.push(request);
      return { secret: "mesh_bought", apiKey: { keyId: "k1" } };
    },
  });
}

function messageRoutes(router: ConnectRouter, now: () => Seen): void {
  router.service(MessageService, {
    sendMessage: (request) => {
      now().send.push(request);
      return { messageId: "m1" };
    },
    async *callAgent({ capability, payload }) {
      await Promise.resolve();
      yield { contentType: "text/plain", payload };
      if (capability === "fail")
        throw refuse(Code.Unavailable, "the agent left", "OUTCOME_UNKNOWN");
      yield { contentType: "application/json", payload: new TextEncoder().encode('{"n":1}') };
    },
  });
}

function meshRoutes(router: ConnectRouter): void {
  router.service(MeshService, {
    getMeshStatus: () => ({
      status: {
        meshId: "demo",
        health: 1,
        reason: "all is well",
        agents: 2,
        byLiveness: [{ liveness: AgentLiveness.ALIVE, agents: 2 }],
      },
    }),
    async *watchMesh(_, context) {
      await Promise.resolve();
      const time = timestampFromDate(new Date("2026-01-31T12:00:01Z"));
      const liveness = {
        agentId: "w1",
        previous: AgentLiveness.ALIVE,
        liveness: AgentLiveness.SUSPECT,
        cause: LivenessCause.MISSED_HEARTBEATS,
        evidence: "silent for 20 s",
      };
      yield {
        changes: [{ time, change: { case: "liveness", value: liveness } }],
        cursor: "c",
        phase: WatchPhase.LIVE,
        more: false,
      };
      await gone(context);
    },
  });
}

/** Waits until the caller is gone. */
async function gone({ signal }: HandlerContext): Promise<void> {
  if (!signal.aborted) await once(signal, "abort");
}

/** What is there, then half a commit and a broken connection; after it the whole commit. */
async function* watchAgents(
  request: WatchAgentsRequest,
  context: HandlerContext,
  seen: Seen,
  cut: () => void,
): AsyncGenerator<MessageInitShape<typeof WatchAgentsResponseSchema>> {
  await Promise.resolve();
  seen.watch.push(request);
  const of = (each: Agent) => ({ change: { case: "agent" as const, value: each } });
  if (request.cursor === "") {
    yield {
      changes: [of(agent("w1")), of(agent("w2"))],
      cursor: "s",
      phase: WatchPhase.SNAPSHOT,
      more: false,
    };
    yield {
      changes: [of(agent("w1", AgentState.DRAINING))],
      cursor: "half",
      phase: WatchPhase.LIVE,
      more: true,
    };
    setTimeout(cut);
    await gone(context);
    return;
  }
  const deleted = { change: { case: "deletedAgentId" as const, value: "w2" } };
  const ended = create(AgentSchema, {
    ...agent("w1", AgentState.TERMINATED),
    desiredState: AgentDesiredState.TERMINATED,
  });
  yield {
    changes: [of(agent("w1", AgentState.DRAINING)), deleted],
    cursor: "a",
    phase: WatchPhase.LIVE,
    more: false,
  };
  yield { changes: [of(ended)], cursor: "b", phase: WatchPhase.LIVE, more: false };
  await gone(context);
}
