import { durationMs } from "@bufbuild/protobuf/wkt";
import { AuthContext_PrincipalKind, type Role, RoleSchema } from "@meshwork/gen/mesh/v1/credential";
import {
  type CreateApiKeyRequest,
  CreateApiKeyRequestSchema,
  type ListApiKeysRequest,
} from "@meshwork/gen/mesh/v1/credential_service";
import { type Principal, principalName } from "../../security/principal.ts";
import { mintSecretToken, SECRET_BYTES } from "../../security/secret-token.ts";
import { put, type Rec, type Require, type Store } from "../../store/store.ts";
import type { Call } from "../call.ts";
import type { Clock } from "../clock.ts";
import type { Committer } from "../commit.ts";
import { countUpTo } from "../count.ts";
import { DomainError, notFound, quotaExceeded } from "../errors.ts";
import { requestBytes } from "../idempotency.ts";
import type { Ids } from "../ids.ts";
import { checkActive, meshOf } from "../meshes/mesh-access.ts";
import { meshKind, type MeshRecord } from "../meshes/mesh-record.ts";
import { createPageTokens, pageSizeOf } from "../page-tokens.ts";
import { apiKeyKind, type ApiKeyRecord } from "./api-key-record.ts";
import type { Bootstrap } from "./bootstrap.ts";
import { apiKeysMax, apiKeysPerMeshMax, endedKeyMsKept } from "./limits.ts";

/** A key just made; the secret is known here and never again. */
export interface MintedKey {
  readonly doc: ApiKeyRecord;
  readonly secret: string;
}

/** API keys. Every command checks the caller's reach, not its role. */
export interface ApiKeys {
  /** Fails with RESOURCE_NOT_FOUND, MESH_DELETING, PERMISSION_MISSING, QUOTA_EXCEEDED. */
  create(call: Call, request: CreateApiKeyRequest): Promise<MintedKey>;
  list(
    call: Call,
    request: ListApiKeysRequest,
  ): Promise<{ readonly keys: readonly ApiKeyRecord[]; readonly nextPageToken: string }>;
  /** Idempotent. */
  revoke(call: Call, keyId: string): Promise<ApiKeyRecord>;
  /** Makes a key for the server's own operator, without a caller; audited with actor `system`. */
  issueKey(grant: {
    readonly role: Role;
    readonly displayName: string;
    /** Absent: all meshes. */
    readonly meshId?: string;
    /** Absent: for ever. */
    readonly lifetimeMs?: number;
  }): Promise<MintedKey>;
}

interface Options {
  readonly store: Store;
  readonly committer: Committer;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly bootstrap: Bootstrap;
}

export function createApiKeys(options: Options): ApiKeys {
  const { store, committer, clock } = options;
  const pages = createPageTokens(options);

  return {
    create: (call, request) => {
      const idempotency = {
        requestId: request.requestId,
        request: requestBytes(CreateApiKeyRequestSchema, request),
        secretId: ({ doc }: MintedKey) => doc.keyId,
      };
      return committer.runOnce(call, idempotency, () => planCreation(options, call, request));
    },
    list: async (call, request) => {
      const { scope } = call.principal;
      const after = await pages.open(call, [], request.pageToken);
      const page = await store.list(apiKeyKind, {
        ...(scope !== "all" && { eq: { meshUid: scope.meshUid } }),
        limit: pageSizeOf(request.pageSize),
        ...(after !== undefined && { after }),
      });
      return {
        keys: page.items.map(({ doc }) => doc),
        nextPageToken: page.next === undefined ? "" : await pages.seal(call, [], page.next),
      };
    },
    revoke: (call, keyId) =>
      committer.run(call, async () => {
        const rec = await store.get(apiKeyKind, keyId);
        if (rec === undefined || !reaches(call.principal, rec.doc))
          throw notFound("apiKeys", keyId);
        if (rec.doc.revokeTime !== undefined) return { changes: [], reply: rec.doc };
        const revokeTime = new Date(clock.now());
        const sweepTime = new Date(revokeTime.getTime() + endedKeyMsKept);
        const doc = { ...rec.doc, revokeTime, sweepTime };
        return {
          changes: [put(apiKeyKind, keyId, doc, rec.version)],
          reply: doc,
          audit: { action: "api_keys.revoke", resource: `apiKeys/${keyId}`, meshUid: doc.meshUid },
        };
      }),
    issueKey: ({ role, displayName, meshId, lifetimeMs }) =>
      committer.runSystem(async () => {
        const mesh = meshId === undefined ? undefined : await store.get(meshKind, meshId);
        if (meshId !== undefined && mesh === undefined) throw notFound("meshes", meshId);
        return planKey(options, { role, displayName, mesh, lifetimeMs, creator: "system" });
      }),
  };
}

