import { Mesh_State } from "@meshwork/gen/mesh/v1/mesh";
import type { Principal } from "../../security/principal.ts";
import type { Rec, Store } from "../../store/store.ts";
import { DomainError, notFound } from "../errors.ts";
import { meshKind, type MeshRecord } from "./mesh-record.ts";

/**
 * The mesh that a caller names. Fails with RESOURCE_NOT_FOUND also where the caller's right is for
 * another mesh, be it an earlier one of the same name.
 */
export async function meshOf(
  store: Store,
  { scope }: Principal,
  meshId: string,
): Promise<Rec<MeshRecord>> {
  const found = await store.get(meshKind, meshId);
  if (found === undefined || (scope !== "all" && scope.meshUid !== found.doc.uid)) {
    throw notFound("meshes", meshId);
  }
  return found;
}

/** Fails with MESH_DELETING. What it lets pass has to require the record's version as well. */
export function checkActive({ doc }: Rec<MeshRecord>): void {
  if (doc.state !== Mesh_State.DELETING) return;
  throw new DomainError(
    "MESH_DELETING",
    `mesh "${doc.meshId}" is being deleted and takes nothing new; repeat its deletion or use another mesh`,
    {
      metadata: { mesh_id: doc.meshId },
      precondition: {
        type: "MESH_STATE",
        subject: `meshes/${doc.meshId}`,
        description: "the mesh has to be active",
      },
    },
  );
}
