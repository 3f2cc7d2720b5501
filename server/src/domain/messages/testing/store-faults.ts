import { type AnyKind, type Commit, type Store, StoreError } from "../../../store/store.ts";

type CommitCall = ReturnType<Store["commit"]>;

/**
 * Stands between the mailboxes and their store: what `hook` answers becomes of the commit; undefined where
 * nothing is to become of it. The answer takes the hook away.
 */
export function onCommit(
  world: { readonly store: Store },
  hook: (commit: Commit, real: () => CommitCall) => CommitCall | undefined,
): () => void {
  const store = world.store as { commit: Store["commit"] };
  const real = store.commit;
  store.commit = (commit) => hook(commit, () => real(commit)) ?? real(commit);
  return () => {
    store.commit = real;
  };
}

/** The next commits that touch the kind land, and nobody is told. */
export function landUntold(
  world: { readonly store: Store },
  kind: AnyKind,
  times = 1,
  isMeant: (commit: Commit) => boolean = () => true,
): { readonly seen: () => number; readonly undo: () => void } {
  let seen = 0;
  const undo = onCommit(world, (commit, real) => {
    if (seen >= times || !touches(commit, kind) || !isMeant(commit)) return undefined;
    seen += 1;
    return real().then(() => {
      throw new StoreError("UNKNOWN_OUTCOME", "the answer was lost");
    });
  });
  return { seen: () => seen, undo };
}

export function touches({ changes }: Commit, kind: AnyKind): boolean {
  return changes.some(
    (change) => ("put" in change ? change.put : change.delete).name === kind.name,
  );
}
