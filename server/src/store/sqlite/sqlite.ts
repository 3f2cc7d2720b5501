// The embedded engine: one process, one file.
import { randomBytes } from "node:crypto";
import { resolve } from "node:path";
import {
  type AnyKind,
  type CallOptions,
  HISTORY_SECONDS,
  type Store,
  StoreError,
} from "../store.ts";
import { formatCursor, parseCursor } from "./cursor.ts";
import { createDiskCheck } from "./disk.ts";
import { inspectDatabase } from "./inspect.ts";
import { type KindTable, kindTable } from "./kinds.ts";
import { FREE_BYTES_MIN, TICK_MS } from "./limits.ts";
import { createPrivate, takeLock } from "./lock.ts";
import { preparePlace } from "./place.ts";
import { checkId, checkIds, planCommit, planErase } from "./plan.ts";
import type { Write, WriteSuccess } from "./protocol.ts";
import { openReader, type Reader } from "./reader.ts";
import { EXPIRED_WRITE_ID } from "./sweep.ts";
import { createHub, type Hub } from "./watch.ts";
import { startWriter, type Writer } from "./writer.ts";

export interface SqliteStoreOptions {
  /** The database file; more files with longer names come to lie beside it. */
  readonly path: string;
  readonly kinds: readonly AnyKind[];
  /** Milliseconds since 1970, for what expires. */
  readonly now?: () => number;
  /** Writes are refused with EXHAUSTED while the disk has less room; default `FREE_BYTES_MIN`. */
  readonly freeBytesMin?: number;
  /** Takes a database that has lost commits, or cannot prove that it has not, in a new epoch. */
  readonly acceptOlderStore?: boolean;
  /** Has to end the process: the disk failed, and what is in the database is unknown until it is opened again. */
  readonly onFatal?: (error: StoreError) => void;
  /** At least so much history is kept for watches. */
  readonly historySeconds?: number;
  /** Milliseconds between two looks for what has expired, and between bookmarks. */
  readonly tickMs?: number;
  /** "OFF" breaks the promise of durability: only for the test that proves it would be noticed. */
  readonly synchronous?: "FULL" | "OFF";
}

/**
 * Opens the database, or creates it. Fails with UNAVAILABLE when another process has it, with INVALID
 * when it is damaged, older than what was acknowledged, or written by a newer Meshwork, or when no
 * database can be there, and with EXHAUSTED when there is no room for a new one; then nothing in it
 * was changed.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const kinds = kindTable(options.kinds);
  const path = resolve(options.path);
  const now = options.now ?? Date.now;
  preparePlace(path);
  const freeBytesMin = options.freeBytesMin ?? FREE_BYTES_MIN;
  const lock = takeLock(path);
  try {
    const finding = inspectDatabase(path, kinds.specs, options.acceptOlderStore === true);
    if (finding === "new") checkRoom(path, freeBytesMin);
    createPrivate(path);
    let hub: Hub | undefined;
    const writer = await startWriter({
      config: {
        path,
        kinds: kinds.specs,
        newEpoch: finding === "good" ? undefined : randomBytes(8).toString("hex"),
        freeBytesMin,
        historySeconds: options.historySeconds ?? HISTORY_SECONDS,
        synchronous: options.synchronous ?? "FULL",
      },
      now,
      onLanded: (write, result) => {
        publishWrite(hub!, write, result);
      },
      onSwept: ({ rev, events }) => {
        const writeId = EXPIRED_WRITE_ID;
        hub!.publish({ rev, changes: events.map((e) => ({ ...e, writeId, json: undefined })) });
      },
      onFatal: (error) => {
        hub!.close(new StoreError("UNAVAILABLE", error.message));
        (options.onFatal ?? endProcess)(error);
      },
    });
    const reader = openReader(path, kinds);
    const watches = (hub = createHub(kinds, reader));
    const timer = setInterval(() => {
      watches.tick();
      writer.sweep();
    }, options.tickMs ?? TICK_MS).unref();
    return createStore(kinds, writer, reader, watches, async () => {
      clearInterval(timer);
      await writer.drain();
      watches.close();
      // first, so that the writer is the last to close and folds the log into the database
      reader.close();
      await writer.close();
      lock.release();
    });
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** One that is there may be read on a full disk; a new one would be of no use. */
function checkRoom(path: string, freeBytesMin: number): void {
  const refusal = createDiskCheck({ path, freeBytesMin })();
  if (refusal === undefined) return;
  throw new StoreError(refusal.code, `no room for a new database: ${refusal.message}`);
}

