import { durationMs } from "@bufbuild/protobuf/wkt";
import { AgentRole } from "@meshwork/gen/mesh/v1/agent";
import {
  type CreateJoinTokenRequest,
  CreateJoinTokenRequestSchema,
  type ListJoinTokensRequest,
} from "@meshwork/gen/mesh/v1/credential_service";
import { principalName } from "../../security/principal.ts";
import { put, type Store } from "../../store/store.ts";
import type { Call } from "../call.ts";
import type { Clock } from "../clock.ts";
import type { Committer } from "../commit.ts";
import { countUpTo } from "../count.ts";
import { notFound, quotaExceeded } from "../errors.ts";
import { requestBytes } from "../idempotency.ts";
import type { Ids } from "../ids.ts";
import { checkActive, meshOf } from "../meshes/mesh-access.ts";
import { meshKind, type MeshRecord } from "../meshes/mesh-record.ts";
import { createPageTokens, pageSizeOf } from "../page-tokens.ts";
import { joinTokenKind, type JoinTokenRecord, mintJoinToken } from "./join-token-record.ts";
import { joinTokenMsDefault, joinTokensPerMeshMax } from "./limits.ts";

/** A token just made; its text is known here and never again. */
export interface MintedToken {
  readonly doc: JoinTokenRecord;
  readonly text: string;
}

/** Join tokens. Every command checks the caller's reach, not its role. */
export interface JoinTokens {
  /** Fails with MESH_DELETING, QUOTA_EXCEEDED. */
  create(call: Call, request: CreateJoinTokenRequest): Promise<MintedToken>;
  list(
    call: Call,
    request: ListJoinTokensRequest,
  ): Promise<{ readonly tokens: readonly JoinTokenRecord[]; readonly nextPageToken: string }>;
  /** Idempotent. */
  revoke(call: Call, name: { meshId: string; tokenId: string }): Promise<JoinTokenRecord>;
}

export function createJoinTokens(options: {
  readonly store: Store;
  readonly committer: Committer;
  readonly clock: Clock;
  readonly ids: Ids;
}): JoinTokens {
  const { store, committer, clock, ids } = options;
  const pages = createPageTokens(options);

  const plan = async (call: Call, request: CreateJoinTokenRequest) => {
    const mesh = await meshOf(store, call.principal, request.meshId);
    checkActive(mesh);
    await checkQuota(store, mesh.doc, clock.now());
    const { role, labels, usesMax, ttl } = request;
    const lifetimeMs = ttl ? durationMs(ttl) : joinTokenMsDefault;
    const { text, doc, change } = mintJoinToken(ids, clock.now(), lifetimeMs, {
      meshUid: mesh.doc.uid,
      meshId: mesh.doc.meshId,
      agentUid: "",
      agentId: "",
      role: role === AgentRole.UNSPECIFIED ? AgentRole.WORKER : role,
      labels: { ...labels },
      usesMax: usesMax === 0 ? 1 : usesMax,
      creator: principalName(call.principal),
    });
    return {
      changes: [change],
      require: [{ kind: meshKind, id: mesh.id, version: mesh.version }],
      reply: { doc, text },
      audit: {
        action: "join_tokens.create",
        resource: `joinTokens/${doc.meshId}/${doc.tokenId}`,
        meshUid: doc.meshUid,
        details: { uses_max: String(doc.usesMax) },
      },
    };
  };

  return {
    create: async (call, request) => {
      const { doc: mesh } = await meshOf(store, call.principal, request.meshId);
      const idempotency = {
        requestId: request.requestId,
        request: requestBytes(CreateJoinTokenRequestSchema, request),
        scope: mesh.uid,
        secretId: ({ doc }: MintedToken) => doc.tokenId,
      };
      return committer.runOnce(call, idempotency, () => plan(call, request));
    },
    list: async (call, request) => {
      const { doc: mesh } = await meshOf(store, call.principal, request.meshId);
      const after = await pages.open(call, [mesh.uid], request.pageToken);
      const page = await store.list(joinTokenKind, {
        eq: { meshUid: mesh.uid },
        limit: pageSizeOf(request.pageSize),
        ...(after !== undefined && { after }),
      });
      const { next } = page;
      return {
        tokens: page.items.map(({ doc }) => doc),
        nextPageToken: next === undefined ? "" : await pages.seal(call, [mesh.uid], next),
      };
    },
    revoke: (call, { meshId, tokenId }) =>
      committer.run(call, async () => {
        const { doc: mesh } = await meshOf(store, call.principal, meshId);
        const rec = await store.get(joinTokenKind, tokenId);
        if (rec?.doc.meshUid !== mesh.uid) throw notFound("joinTokens", `${meshId}/${tokenId}`);
        if (rec.doc.revokeTime !== undefined) return { changes: [], reply: rec.doc };
        const doc = { ...rec.doc, revokeTime: new Date(clock.now()) };
        return {
          changes: [put(joinTokenKind, tokenId, doc, rec.version)],
          reply: doc,
          audit: {
            action: "join_tokens.revoke",
            resource: `joinTokens/${meshId}/${tokenId}`,
            meshUid: mesh.uid,
          },
        };
      }),
  };
}

/** Tokens of provisioned agents do not count: the number of agents bounds them. */
async function checkQuota(store: Store, { uid, meshId }: MeshRecord, nowMs: number): Promise<void> {
  const eq = { meshUid: uid, agentUid: "" };
  const usable = ({ revokeTime, expireTime, uses, usesMax }: JoinTokenRecord): boolean =>
    revokeTime === undefined && expireTime.getTime() > nowMs && uses < usesMax;
  const max = joinTokensPerMeshMax;
  if ((await countUpTo(store, joinTokenKind, eq, max, usable)) < max) return;
  const cure = "revoke tokens that are not needed, or make one with more uses";
  throw quotaExceeded(`meshes/${meshId}`, "joinTokensPerMeshMax", max, cure);
}
