import type { Store } from "../../store/store.ts";
import type { Call } from "../call.ts";
import type { Committer, Plan } from "../commit.ts";
import { meshOf } from "../meshes/mesh-access.ts";
import { deadLetterKind } from "./dead-letter-record.ts";
import type { DeadLettersDone } from "./dead-letters.ts";

/** Forgets some dead letters for good, in one commit. */
export async function planPurge(
  { store, committer }: { readonly store: Store; readonly committer: Committer },
  call: Call,
  { meshId, validateOnly }: { readonly meshId: string; readonly validateOnly: boolean },
  ids: readonly string[],
): Promise<DeadLettersDone> {
  const decide = async (): Promise<Plan<DeadLettersDone>> => {
    const { doc: mesh } = await meshOf(store, call.principal, meshId);
    const recs = await store.getMany(deadLetterKind, ids);
    const found = recs.filter((rec) => rec?.doc.meshUid === mesh.uid);
    return {
      changes: found.map((rec) => ({ delete: deadLetterKind, id: rec!.id, expect: "any" })),
      reply: { done: found.length, refused: 0, lookedAt: ids.length },
      audit: {
        action: "dead_letters.purge",
        resource: `meshes/${meshId}`,
        meshUid: mesh.uid,
        details: { purged: String(found.length) },
      },
    };
  };
  return validateOnly ? (await decide()).reply : committer.run(call, decide);
}