function createStore(
  kinds: KindTable,
  writer: Writer,
  reader: Reader,
  hub: Hub,
  shutDown: () => Promise<void>,
): Store {
  let closing: Promise<void> | undefined;
  const check = (options: CallOptions = {}) => {
    if (closing !== undefined) throw new StoreError("UNAVAILABLE", "the store is closed");
    if (options.signal?.aborted === true)
      throw new StoreError("UNAVAILABLE", "the call was cancelled");
    if (options.deadlineMs !== undefined && options.deadlineMs <= 0) {
      throw new StoreError("UNAVAILABLE", `the deadline of ${options.deadlineMs} ms has passed`);
    }
    // everything acknowledged is visible at once; this only refuses what cannot be met
    if (options.atLeast !== undefined) parseCursor(options.atLeast, reader);
  };
  const read = <T>(options: CallOptions | undefined, body: () => T): Promise<T> =>
    new Promise((resolve) => {
      check(options);
      resolve(asStoreErrors(body));
    });
  const submit = async (write: Write, bytes: number, options: CallOptions | undefined) => {
    const result = await writer.submit(write, bytes, options ?? {});
    return { result, cursor: formatCursor(reader.epoch, result.rev) };
  };
  return {
    get: (kind, id, options) =>
      read(options, () => {
        checkId(id, "id");
        return reader.get(kind, id);
      }),
    getMany: (kind, ids, options) =>
      read(options, () => {
        checkIds(ids);
        return reader.getMany(kind, ids);
      }),
    list: (kind, query, options) =>
      read(options, () => {
        const { rev, ...page } = reader.list(kind, query);
        return { ...page, cursor: formatCursor(reader.epoch, rev) };
      }),
    count: (kind, query, max, options) => read(options, () => reader.count(kind, query, max)),
    head: (options) => read(options, () => formatCursor(reader.epoch, reader.head())),
    async commit(commit, options) {
      check(options);
      const { write, bytes } = planCommit(kinds, commit);
      const { result, cursor } = await submit(write, bytes, options);
      const { versions, replayed } = result;
      return replayed === undefined ? { versions, cursor } : { versions, cursor, replayed };
    },
    replay: (key, options) =>
      read(options, () => {
        checkId(key, "idempotency key");
        return reader.replay(key);
      }),
    async eraseMany(kind, ids, options) {
      check(options);
      const { result } = await submit(planErase(kinds, kind, ids), 0, options);
      return result.versions[0]!;
    },
    watch: (options) => {
      check();
      return hub.watch(options);
    },
    close: () => (closing ??= shutDown()),
  };
}

function publishWrite(hub: Hub, write: Write, { rev, versions, replayed }: WriteSuccess): void {
  if (replayed !== undefined) return;
  if ("erase" in write) {
    hub.publish({ rev, changes: [] });
    return;
  }
  const { writeId } = write;
  const changes = write.changes.map(({ kind, id, json }, index) => {
    return { kind, id, json, writeId, version: versions[index]! };
  });
  hub.publish({ rev, changes: changes.filter(({ version }) => version > 0) });
}

/** What SQLite throws on a read is a failure of the disk or the file. */
function asStoreErrors<T>(body: () => T): T {
  try {
    return body();
  } catch (error) {
    if ((error as { code?: unknown }).code !== "ERR_SQLITE_ERROR") throw error;
    throw new StoreError("UNAVAILABLE", `the database failed: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** An uncaught error ends the process unless somebody has decided otherwise. */
function endProcess(error: StoreError): void {
  setImmediate(() => {
    throw error;
  });
}
