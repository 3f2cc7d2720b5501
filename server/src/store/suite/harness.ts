// What the suite needs of an engine, and the kinds and helpers that its tests share.
import { expect } from "@jest/globals";
import {
  type AnyKind,
  type Batch,
  type Commit,
  type Event,
  type Kind,
  type Page,
  type Query,
  type Rec,
  type Store,
  StoreError,
  type StoreErrorCode,
} from "../store.ts";

/** An engine with an empty database of its own. */
export interface Harness {
  readonly store: Store;
  /** Closes the store and opens the same data again, with other kinds if any are given. */
  reopen(kinds?: readonly AnyKind[]): Promise<Store>;
  /** Resolves when nothing that was watched so far can be resumed from. */
  forgetHistory(): Promise<void>;
  /** Closes the store and removes its data. */
  remove(): Promise<void>;
}

export type OpenHarness = (kinds: readonly AnyKind[]) => Promise<Harness>;

export interface Thing {
  readonly name: string;
  readonly group?: string;
  readonly rank?: number;
  readonly on?: boolean;
  readonly at?: Date;
  readonly data?: Uint8Array;
}

export const things: Kind<Thing> = {
  name: "things",
  watched: true,
  schema: 1,
  indexes: [["group", "rank"], ["group", "name"], ["at"], ["on"]],
  delete: { tombstoneSeconds: 3600 },
};

export const counters: Kind<{ readonly n: number }> = {
  name: "counters",
  watched: true,
  schema: 1,
  delete: "erase",
};

/** Like a mailbox: not watched, erased in bulk. */
export const letters: Kind<{ readonly body: string }> = {
  name: "letters",
  watched: false,
  schema: 1,
  delete: "erase",
};

export const suiteKinds: readonly AnyKind[] = [things, counters, letters];

let writes = 0;

/** A commit with a write id of its own. */
export function commitOf(changes: Commit["changes"], more?: Partial<Commit>): Commit {
  return { writeId: `write-${++writes}`, changes, ...more };
}

/** Resolves with the error's fields; fails when the call succeeds or throws anything but a StoreError. */
export async function refusal(
  call: Promise<unknown> | (() => Promise<unknown>),
): Promise<Pick<StoreError, "code" | "message" | "record">> {
  try {
    await (typeof call === "function" ? call() : call);
  } catch (error) {
    expect(error).toBeInstanceOf(StoreError);
    return error as StoreError;
  }
  throw new Error("expected the call to be refused, but it succeeded");
}

/** Resolves with the code of a refusal. */
export async function codeOf(
  call: Promise<unknown> | (() => Promise<unknown>),
): Promise<StoreErrorCode> {
  return (await refusal(call)).code;
}

/** Every record of a query, page by page. */
export async function listAll<T extends object>(
  store: Store,
  kind: Kind<T>,
  query: Query<T>,
): Promise<{ items: Rec<T>[]; pages: Page<T>[] }> {
  const items: Rec<T>[] = [];
  const pages: Page<T>[] = [];
  for (let after: string | undefined; ;) {
    const page = await store.list(kind, after === undefined ? query : { ...query, after });
    pages.push(page);
    items.push(...page.items);
    if (page.next === undefined) return { items, pages };
    after = page.next;
  }
}

/** Takes batches until an event satisfies `last`; answers the batches, and their events in order. */
export async function takeUntil(
  batches: AsyncIterable<Batch>,
  last: (event: Event) => boolean,
): Promise<{ batches: Batch[]; events: Event[] }> {
  const taken: Batch[] = [];
  for await (const batch of batches) {
    taken.push(batch);
    if (batch.events.some(last)) break;
  }
  return { batches: taken, events: taken.flatMap(({ events }) => events) };
}

/** The first batch, which comes at once. */
export async function firstBatch(batches: AsyncIterable<Batch>): Promise<Batch> {
  for await (const batch of batches) return batch;
  throw new Error("the watch ended before its first batch");
}
