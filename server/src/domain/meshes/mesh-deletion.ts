import { Mesh_State } from "@meshwork/gen/mesh/v1/mesh";
import type { DeleteMeshRequest } from "@meshwork/gen/mesh/v1/mesh_service";
import { type Change, type Kind, put, type Rec, type Store } from "../../store/store.ts";
import type { AgentLinks } from "../agents/agent-links.ts";
import { agentKind } from "../agents/agent-record.ts";
import { agentsPerMeshMax } from "../agents/limits.ts";
import type { Call } from "../call.ts";
import type { Clock } from "../clock.ts";
import type { Committer } from "../commit.ts";
import { apiKeyKind } from "../credentials/api-key-record.ts";
import { joinTokenKind } from "../credentials/join-token-record.ts";
import { countUpTo } from "../count.ts";
import { DomainError } from "../errors.ts";
import { checkEtag } from "../etag.ts";
import { without } from "../without.ts";
import { meshOf } from "./mesh-access.ts";
import { meshKind, type MeshRecord } from "./mesh-record.ts";

/** Erasures in one commit; below what the store takes, so that mesh and audit event fit in. */
const erasuresMax = 400;

/**
 * The command behind DeleteMesh. First the mesh is marked: from then on nothing new can come into it,
 * since all that does requires the mesh's version. Then what is in it decides. A server that dies in
 * between leaves the mark; a repetition goes on from there.
 */
export function createMeshDeletion(options: {
  readonly store: Store;
  readonly committer: Committer;
  readonly clock: Clock;
  readonly links: () => AgentLinks;
}) {
  const { store, committer, clock, links } = options;

  return async (call: Call, request: DeleteMeshRequest): Promise<void> => {
    const { meshId } = request;
    if (request.validateOnly) {
      const mesh = await meshOf(store, call.principal, meshId);
      checkOwnEtag(mesh, request.etag);
      return checkEmpty(store, mesh.doc);
    }
    const { uid } = await committer.run(call, async () => {
      const mesh = await meshOf(store, call.principal, meshId);
      checkOwnEtag(mesh, request.etag);
      if (mesh.doc.state === Mesh_State.DELETING) return { changes: [], reply: mesh.doc };
      const doc = marked(mesh, new Date(clock.now()));
      return { changes: [put(meshKind, meshId, doc, mesh.version)], reply: doc };
    });
    // From here on it is carried through, whether the caller waits for it or not: a mesh that is marked
    // and has agents would be of no use to anybody.
    const patient: Call = { ...call, deadlineMs: Infinity, signal: new AbortController().signal };
    try {
      await committer.run(patient, async () => {
        const mesh = await store.get(meshKind, meshId);
        if (mesh?.doc.uid === uid) await checkMarkedEmpty(store, mesh.doc);
        return { changes: [], reply: undefined };
      });
      // Useless once the mesh is marked; erased early, they keep the last commit small.
      await eraseInBatches(patient, options, joinTokenKind, { meshId, uid, left: 0 });
      await eraseInBatches(patient, options, apiKeyKind, { meshId, uid, left: erasuresMax - 1 });
      await committer.run(patient, async () => {
        const mesh = await store.get(meshKind, meshId);
        // A twin of this call has deleted it.
        if (mesh?.doc.uid !== uid) return { changes: [], reply: undefined };
        await checkMarkedEmpty(store, mesh.doc);
        return {
          changes: [
            { delete: meshKind, id: meshId, expect: mesh.version },
            ...(await erasures(store, apiKeyKind, uid)),
          ],
          reply: undefined,
          effects: [
            () => {
              links().meshChanged(uid);
            },
          ],
          audit: { action: "meshes.delete", resource: `meshes/${meshId}`, meshUid: uid },
        };
      });
    } catch (error) {
      if (error instanceof DomainError && error.reason === "MESH_NOT_EMPTY") {
        await unmark(patient, options, meshId, uid);
      }
      throw error;
    }
  };
}

function marked(mesh: Rec<MeshRecord>, now: Date): MeshRecord {
  return {
    ...mesh.doc,
    state: Mesh_State.DELETING,
    etagBefore: mesh.writeId,
    updateTime: now,
  };
}

/** While it is being deleted, the etag that it had before is as good as its own. */
function checkOwnEtag(mesh: Rec<MeshRecord>, etag: string): void {
  if (etag !== "" && etag === mesh.doc.etagBefore) return;
  checkEtag(mesh, etag, `meshes/${mesh.doc.meshId}`);
}

/** Someone took the mark back between our two commits; then the mesh had agents. */
async function checkMarkedEmpty(store: Store, mesh: MeshRecord): Promise<void> {
  await checkEmpty(store, mesh);
  if (mesh.state === Mesh_State.DELETING) return;
  throw new DomainError(
    "CONTENDED",
    `the deletion of mesh "${mesh.meshId}" was called off by another call; try again`,
    { metadata: { mesh_id: mesh.meshId } },
  );
}

async function checkEmpty(store: Store, { uid, meshId }: MeshRecord): Promise<void> {
  const agents = await countUpTo(store, agentKind, { meshUid: uid }, agentsPerMeshMax);
  if (agents === 0) return;
  throw new DomainError(
    "MESH_NOT_EMPTY",
    `mesh "${meshId}" still has ${agents} ${agents === 1 ? "agent" : "agents"}; terminate and delete them first`,
    {
      metadata: { mesh_id: meshId, agents: String(agents) },
      precondition: {
        type: "MESH_EMPTY",
        subject: `meshes/${meshId}`,
        description: "the mesh must have no agents",
      },
    },
  );
}

async function unmark(
  call: Call,
  { store, committer, clock }: { store: Store; committer: Committer; clock: Clock },
  meshId: string,
  uid: string,
): Promise<void> {
  await committer.run(call, async () => {
    const mesh = await store.get(meshKind, meshId);
    if (mesh?.doc.uid !== uid || mesh.doc.state !== Mesh_State.DELETING) {
      return { changes: [], reply: undefined };
    }
    const doc = without(mesh.doc, "etagBefore");
    const active = { ...doc, state: Mesh_State.ACTIVE, updateTime: new Date(clock.now()) };
    return { changes: [put(meshKind, meshId, active, mesh.version)], reply: undefined };
  });
}

/** Erases a mesh's records of a kind until no more than `left` are there. */
async function eraseInBatches<T extends { readonly meshUid: string }>(
  call: Call,
  { store, committer }: { store: Store; committer: Committer },
  kind: Kind<T>,
  { meshId, uid, left }: { meshId: string; uid: string; left: number },
): Promise<void> {
  for (let found = Infinity; found > left;) {
    found = await committer.run(call, async () => {
      const mesh = await store.get(meshKind, meshId);
      if (mesh?.doc.uid !== uid) return { changes: [], reply: 0 };
      await checkMarkedEmpty(store, mesh.doc);
      const changes = await erasures(store, kind, uid);
      const require = [{ kind: meshKind, id: meshId, version: mesh.version }];
      return changes.length > left
        ? { changes, require, reply: changes.length }
        : { changes: [], reply: 0 };
    });
  }
}

async function erasures<T extends { readonly meshUid: string }>(
  store: Store,
  kind: Kind<T>,
  meshUid: string,
): Promise<Change[]> {
  const page = await store.list(kind as unknown as Kind<{ readonly meshUid: string }>, {
    eq: { meshUid },
    limit: erasuresMax,
  });
  return page.items.map(({ id }): Change => ({ delete: kind, id, expect: "any" }));
}
