// An agent's outbox in a file: what is confirmed as kept outlives the process and the machine's crash.
import { Code } from "@connectrpc/connect";
import {
  AgentError,
  type Outbox,
  type OutboxContents,
  type OutboxEntry,
} from "@meshwork/agents-core";
import {
  appendEntries,
  contentsOf,
  exists,
  failed,
  fresh,
  liveOf,
  lockOutbox,
  readOutbox,
  rewrite,
  writeAll,
  type OpenFile,
} from "./outbox-file.ts";
import { encodeRecord, RECORD_OVERHEAD_BYTES } from "./outbox-log.ts";

/** Bytes of confirmed messages above which the file is written anew, if they are more than the rest. */
const DEAD_BYTES_MAX = 1024 * 1024;
/**
 * An append-only log of checksummed records, on disk before `append` resolves, with all that waits in one
 * write. Confirmed messages go when the file is written anew, as a whole, by a rename. A record that a crash
 * cut short is taken off when it is opened; damage before the end is told as `damage`, and what is still
 * readable is kept. One process at a time, mode 0600. Rejects with AgentError: FailedPrecondition when
 * another process holds it or others may read it, Internal when the disk fails.
 */
export function createDiskOutbox(path: string): Outbox {
  let file: OpenFile | undefined;
  /** One thing at a time; what is confirmed is noted behind whatever is being written. */
  let last: Promise<unknown> = Promise.resolve();

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  }

  function opened(): OpenFile {
    if (file === undefined) throw failed(path, "is not open");
    if (file.broken !== undefined) throw file.broken;
    return file;
  }

  async function openFile(): Promise<OutboxContents> {
    if (!(await exists(path))) {
      file = fresh();
      return contentsOf(file);
    }
    const lock = await lockOutbox(path);
    try {
      const { read, damage } = await readOutbox(path);
      file = { lock, ...read };
      return { ...contentsOf(file), ...(damage !== undefined && { damage }) };
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  async function append(entries: readonly OutboxEntry[]): Promise<void> {
    const current = opened();
    try {
      if (current.handle === undefined) await begin(current);
      await appendEntries(current, entries);
    } catch (error) {
      await takeBack(current);
      throw error instanceof AgentError ? error : failed(path, "could not be written", error);
    }
    for (const { sequence, message } of entries) {
      current.live.set(sequence, message);
      current.liveBytes += message.length + RECORD_OVERHEAD_BYTES;
      current.lastSequence = sequence;
    }
  }

  async function begin(current: OpenFile): Promise<void> {
    const lock = (current.lock ??= await lockOutbox(path));
    if (await exists(path)) {
      delete current.lock;
      await lock.release();
      throw new AgentError(
        Code.FailedPrecondition,
        `outbox ${path} was made by another process since the agent started: start the agent anew`,
        { metadata: { path } },
      );
    }
    await rewrite(path, current);
  }

  /** After a failed write nothing of it may come back at the next start. */
  async function takeBack(current: OpenFile): Promise<void> {
    try {
      await current.handle?.truncate(current.fileBytes);
      await current.handle?.datasync();
    } catch (error) {
      current.broken = failed(
        path,
        "is in an unknown state after a failed write: start anew",
        error,
      );
    }
  }

  async function note(knownThrough: number): Promise<void> {
    const current = file;
    if (current?.handle === undefined || current.broken !== undefined) return;
    for (let known = current.knownThrough + 1; known <= knownThrough; known += 1) {
      const message = current.live.get(known);
      if (message === undefined) continue;
      current.live.delete(known);
      current.liveBytes -= message.length + RECORD_OVERHEAD_BYTES;
    }
    current.knownThrough = knownThrough;
    const record = encodeRecord({ type: "known", knownThrough });
    try {
      // Not forced to the disk: if it is lost, the server answers the same messages once more.
      await writeAll(current.handle, [record]);
      current.fileBytes += record.length;
      const dead = current.fileBytes - current.liveBytes;
      if (dead > Math.max(DEAD_BYTES_MAX, current.liveBytes)) await rewrite(path, current);
    } catch {
      // The note is only lost; an append that meets the same disk says what is wrong.
      await takeBack(current);
    }
  }

  return {
    place: path,
    durable: true,
    open: () => inTurn(openFile),
    append: (entries) => inTurn(() => append(entries)),
    confirm: (knownThrough) => void inTurn(() => note(knownThrough)),
    renew: ({ entries, ...numbers }) =>
      inTurn(async () => {
        const current = opened();
        Object.assign(current, numbers, liveOf(entries));
        // Nothing to keep, and nothing there: the first append writes it.
        if (current.handle === undefined && entries.length === 0) return;
        try {
          await rewrite(path, current);
        } catch (error) {
          current.broken = failed(path, "could not be written anew: start anew", error);
          throw current.broken;
        }
      }),
    close: () =>
      inTurn(async () => {
        const current = file;
        file = undefined;
        await current?.handle?.close();
        await current?.lock?.release();
      }),
  };
}
