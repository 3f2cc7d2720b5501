import type { Store } from "../../../store/store.ts";

/** Counts the calls of the store. */
export function watchCalls({ store }: { readonly store: Store }) {
  let [made, open] = [0, 0];
  for (const name of ["get", "getMany", "list", "count", "commit", "eraseMany"] as const) {
    const call = store[name].bind(store) as (...args: unknown[]) => Promise<unknown>;
    Object.assign(store, {
      [name]: async (...args: unknown[]) => {
        made += 1;
        open += 1;
        try {
          return await call(...args);
        } finally {
          open -= 1;
        }
      },
    });
  }
  return { made: () => made, open: () => open };
}