async function planCreation(options: Options, call: Call, request: CreateApiKeyRequest) {
  const { store, bootstrap } = options;
  const { principal } = call;
  const first = principal.kind === AuthContext_PrincipalKind.BOOTSTRAP;
  // First of all, so that a token that is used up answers nothing else.
  const consumed = first ? [await bootstrap.consumption()] : [];
  const { keyMeshId, role, displayName, ttl } = request;
  if (keyMeshId === "" && principal.scope !== "all") throw beyondReach(principal.scope.meshId);
  const mesh = keyMeshId === "" ? undefined : await meshOf(store, principal, keyMeshId);
  if (mesh) checkActive(mesh);
  await checkQuota(options, mesh?.doc);
  const plan = planKey(options, {
    role,
    displayName,
    mesh,
    lifetimeMs: ttl && durationMs(ttl),
    creator: first ? "bootstrap" : principalName(principal),
  });
  return { ...plan, changes: [...plan.changes, ...consumed] };
}

function planKey(
  { clock, ids }: Options,
  grant: {
    readonly role: Role;
    readonly displayName: string;
    readonly mesh: Rec<MeshRecord> | undefined;
    readonly lifetimeMs: number | undefined;
    readonly creator: string;
  },
) {
  const { mesh, lifetimeMs, role, displayName, creator } = grant;
  const keyId = ids.uuid();
  const { text, hash } = mintSecretToken("mesh", keyId, ids.bytes(SECRET_BYTES));
  const nowMs = clock.now();
  const doc: ApiKeyRecord = {
    keyId,
    secretHash: hash,
    displayName,
    role,
    meshUid: mesh?.doc.uid ?? "",
    meshId: mesh?.doc.meshId ?? "",
    creator,
    createTime: new Date(nowMs),
    ...(lifetimeMs !== undefined && {
      expireTime: new Date(nowMs + lifetimeMs),
      sweepTime: new Date(nowMs + lifetimeMs + endedKeyMsKept),
    }),
  };
  // Requiring the mesh keeps a key from slipping in while its mesh is being deleted.
  const require: Require[] = mesh ? [{ kind: meshKind, id: mesh.id, version: mesh.version }] : [];
  return {
    changes: [put(apiKeyKind, keyId, doc, "absent")],
    require,
    reply: { doc, secret: text },
    audit: {
      action: "api_keys.create",
      resource: `apiKeys/${keyId}`,
      meshUid: doc.meshUid,
      details: { role: RoleSchema.value[role]?.localName ?? "", mesh_id: doc.meshId },
    },
  };
}

async function checkQuota({ store, clock }: Options, mesh: MeshRecord | undefined): Promise<void> {
  const nowMs = clock.now();
  const live = ({ revokeTime, expireTime }: ApiKeyRecord): boolean =>
    revokeTime === undefined && (expireTime?.getTime() ?? Infinity) > nowMs;
  const cure = "revoke keys that are not used";
  if ((await countUpTo(store, apiKeyKind, {}, apiKeysMax, live)) >= apiKeysMax) {
    throw quotaExceeded("installation", "apiKeysMax", apiKeysMax, cure);
  }
  if (mesh === undefined) return;
  const eq = { meshUid: mesh.uid };
  if ((await countUpTo(store, apiKeyKind, eq, apiKeysPerMeshMax, live)) >= apiKeysPerMeshMax) {
    throw quotaExceeded(`meshes/${mesh.meshId}`, "apiKeysPerMeshMax", apiKeysPerMeshMax, cure);
  }
}

function reaches({ scope }: Principal, { meshUid }: ApiKeyRecord): boolean {
  return scope === "all" || scope.meshUid === meshUid;
}

/** The gateway asks for the right in the mesh that the request names; none means all of them. */
function beyondReach(meshId: string): DomainError {
  return new DomainError(
    "PERMISSION_MISSING",
    `your credential is bound to mesh "${meshId}" and cannot make keys for all meshes; set key_mesh_id`,
    { metadata: { permission: "PERMISSION_API_KEYS_CREATE", mesh_id: meshId } },
  );
}
