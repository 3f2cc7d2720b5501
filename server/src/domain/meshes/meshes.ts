import { fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  type CreateMeshRequest,
  CreateMeshRequestSchema,
  type DeleteMeshRequest,
  type ListMeshesRequest,
  type UpdateMeshRequest,
} from "@meshwork/gen/mesh/v1/mesh_service";
import {
  type Mesh,
  Mesh_State,
  MeshSchema,
  type MeshStatus,
  type MeshTopology,
} from "@meshwork/gen/mesh/v1/mesh";
import { put, type Rec, type Store } from "../../store/store.ts";
import type { AgentLinks } from "../agents/agent-links.ts";
import type { Call } from "../call.ts";
import type { Clock } from "../clock.ts";
import type { Committer, Plan } from "../commit.ts";
import { countUpTo } from "../count.ts";
import { alreadyExists, quotaExceeded } from "../errors.ts";
import { checkEtag } from "../etag.ts";
import { requestBytes } from "../idempotency.ts";
import type { Ids } from "../ids.ts";
import { madeUpId } from "../made-up-id.ts";
import { createPageTokens, pageSizeOf } from "../page-tokens.ts";
import { meshesMax } from "./limits.ts";
import { meshOf } from "./mesh-access.ts";
import { createMeshDeletion } from "./mesh-deletion.ts";
import { meshMessage } from "./mesh-message.ts";
import { meshKind, type MeshRecord } from "./mesh-record.ts";
import { settingsGiven, updatedMesh } from "./mesh-settings.ts";
import { type MeshMailView, meshStatus } from "./mesh-status.ts";
import { meshTopology } from "./mesh-topology.ts";
import { type MeshResponse, watchMesh } from "./mesh-watch.ts";

/** What can be done with meshes. Every command checks the caller's reach, not its role. */
export interface Meshes {
  /** Fails with RESOURCE_EXISTS, QUOTA_EXCEEDED, INVALID_REQUEST. */
  create(call: Call, request: CreateMeshRequest): Promise<Mesh>;
  get(call: Call, meshId: string): Promise<Rec<MeshRecord>>;
  /** A caller bound to one mesh sees that one. */
  list(
    call: Call,
    request: ListMeshesRequest,
  ): Promise<{ readonly meshes: readonly Rec<MeshRecord>[]; readonly nextPageToken: string }>;
  /** Fails with ETAG_MISMATCH, INVALID_REQUEST. */
  update(call: Call, request: UpdateMeshRequest): Promise<Rec<MeshRecord>>;
  /** Fails with ETAG_MISMATCH, MESH_NOT_EMPTY. Repeating it after a crash goes on with it. */
  delete(call: Call, request: DeleteMeshRequest): Promise<void>;
  status(call: Call, meshId: string): Promise<MeshStatus>;
  topology(call: Call, meshId: string): Promise<MeshTopology>;
  /** Fails with CURSOR_TOO_OLD. Ends when the mesh is deleted or the caller goes away. */
  watch(call: Call, request: { meshId: string; cursor: string }): AsyncIterable<MeshResponse>;
}

export interface MeshesOptions {
  readonly store: Store;
  readonly committer: Committer;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly links: () => AgentLinks;
  readonly mail: () => MeshMailView;
}

export function createMeshes(options: MeshesOptions): Meshes {
  const { store, committer, clock, links } = options;
  const pages = createPageTokens(options);

  return {
    create: (call, request) => {
      const idempotency = {
        requestId: request.requestId,
        request: requestBytes(CreateMeshRequestSchema, request),
        encode: (mesh: Mesh) => toBinary(MeshSchema, mesh),
        decode: (kept: Uint8Array) => fromBinary(MeshSchema, kept),
      };
      return committer.runOnce(call, idempotency, (writeId) =>
        planCreation(options, request, writeId),
      );
    },
    get: (call, meshId) => meshOf(store, call.principal, meshId),
    list: async (call, request) => {
      const { scope } = call.principal;
      const after = await pages.open(call, [], request.pageToken);
      if (scope !== "all") {
        const own = await store.get(meshKind, scope.meshId);
        const meshes = own?.doc.uid === scope.meshUid ? [own] : [];
        return { meshes, nextPageToken: "" };
      }
      const limit = pageSizeOf(request.pageSize);
      const page = await store.list(meshKind, { limit, ...(after !== undefined && { after }) });
      const nextPageToken = page.next === undefined ? "" : await pages.seal(call, [], page.next);
      return { meshes: page.items, nextPageToken };
    },
    update: (call, request) =>
      committer.run(call, async (writeId) => {
        const rec = await meshOf(store, call.principal, request.meshId);
        const { uid: meshUid, meshId } = rec.doc;
        checkEtag(rec, request.etag, `meshes/${meshId}`);
        const doc = { ...updatedMesh(rec.doc, request), updateTime: new Date(clock.now()) };
        return {
          changes: [put(meshKind, meshId, doc, rec.version)],
          reply: { id: meshId, version: rec.version + 1, writeId, doc },
          effects: [
            () => {
              links().meshChanged(meshUid);
            },
          ],
          audit: {
            action: "meshes.update",
            resource: `meshes/${meshId}`,
            meshUid,
            details: { fields: request.updateMask?.paths.join(",") ?? "" },
          },
        };
      }),
    delete: createMeshDeletion(options),
    status: async (call, meshId) =>
      meshStatus(options, (await meshOf(store, call.principal, meshId)).doc),
    topology: async (call, meshId) =>
      meshTopology(options, (await meshOf(store, call.principal, meshId)).doc),
    watch: (call, request) => watchMesh(options, call, request),
  };
}

async function planCreation(
  { store, clock, ids }: MeshesOptions,
  request: CreateMeshRequest,
  writeId: string,
): Promise<Plan<Mesh>> {
  const meshId = request.meshId === "" ? madeUpId("mesh", ids) : request.meshId;
  if (await store.get(meshKind, meshId)) throw alreadyExists("meshes", meshId);
  if ((await countUpTo(store, meshKind, {}, meshesMax)) >= meshesMax) {
    throw quotaExceeded("installation", "meshesMax", meshesMax, "delete meshes that are not used");
  }
  const now = new Date(clock.now());
  const doc: MeshRecord = {
    uid: ids.uuid(),
    meshId,
    displayName: request.displayName,
    labels: { ...request.labels },
    ...settingsGiven(request.settings),
    state: Mesh_State.ACTIVE,
    createTime: now,
    updateTime: now,
  };
  return {
    changes: [put(meshKind, meshId, doc, "absent")],
    reply: meshMessage({ doc, writeId }),
    audit: { action: "meshes.create", resource: `meshes/${meshId}`, meshUid: doc.uid },
  };
}
