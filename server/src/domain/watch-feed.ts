import { type DescMessage, type MessageShape, toBinary } from "@bufbuild/protobuf";
import { WatchPhase } from "@meshwork/gen/mesh/v1/watch";
import {
  type AnyKind,
  type Batch,
  type Cursor,
  type Event,
  type Store,
  StoreError,
} from "../store/store.ts";
import type { Clock } from "./clock.ts";
import { DomainError } from "./errors.ts";

/** Bytes of the changes in one response; a larger commit is split. */
export const watchBytesMax = 1024 * 1024;
/** Silence after which a watch tells where it stands, milliseconds. */
export const bookmarkMs = 30_000;
/** Commits' events that wait in memory for a slow watcher; beyond, they are read from the log again. */
export const watchQueuedMax = 1_000;

/** What a response holds besides its changes: the cursor, at most. */
const watchBytesReserved = 2 * 1024;

/** A response of a watch. */
export interface FeedResponse<Change> {
  readonly changes: Change[];
  /** Where to go on; empty within a snapshot, which can only be begun anew. */
  readonly cursor: string;
  readonly phase: WatchPhase;
  readonly more: boolean;
}

export interface Feed<Desc extends DescMessage> {
  readonly store: Store;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Uid of what is watched: a cursor of an earlier thing of the same name is refused. */
  readonly subject: string;
  /** As the caller sent it; empty: begin with what is there. */
  readonly cursor: string;
  readonly kinds: readonly AnyKind[];
  readonly where: (event: Event) => boolean;
  readonly schema: Desc;
  /** What is there, in pages, each with the cursor of its snapshot. At least one page. */
  snapshot(): AsyncIterable<{
    readonly changes: MessageShape<Desc>[];
    readonly cursor: Cursor;
  }>;
  /** What the events tell the caller; nothing of what the snapshot or an earlier event told. */
  translate(events: readonly Event[]): Promise<MessageShape<Desc>[]>;
  /** Whether the subject is gone and nothing will follow. */
  over(): boolean;
}

/**
 * List, then watch: what is there, then each commit once, in order, without gap; a bookmark after
 * each 30 s of silence. Fails with CURSOR_TOO_OLD when history does not reach back to the cursor.
 */
export async function* watchFeed<Desc extends DescMessage>(
  feed: Feed<Desc>,
): AsyncGenerator<FeedResponse<MessageShape<Desc>>> {
  let position = readCursor(feed.subject, feed.cursor);
  if (position === undefined) {
    let begin: Cursor | undefined;
    let held: MessageShape<Desc>[] | undefined;
    for await (const page of feed.snapshot()) {
      if (feed.signal.aborted) return;
      // History is followed from the first page on; what later pages knew already is left out then.
      begin ??= page.cursor;
      if (held) yield* snapshotParts(feed.schema, held, undefined);
      held = page.changes;
    }
    position = begin!;
    yield* snapshotParts(feed.schema, held!, writeCursor(feed.subject, position));
    if (feed.over()) return;
  }
  yield* live(feed, position);
}

function* snapshotParts<Desc extends DescMessage>(
  schema: Desc,
  changes: MessageShape<Desc>[],
  last: string | undefined,
): Generator<FeedResponse<MessageShape<Desc>>> {
  const parts = split(schema, changes);
  for (const [index, part] of parts.entries()) {
    const end = last !== undefined && index === parts.length - 1;
    yield {
      changes: part,
      cursor: end ? last : "",
      phase: WatchPhase.SNAPSHOT,
      more: !end,
    };
  }
}

