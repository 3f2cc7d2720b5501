// Watches of one process. A watch reads the log until it has caught up, then takes what the writer
// reports; the change of source is made without an await in between, so nothing falls through.
import { setImmediate } from "node:timers/promises";
import { type Batch, type Event, StoreError, type WatchOptions } from "../store.ts";
import { decodeDoc } from "./codec.ts";
import { formatCursor, parseCursor } from "./cursor.ts";
import type { KindTable } from "./kinds.ts";
import { BATCH_EVENTS_MAX, WATCH_BYTES_MAX, WATCH_EVENTS_MAX } from "./limits.ts";
import type { Reader } from "./reader.ts";

/** A commit that landed, as the writer reports it. */
export interface Landed {
  readonly rev: number;
  readonly changes: readonly {
    readonly kind: number;
    readonly id: string;
    readonly version: number;
    readonly writeId: string;
    readonly json: string | undefined;
  }[];
}

export interface Hub {
  /** Takes commits in the order of their revisions. */
  publish(commit: Landed): void;
  /** Gives watches whose kinds are quiet a bookmark. */
  tick(): void;
  watch(options: WatchOptions): AsyncIterable<Batch>;
  /** Ends all watches, with an error if there is one. */
  close(error?: StoreError): void;
}

interface Watcher {
  readonly names: ReadonlySet<string>;
  readonly where: ((event: Event) => boolean) | undefined;
  readonly maxQueued: number;
  /** Commits that wait for the reader. */
  queue: { readonly rev: number; readonly events: readonly Event[]; readonly bytes: number }[];
  queuedEvents: number;
  queuedBytes: number;
  /** The reader has everything up to here. */
  position: number;
  bookmarkDue: boolean;
  ended: boolean;
  failure: unknown;
  wake: (() => void) | undefined;
}

export function createHub(kinds: KindTable, reader: Reader): Hub {
  /** Watches that have caught up. */
  const live = new Set<Watcher>();
  /** All that somebody iterates, those that still read the log among them. */
  const open = new Set<Watcher>();
  let published = reader.head();
  let closed: { readonly error: StoreError | undefined } | undefined;
  return {
    publish(commit) {
      published = commit.rev;
      if (live.size > 0) deliver(kinds, live, commit);
    },
    tick() {
      for (const watcher of live) {
        if (watcher.queue.length > 0 || watcher.position >= published) continue;
        watcher.bookmarkDue = true;
        watcher.wake?.();
      }
    },
    watch(options) {
      const watcher = createWatcher(kinds, options, reader);
      return iterate(watcher, options);
    },
    close(error) {
      closed = { error };
      for (const watcher of open) end(watcher, error);
    },
  };

  async function* iterate(watcher: Watcher, { kinds: wanted, signal }: WatchOptions) {
    const onAbort = () => {
      end(watcher, undefined);
    };
    if (closed !== undefined) end(watcher, closed.error);
    if (signal?.aborted === true) onAbort();
    signal?.addEventListener("abort", onAbort);
    open.add(watcher);
    try {
      while (!stopped(watcher)) {
        const part = reader.history(wanted, watcher.position);
        watcher.position = part.rev;
        if (part.complete) live.add(watcher);
        const events = watcher.where ? part.events.filter(watcher.where) : part.events;
        // the first batch tells that the watch is there, be it empty
        if (events.length > 0 || part.complete) yield batch(events, part.rev);
        if (part.complete) break;
        await setImmediate();
      }
      while (!stopped(watcher)) {
        const next = takeQueued(watcher, published);
        if (next !== undefined) yield batch(next, watcher.position);
        else await new Promise<void>((resolve) => (watcher.wake = resolve));
      }
    } finally {
      live.delete(watcher);
      open.delete(watcher);
      signal?.removeEventListener("abort", onAbort);
    }
  }

  function batch(events: readonly Event[], rev: number): Batch {
    return { events, cursor: formatCursor(reader.epoch, rev) };
  }
}

