import { type Kind, PAGE_RECORDS_MAX, type Query, type Store } from "../store/store.ts";

/** Counts records, but no further than `max`. */
export async function countUpTo<T extends object>(
  store: Store,
  kind: Kind<T>,
  eq: NonNullable<Query<T>["eq"]>,
  max: number,
  where: (doc: T) => boolean = () => true,
): Promise<number> {
  let count = 0;
  let after: string | undefined;
  do {
    const page = await store.list(kind, {
      eq,
      limit: PAGE_RECORDS_MAX,
      ...(after !== undefined && { after }),
    });
    count += page.items.filter(({ doc }) => where(doc)).length;
    after = page.next;
  } while (after !== undefined && count < max);
  return Math.min(count, max);
}
