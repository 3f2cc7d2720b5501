import { AgentDesiredState } from "@meshwork/gen/mesh/v1/agent";
import { importAgentKey } from "../../security/agent-token.ts";
import { parseSecretToken, secretMatches } from "../../security/secret-token.ts";
import { type Change, put, type Rec, type Require, type Store } from "../../store/store.ts";
import { checkNotTerminated, terminatedError } from "../agents/agent-changes.ts";
import { newAgent } from "../agents/agent-provisioning.ts";
import { agentByUid } from "../agents/agent-queries.ts";
import type { AgentQuota } from "../agents/agent-quota.ts";
import { type AgentRecord, agentKey, agentKind } from "../agents/agent-record.ts";
import type { Call } from "../call.ts";
import type { Clock } from "../clock.ts";
import type { Committer, Plan } from "../commit.ts";
import { alreadyExists, DomainError, invalidField } from "../errors.ts";
import type { Ids } from "../ids.ts";
import { madeUpId } from "../made-up-id.ts";
import { checkActive } from "../meshes/mesh-access.ts";
import { meshKind, type MeshRecord } from "../meshes/mesh-record.ts";
import { agentCredentialKind } from "./agent-credential-record.ts";
import { credentialInvalid } from "./credential-invalid.ts";
import {
  joinTokenKind,
  type JoinTokenRecord,
  joinUseKey,
  joinUseKind,
} from "./join-token-record.ts";

export interface JoinRequest {
  readonly joinToken: string;
  readonly publicKey: Uint8Array;
  readonly agentId: string;
}

/** The agent that joined. */
export type Joined = Pick<Rec<AgentRecord>, "doc" | "writeId">;

interface Options {
  readonly store: Store;
  readonly committer: Committer;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Of `createAgents`: tokens that are not for one agent create agents. */
  readonly quota: AgentQuota;
}

/**
 * Exchanges a join token for a credential bound to the agent's own key: token, use, credential and
 * agent in one commit. The same token and key get the same answer while the token is good.
 *
 * Fails with CREDENTIAL_INVALID, JOIN_TOKEN_USED, AGENT_TERMINATED, RESOURCE_EXISTS, MESH_DELETING,
 * QUOTA_EXCEEDED, INVALID_REQUEST.
 */
export function createJoins(
  options: Options,
): (call: Call, request: JoinRequest) => Promise<Joined> {
  return async (call, request) => {
    if ((await importAgentKey(request.publicKey)) === undefined) {
      throw invalidField("public_key", "is no Ed25519 public key; send its 32 bytes");
    }
    return options.committer.run(call, (writeId) => planJoin(options, request, writeId));
  };
}

async function planJoin(
  options: Options,
  request: JoinRequest,
  writeId: string,
): Promise<Plan<Joined>> {
  const { store, clock } = options;
  const token = await goodToken(store, request.joinToken, clock.now());
  const useId = joinUseKey(token.id, request.publicKey);
  const use = await store.get(joinUseKind, useId);
  if (use) return { changes: [], reply: await joinedBefore(store, use.doc.agentUid) };
  if (token.doc.uses >= token.doc.usesMax) throw tokenUsed(token.doc);

  const mesh = await store.get(meshKind, token.doc.meshId);
  if (mesh?.doc.uid !== token.doc.meshUid) throw credentialInvalid();
  checkActive(mesh);
  const agent =
    token.doc.agentUid === ""
      ? await createdAgent(options, mesh, token.doc, request.agentId, writeId)
      : await provisionedAgent(store, token.doc, request.agentId);
  const { uid, agentId, meshId, meshUid } = agent.reply.doc;
  // A process that is started anew, maybe elsewhere, has not always kept what an earlier one had.
  const earlier = token.doc.launch ? await store.get(agentCredentialKind, uid) : undefined;
  if (earlier?.doc.revokeTime !== undefined) throw credentialInvalid();
  return {
    changes: [
      ...agent.changes,
      put(joinTokenKind, token.id, { ...token.doc, uses: token.doc.uses + 1 }, token.version),
      put(
        joinUseKind,
        useId,
        { tokenId: token.id, agentUid: uid, sweepTime: token.doc.sweepTime },
        "absent",
      ),
      put(
        agentCredentialKind,
        uid,
        {
          agentUid: uid,
          agentId,
          meshUid,
          meshId,
          publicKey: new Uint8Array(request.publicKey),
          tokenId: token.id,
          createTime: new Date(clock.now()),
        },
        earlier?.version ?? "absent",
      ),
    ],
    require: [{ kind: meshKind, id: mesh.id, version: mesh.version }, ...agent.require],
    reply: agent.reply,
    effects: agent.effects,
    audit: {
      action: "links.join",
      resource: `agents/${meshId}/${agentId}`,
      meshUid,
      details: { agent_uid: uid, token_id: token.id },
    },
  };
}