function createWatcher(kinds: KindTable, options: WatchOptions, reader: Reader): Watcher {
  for (const kind of options.kinds) {
    if (!kinds.specs[kinds.indexOf(kind)]!.watched) {
      throw new StoreError("INVALID", `kind "${kind.name}" is not declared as watched`);
    }
  }
  const { from } = options;
  return {
    names: new Set(options.kinds.map(({ name }) => name)),
    where: options.where,
    maxQueued: options.maxQueued ?? WATCH_EVENTS_MAX,
    queue: [],
    queuedEvents: 0,
    queuedBytes: 0,
    position: from === "now" ? reader.head() : parseCursor(from, reader),
    bookmarkDue: false,
    ended: false,
    failure: undefined,
    wake: undefined,
  };
}

/** Throws what the watch failed with. */
function stopped(watcher: Watcher): boolean {
  if (watcher.failure !== undefined) throw watcher.failure as Error;
  return watcher.ended;
}

/** Whoever reads may never ask again: what has ended collects nothing more. */
function end(watcher: Watcher, failure: unknown): void {
  watcher.ended = true;
  watcher.failure ??= failure;
  watcher.queue = [];
  watcher.wake?.();
}

function deliver(kinds: KindTable, live: Set<Watcher>, { rev, changes }: Landed): void {
  // decoded once, and only if somebody wants it
  const decoded: (Event | undefined)[] = [];
  for (const watcher of live) {
    if (watcher.ended) {
      live.delete(watcher);
      continue;
    }
    if (rev <= watcher.position) continue;
    const events: Event[] = [];
    let bytes = 0;
    try {
      changes.forEach((change, index) => {
        const { name } = kinds.specs[change.kind]!;
        if (!watcher.names.has(name)) return;
        const event = (decoded[index] ??= toEvent(name, change));
        if (watcher.where?.(event) === false) return;
        events.push(event);
        bytes += change.json?.length ?? 0;
      });
      if (events.length > 0) enqueue(watcher, { rev, events, bytes });
    } catch (error) {
      live.delete(watcher);
      end(watcher, error);
    }
  }
}

function toEvent(kind: string, { id, version, writeId, json }: Landed["changes"][number]): Event {
  return { kind, id, version, writeId, ...(json === undefined ? {} : { doc: decodeDoc(json) }) };
}

function enqueue(watcher: Watcher, commit: Watcher["queue"][number]): void {
  watcher.queuedEvents += commit.events.length;
  watcher.queuedBytes += commit.bytes;
  if (watcher.queuedEvents > watcher.maxQueued || watcher.queuedBytes > WATCH_BYTES_MAX) {
    throw new StoreError(
      "OUT_OF_RANGE",
      `the watch fell behind: more than ${watcher.maxQueued} events or ${WATCH_BYTES_MAX} bytes wait; ` +
        "resume from the last cursor, or list again",
    );
  }
  watcher.queue.push(commit);
  watcher.wake?.();
}

/** The next batch's events and the new position; undefined when there is nothing to tell. */
function takeQueued(watcher: Watcher, published: number): Event[] | undefined {
  const events: Event[] = [];
  let taken = 0;
  for (const commit of watcher.queue) {
    if (events.length >= BATCH_EVENTS_MAX) break;
    events.push(...commit.events);
    watcher.queuedBytes -= commit.bytes;
    watcher.position = commit.rev;
    taken++;
  }
  watcher.queue.splice(0, taken);
  watcher.queuedEvents -= events.length;
  const bookmark = watcher.bookmarkDue && watcher.position < published;
  watcher.bookmarkDue = false;
  // nothing of its kinds lies between the last event and the newest commit
  if (watcher.queue.length === 0 && (taken > 0 || bookmark)) {
    watcher.position = Math.max(watcher.position, published);
  }
  return taken > 0 || bookmark ? events : undefined;
}
