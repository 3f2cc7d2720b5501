// The file of an outbox: locked, read, and written.
import { constants } from "node:fs";
import { mkdir, open, rename, rm, stat, type FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { Code } from "@connectrpc/connect";
import { AgentError, type OutboxContents, type OutboxEntry } from "@meshwork/agents-core";
import { lockFile, type FileLock } from "./file-lock.ts";
import { encodeRecord, readLog, RECORD_OVERHEAD_BYTES, type OutboxRecord } from "./outbox-log.ts";
import { systemCode } from "./system-error.ts";

const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;
const OTHERS = 0o077;
/** Bytes of records that are handed to the system at once. */
const WRITE_BYTES_MAX = 4 * 1024 * 1024;

/** An outbox that is open. */
export interface OpenFile {
  /** Both absent until there is something to keep: an agent that sends nothing leaves no file. */
  lock?: FileLock;
  handle?: FileHandle;
  producerId: string;
  lastSequence: number;
  knownThrough: number;
  /** Bytes by sequence, of what is not confirmed. */
  live: Map<number, Uint8Array>;
  liveBytes: number;
  /** Length of the file up to the last record that is whole. */
  fileBytes: number;
  /** Set when it is not known what the file holds. */
  broken?: AgentError;
}

/** Rejects with AgentError (FailedPrecondition) when another process holds it. */
export async function lockOutbox(path: string): Promise<FileLock> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: FOLDER_MODE });
    const lock = await lockFile(path);
    if ("release" in lock) return lock;
    throw new AgentError(
      Code.FailedPrecondition,
      `outbox ${path} is used by process ${lock.heldBy}: stop it, or give each agent an outbox of its own`,
      { metadata: { path } },
    );
  } catch (error) {
    if (error instanceof AgentError) throw error;
    throw failed(path, "cannot be locked", error);
  }
}

export async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (systemCode(error) === "ENOENT") return false;
    throw failed(path, "cannot be read", error);
  }
}

type ReadFile = Omit<OpenFile, "lock">;

/** Reads what is there; `damage` tells what could not be read, a record that a crash cut short aside. */
export async function readOutbox(path: string): Promise<{ read: ReadFile; damage?: string }> {
  let handle: FileHandle;
  try {
    handle = await open(path, constants.O_RDWR | constants.O_APPEND);
  } catch (error) {
    if (systemCode(error) === "ENOENT") return { read: fresh() };
    throw failed(path, "cannot be opened", error);
  }
  try {
    await checkMode(path, handle);
    const { records, goodBytes, corrupt } = readLog(await handle.readFile());
    const read = { handle, ...stateOf(records), fileBytes: goodBytes };
    // Without its beginning nobody knows whose numbers they are.
    if (corrupt || read.producerId === "")
      return {
        read,
        damage: `it is damaged after ${goodBytes} bytes, and ${read.live.size} messages could be read`,
      };
    // What was being written when the process or the machine ended; nobody was told that it is kept.
    await handle.truncate(goodBytes);
    return { read };
  } catch (error) {
    await handle.close();
    throw error instanceof AgentError ? error : failed(path, "cannot be read", error);
  }
}

/** An outbox with nothing in it, and no file. */
export function fresh(): ReadFile {
  return {
    producerId: crypto.randomUUID(),
    lastSequence: 0,
    knownThrough: 0,
    live: new Map(),
    liveBytes: 0,
    fileBytes: 0,
  };
}

async function checkMode(path: string, handle: FileHandle): Promise<void> {
  const { mode } = await handle.stat();
  // Windows has no such bits; there the folder's access list decides.
  if (process.platform === "win32" || (mode & OTHERS) === 0) return;
  const shown = (mode & 0o777).toString(8).padStart(4, "0");
  throw new AgentError(
    Code.FailedPrecondition,
    `outbox ${path} has mode ${shown}, so others may read and forge messages: chmod 600 it`,
    { metadata: { path } },
  );
}

/** What the records say together. */
function stateOf(records: readonly OutboxRecord[]): Omit<ReadFile, "handle" | "fileBytes"> {
  let producerId = "";
  let lastSequence = 0;
  let knownThrough = 0;
  const entries: OutboxEntry[] = [];
  for (const record of records) {
    if (record.type === "producer") ({ producerId, lastSequence, knownThrough } = record);
    else if (record.type === "known") ({ knownThrough } = record);
    else {
      entries.push(record);
      lastSequence = Math.max(lastSequence, record.sequence);
    }
  }
  const left = entries.filter(({ sequence }) => sequence > knownThrough);
  return { producerId, lastSequence, knownThrough, ...liveOf(left) };
}

export function liveOf(entries: readonly OutboxEntry[]): Pick<OpenFile, "live" | "liveBytes"> {
  const live = new Map(entries.map(({ sequence, message }) => [sequence, message]));
  let liveBytes = 0;
  for (const message of live.values()) liveBytes += message.length + RECORD_OVERHEAD_BYTES;
  return { live, liveBytes };
}

export function contentsOf({
  producerId,
  lastSequence,
  knownThrough,
  live,
}: OpenFile): OutboxContents {
  const entries = [...live].map(([sequence, message]) => ({ sequence, message }));
  return { producerId, lastSequence, knownThrough, entries };
}

/** Puts entries behind the others, on the disk. */
export async function appendEntries(
  current: OpenFile,
  entries: readonly OutboxEntry[],
): Promise<void> {
  const records = entries.map((entry) => encodeRecord({ type: "message", ...entry }));
  await writeAll(current.handle!, records);
  await current.handle!.datasync();
  for (const { length } of records) current.fileBytes += length;
}

/** Appends, some records at a time. */
export async function writeAll(handle: FileHandle, records: readonly Buffer[]): Promise<void> {
  let part: Buffer[] = [];
  let bytes = 0;
  for (const [index, record] of records.entries()) {
    part.push(record);
    bytes += record.length;
    if (bytes < WRITE_BYTES_MAX && index < records.length - 1) continue;
    await handle.appendFile(Buffer.concat(part, bytes));
    part = [];
    bytes = 0;
  }
}

/** Writes what is left into a file of its own and puts it in the place of the old one. */
export async function rewrite(path: string, current: OpenFile): Promise<void> {
  const { producerId, lastSequence, knownThrough, live } = current;
  const records = [
    encodeRecord({ type: "producer", producerId, lastSequence, knownThrough }),
    ...[...live].map(([sequence, message]) => encodeRecord({ type: "message", sequence, message })),
  ];
  // One that a crash left is overwritten: nobody else writes it, as long as the lock is held.
  const temporary = `${path}.rewrite`;
  const { O_RDWR, O_APPEND, O_CREAT, O_TRUNC } = constants;
  const handle = await open(temporary, O_RDWR | O_APPEND | O_CREAT | O_TRUNC, FILE_MODE);
  try {
    await writeAll(handle, records);
    await handle.sync();
    await rename(temporary, path);
  } catch (error) {
    await handle.close();
    await rm(temporary, { force: true });
    throw error;
  }
  await current.handle?.close();
  current.handle = handle;
  current.fileBytes = records.reduce((sum, { length }) => sum + length, 0);
  await syncFolder(dirname(path));
}

/** So that the new name outlives a crash of the machine. Not every system can. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export function failed(path: string, what: string, cause?: unknown): AgentError {
  const why = cause === undefined ? "" : ` (${systemCode(cause) || (cause as Error).message})`;
  const code = systemCode(cause) === "ENOSPC" ? Code.ResourceExhausted : Code.Internal;
  return new AgentError(code, `outbox ${path} ${what}${why}`, { cause, metadata: { path } });
}
