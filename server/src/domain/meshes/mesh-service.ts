import { create } from "@bufbuild/protobuf";
import type { ServiceImpl } from "@connectrpc/connect";
import {
  CreateMeshResponseSchema,
  DeleteMeshResponseSchema,
  GetMeshResponseSchema,
  GetMeshStatusResponseSchema,
  GetMeshTopologyResponseSchema,
  ListMeshesResponseSchema,
  type MeshService,
  UpdateMeshResponseSchema,
  WatchMeshResponseSchema,
} from "@meshwork/gen/mesh/v1/mesh_service";
import { callOf } from "../call-service.ts";
import { meshMessage } from "./mesh-message.ts";
import type { Meshes } from "./meshes.ts";

/** The RPCs of `mesh.v1.MeshService`. */
export function createMeshService({
  meshes,
}: {
  readonly meshes: Meshes;
}): ServiceImpl<typeof MeshService> {
  return {
    createMesh: async (request, context) =>
      create(CreateMeshResponseSchema, { mesh: await meshes.create(callOf(context), request) }),
    getMesh: async ({ meshId }, context) =>
      create(GetMeshResponseSchema, {
        mesh: meshMessage(await meshes.get(callOf(context), meshId)),
      }),
    listMeshes: async (request, context) => {
      const page = await meshes.list(callOf(context), request);
      return create(ListMeshesResponseSchema, {
        meshes: page.meshes.map(meshMessage),
        nextPageToken: page.nextPageToken,
      });
    },
    updateMesh: async (request, context) =>
      create(UpdateMeshResponseSchema, {
        mesh: meshMessage(await meshes.update(callOf(context), request)),
      }),
    deleteMesh: async (request, context) => {
      await meshes.delete(callOf(context), request);
      return create(DeleteMeshResponseSchema);
    },
    getMeshStatus: async ({ meshId }, context) =>
      create(GetMeshStatusResponseSchema, {
        status: await meshes.status(callOf(context), meshId),
      }),
    getMeshTopology: async ({ meshId }, context) =>
      create(GetMeshTopologyResponseSchema, {
        topology: await meshes.topology(callOf(context), meshId),
      }),
    watchMesh: async function* (request, context) {
      for await (const response of meshes.watch(callOf(context), request)) {
        yield create(WatchMeshResponseSchema, response);
      }
    },
  };
}
