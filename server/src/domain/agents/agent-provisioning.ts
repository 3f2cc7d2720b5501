import { durationMs } from "@bufbuild/protobuf/wkt";
import { AgentDesiredState, AgentRole, AgentState } from "@meshwork/gen/mesh/v1/agent";
import {
  type ProvisionAgentRequest,
  ProvisionAgentRequestSchema,
} from "@meshwork/gen/mesh/v1/agent_service";
import { principalName } from "../../security/principal.ts";
import { put, type Rec, type Store } from "../../store/store.ts";
import type { Call } from "../call.ts";
import type { Clock } from "../clock.ts";
import type { Committer, Plan } from "../commit.ts";
import { mintJoinToken } from "../credentials/join-token-record.ts";
import { alreadyExists } from "../errors.ts";
import { requestBytes } from "../idempotency.ts";
import type { Ids } from "../ids.ts";
import { madeUpId } from "../made-up-id.ts";
import { checkActive, meshOf } from "../meshes/mesh-access.ts";
import { meshKind, type MeshRecord } from "../meshes/mesh-record.ts";
import { checkConfiguration } from "./agent-changes.ts";
import type { AgentQuota } from "./agent-quota.ts";
import { type AgentRecord, agentKey, agentKind } from "./agent-record.ts";
import { provisionTokenMsDefault } from "./limits.ts";

/** A new agent and the token by which it comes in. */
export interface Provisioned {
  readonly rec: Pick<Rec<AgentRecord>, "doc" | "writeId">;
  /** Empty when only validated. */
  readonly joinToken: string;
  readonly joinTokenId: string;
  readonly expireTime: Date | undefined;
}

/** The record of an agent that nobody has seen yet. */
export function newAgent(
  mesh: MeshRecord,
  uid: string,
  now: Date,
  given: Pick<AgentRecord, "agentId" | "role" | "displayName" | "labels"> &
    Partial<Pick<AgentRecord, "desiredConfiguration">>,
): AgentRecord {
  return {
    ...given,
    uid,
    meshUid: mesh.uid,
    meshId: mesh.meshId,
    ownLabels: {},
    capabilities: [],
    state: AgentState.PROVISIONED,
    stateReason: "",
    desiredState: AgentDesiredState.RUNNING,
    createTime: now,
    updateTime: now,
  };
}

/** The command behind ProvisionAgent: agent and token in one commit. */
export function createProvisioning(options: {
  readonly store: Store;
  readonly committer: Committer;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly quota: AgentQuota;
}) {
  const { store, committer, clock, ids, quota } = options;

  const plan = async (
    call: Call,
    request: ProvisionAgentRequest,
    writeId: string,
  ): Promise<Plan<Provisioned>> => {
    const mesh = await meshOf(store, call.principal, request.meshId);
    checkActive(mesh);
    const { uid: meshUid, meshId } = mesh.doc;
    const agentId = request.agentId === "" ? madeUpId("agent", ids) : request.agentId;
    const id = agentKey(meshUid, agentId);
    if (await store.get(agentKind, id)) throw alreadyExists("agents", `${meshId}/${agentId}`);
    await quota.check(meshUid, meshId);

    const nowMs = clock.now();
    const role = request.role === AgentRole.UNSPECIFIED ? AgentRole.WORKER : request.role;
    const { displayName, labels, desiredConfiguration, joinTokenTtl } = request;
    const doc = newAgent(mesh.doc, ids.uuid(), new Date(nowMs), {
      agentId,
      role,
      displayName,
      labels: { ...labels },
      ...(desiredConfiguration && { desiredConfiguration }),
    });
    const lifetimeMs = joinTokenTtl ? durationMs(joinTokenTtl) : provisionTokenMsDefault;
    const token = mintJoinToken(ids, nowMs, lifetimeMs, {
      meshUid,
      meshId,
      agentUid: doc.uid,
      agentId,
      role,
      labels: {},
      usesMax: 1,
      creator: principalName(call.principal),
    });
    return {
      changes: [put(agentKind, id, doc, "absent"), token.change],
      require: [{ kind: meshKind, id: meshId, version: mesh.version }],
      reply: {
        rec: { doc, writeId },
        joinToken: token.text,
        joinTokenId: token.doc.tokenId,
        expireTime: token.doc.expireTime,
      },
      effects: [
        () => {
          quota.changed(meshUid, 1);
        },
      ],
      audit: {
        action: "agents.provision",
        resource: `agents/${meshId}/${agentId}`,
        meshUid,
        details: { agent_uid: doc.uid, token_id: token.doc.tokenId },
      },
    };
  };

  return async (call: Call, request: ProvisionAgentRequest): Promise<Provisioned> => {
    const { desiredConfiguration, requestId } = request;
    if (desiredConfiguration) checkConfiguration("desired_configuration", desiredConfiguration);
    if (request.validateOnly) {
      const { reply } = await plan(call, request, "");
      return { rec: reply.rec, joinToken: "", joinTokenId: "", expireTime: undefined };
    }
    const { doc: mesh } = await meshOf(store, call.principal, request.meshId);
    const idempotency = {
      requestId,
      request: requestBytes(ProvisionAgentRequestSchema, request),
      scope: mesh.uid,
      secretId: ({ rec }: Provisioned) => rec.doc.agentId,
    };
    return committer.runOnce(call, idempotency, (writeId) => plan(call, request, writeId));
  };
}