/** Fails with CREDENTIAL_INVALID, with one text and after the same work for all that is wrong. */
async function goodToken(store: Store, text: string, nowMs: number): Promise<Rec<JoinTokenRecord>> {
  const token = parseSecretToken("meshjoin", text);
  if (token === undefined) throw credentialInvalid();
  const found = await store.get(joinTokenKind, token.id);
  if (!secretMatches(token, found?.doc.secretHash) || found === undefined)
    throw credentialInvalid();
  const { revokeTime, expireTime } = found.doc;
  if (revokeTime !== undefined || expireTime.getTime() <= nowMs) throw credentialInvalid();
  return found;
}

async function joinedBefore(store: Store, agentUid: string): Promise<Joined> {
  const agent = await agentByUid(store, agentUid);
  const credential = await store.get(agentCredentialKind, agentUid);
  if (agent) checkNotTerminated(agent.doc);
  if (agent === undefined || credential === undefined) throw credentialInvalid();
  if (credential.doc.revokeTime !== undefined) throw credentialInvalid();
  return agent;
}

interface JoiningAgent {
  readonly reply: Joined;
  readonly changes: readonly Change[];
  readonly require: readonly Require[];
  readonly effects: readonly (() => void)[];
}

async function provisionedAgent(
  store: Store,
  token: JoinTokenRecord,
  asked: string,
): Promise<JoiningAgent> {
  if (asked !== "" && asked !== token.agentId) {
    throw invalidField(
      "agent_id",
      `"${asked}" is not the agent that the token is for, "${token.agentId}"; leave it empty`,
      { agent_id: asked, token_agent_id: token.agentId },
    );
  }
  const id = agentKey(token.meshUid, token.agentId);
  const agent = await store.get(agentKind, id);
  if (agent?.doc.uid !== token.agentUid) throw credentialInvalid();
  if (agent.doc.desiredState === AgentDesiredState.TERMINATED) throw terminatedError(agent.doc);
  const require = [{ kind: agentKind, id, version: agent.version }];
  return { reply: agent, changes: [], require, effects: [] };
}

async function createdAgent(
  { store, clock, ids, quota }: Options,
  mesh: Rec<MeshRecord>,
  token: JoinTokenRecord,
  asked: string,
  writeId: string,
): Promise<JoiningAgent> {
  const { uid: meshUid, meshId } = mesh.doc;
  const agentId = asked === "" ? madeUpId("agent", ids) : asked;
  const id = agentKey(meshUid, agentId);
  if (await store.get(agentKind, id)) throw alreadyExists("agents", `${meshId}/${agentId}`);
  await quota.check(meshUid, meshId);
  const doc = newAgent(mesh.doc, ids.uuid(), new Date(clock.now()), {
    agentId,
    role: token.role,
    displayName: "",
    labels: token.labels,
  });
  return {
    reply: { doc, writeId },
    changes: [put(agentKind, id, doc, "absent")],
    require: [],
    effects: [
      () => {
        quota.changed(meshUid, 1);
      },
    ],
  };
}

function tokenUsed({ tokenId, usesMax, meshId }: JoinTokenRecord): DomainError {
  return new DomainError(
    "JOIN_TOKEN_USED",
    `join token ${tokenId} has been used ${usesMax} of ${usesMax} times; ask for a new one`,
    {
      metadata: { token_id: tokenId, uses_max: String(usesMax) },
      precondition: {
        type: "JOIN_TOKEN_USES",
        subject: `joinTokens/${meshId}/${tokenId}`,
        description: "the token must have uses left",
      },
    },
  );
}