async function* live<Desc extends DescMessage>(
  feed: Feed<Desc>,
  begin: Cursor,
): AsyncGenerator<FeedResponse<MessageShape<Desc>>> {
  const phase = WatchPhase.LIVE;
  let sent = begin;
  let quietSinceMs = -Infinity;
  for await (const batch of batches(feed, begin, () => quietSinceMs + bookmarkMs)) {
    const changes = batch.events.length === 0 ? [] : await feed.translate(batch.events);
    const due = feed.clock.monotonic() >= quietSinceMs + bookmarkMs;
    if (changes.length === 0 && feed.over()) return;
    if (changes.length === 0 && !due) {
      sent = batch.cursor;
      continue;
    }
    const parts = split(feed.schema, changes);
    for (const [index, part] of parts.entries()) {
      const more = index < parts.length - 1;
      // Who stops within a commit gets all of it again.
      const cursor = writeCursor(feed.subject, more ? sent : batch.cursor);
      yield { changes: part, cursor, phase, more };
    }
    sent = batch.cursor;
    quietSinceMs = feed.clock.monotonic();
    if (feed.over()) return;
  }
}

/** The store's batches, and an empty one whenever `dueMs` passes in silence. */
async function* batches<Desc extends DescMessage>(
  feed: Feed<Desc>,
  begin: Cursor,
  dueMs: () => number,
): AsyncGenerator<Batch> {
  let position = begin;
  for (;;) {
    const stop = new AbortController();
    let progress = false;
    let iterator: AsyncIterator<Batch> | undefined;
    try {
      const source = feed.store.watch({
        kinds: feed.kinds,
        where: feed.where,
        from: position,
        signal: AbortSignal.any([feed.signal, stop.signal]),
        maxQueued: watchQueuedMax,
      });
      iterator = source[Symbol.asyncIterator]();
      let pending: Promise<IteratorResult<Batch>> | undefined;
      for (;;) {
        pending ??= iterator.next();
        const result = await orSilence(feed.clock, pending, dueMs());
        if (result === "silence") {
          yield { events: [], cursor: position };
          continue;
        }
        pending = undefined;
        if (result.done === true) return;
        progress = true;
        position = result.value.cursor;
        yield result.value;
      }
    } catch (error) {
      // Slow readers lose the queue, not history: they go on in the log where they stand.
      if (progress && error instanceof StoreError && error.code === "OUT_OF_RANGE") continue;
      throw cursorError(error);
    } finally {
      stop.abort();
      // A source that waits to be asked again would otherwise never learn that nobody will.
      iterator?.return?.().catch(() => undefined);
    }
  }
}

function orSilence<T>(clock: Clock, pending: Promise<T>, dueMs: number): Promise<T | "silence"> {
  if (dueMs === -Infinity) return pending;
  return new Promise((resolve, reject) => {
    const timer = clock.after(dueMs - clock.monotonic(), () => {
      resolve("silence");
    });
    const settled = () => {
      timer.cancel();
    };
    pending.then(resolve, reject);
    pending.then(settled, settled);
  });
}

function split<Desc extends DescMessage>(
  schema: Desc,
  changes: MessageShape<Desc>[],
): MessageShape<Desc>[][] {
  // One change is all that a response has to hold; most responses are that.
  if (changes.length <= 1) return [changes];
  const parts: MessageShape<Desc>[][] = [[]];
  let bytes = 0;
  for (const change of changes) {
    // Its tag and length within the response take at most six bytes more.
    const size = toBinary(schema, change).length + 6;
    if (bytes + size > watchBytesMax - watchBytesReserved && parts.at(-1)!.length > 0) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)!.push(change);
    bytes += size;
  }
  return parts;
}

function writeCursor(subject: string, cursor: Cursor): string {
  return `${subject}.${cursor}`;
}

function readCursor(subject: string, cursor: string): Cursor | undefined {
  if (cursor === "") return undefined;
  const head = `${subject}.`;
  if (!cursor.startsWith(head)) throw tooOld();
  return cursor.slice(head.length);
}

function cursorError(error: unknown): unknown {
  if (!(error instanceof StoreError)) return error;
  return error.code === "OUT_OF_RANGE" || error.code === "INVALID" ? tooOld(error) : error;
}

function tooOld(cause?: StoreError): DomainError {
  return new DomainError(
    "CURSOR_TOO_OLD",
    "the cursor is too old or was made elsewhere; watch again with an empty cursor and replace what you hold",
    { ...(cause && { cause }) },
  );
}
