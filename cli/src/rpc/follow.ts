// Follows a watch through lost connections, each commit whole and once.
import type { Message } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { setTimeout as sleep } from "node:timers/promises";

/** A response of any watch. */
export interface WatchResponse<Change extends Message = Message> {
  readonly changes: readonly Change[];
  readonly cursor: string;
  /** SNAPSHOT 1, LIVE 2. */
  readonly phase: number;
  readonly more: boolean;
}

/** Whole commits, or the whole of what was there. */
export interface Batch<Change extends Message = Message> {
  readonly changes: readonly Change[];
  /** Whether this is what was there when the watch began. */
  readonly snapshot: boolean;
}

/** What following needs from outside. */
export interface FollowWorld {
  readonly signal: AbortSignal;
  /** So long in all, through all connections; then it fails with DEADLINE_EXCEEDED. */
  readonly timeoutMs?: number | undefined;
  /** Told when a connection is lost, and how long it will wait. */
  readonly onLost?: (why: string, waitMs: number) => void;
  /** Told when the cursor is too old and the watch begins anew. */
  readonly onRestart?: () => void;
  /** A number from 0 to 1. */
  readonly random?: () => number;
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

const waitFirstMs = 200;
const waitMaxMs = 10_000;
const snapshotPhase = 1;

/**
 * Yields a watch's batches until the signal fires. Reconnects after the last whole batch, with
 * growing waits; what came of a batch before a connection broke is asked for again. Throws what the
 * first connection fails with, and later what no retry can mend.
 */
export async function* follow<Change extends Message>(
  open: (cursor: string, signal: AbortSignal) => AsyncIterable<WatchResponse<Change>>,
  world: FollowWorld,
): AsyncGenerator<Batch<Change>> {
  let cursor = "";
  let parts: Change[] = [];
  const begin = (signal: AbortSignal) => {
    parts = [];
    return open(cursor, signal);
  };
  const beginAnew = (code: Code): boolean => {
    if (code !== Code.OutOfRange || cursor === "") return false;
    world.onRestart?.();
    cursor = "";
    return true;
  };
  for await (const response of reopened(begin, world, beginAnew)) {
    parts.push(...response.changes);
    if (response.more) continue;
    cursor = response.cursor;
    yield { changes: parts, snapshot: response.phase === snapshotPhase };
    parts = [];
  }
}

/**
 * Yields what a stream brings until the signal fires, and opens it again, with growing waits, whenever it
 * ends; at once where `mended` has seen to what it ended with. Throws what the first connection fails
 * with, and later what no retry can mend.
 */
export async function* reopened<T>(
  open: (signal: AbortSignal) => AsyncIterable<T>,
  world: FollowWorld,
  mended: (code: Code) => boolean = () => false,
): AsyncGenerator<T> {
  const { timeoutMs } = world;
  const signal = timeoutMs === undefined ? world.signal : boundedBy(timeoutMs, world.signal);
  let everHeard = false;
  let waitMs = waitFirstMs;
  const over = (): boolean => {
    if (signal.aborted && !world.signal.aborted)
      throw new ConnectError(`given up after ${timeoutMs} ms`, Code.DeadlineExceeded);
    return signal.aborted;
  };
  while (!over()) {
    let why = "the server ended the stream";
    try {
      for await (const response of open(signal)) {
        everHeard = true;
        waitMs = waitFirstMs;
        yield response;
      }
    } catch (error) {
      if (over()) return;
      const { code, rawMessage } = ConnectError.from(error);
      if (mended(code)) continue;
      if (!everHeard || !isPassing(code)) throw error;
      why = rawMessage;
    }
    await pause(why, waitMs, { ...world, signal });
    waitMs = Math.min(waitMaxMs, waitMs * 2);
  }
}

function boundedBy(timeoutMs: number, signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
}

/** Repeats a read until no connection breaks it. Throws what no retry can mend. */
export async function persist<T>(read: () => Promise<T>, world: FollowWorld): Promise<T> {
  for (let waitMs = waitFirstMs; ; waitMs = Math.min(waitMaxMs, waitMs * 2)) {
    try {
      return await read();
    } catch (error) {
      const { code, rawMessage } = ConnectError.from(error);
      if (world.signal.aborted || !isPassing(code)) throw error;
      await pause(rawMessage, waitMs, world);
    }
  }
}

async function pause(
  why: string,
  ms: number,
  { signal, onLost, random = Math.random, wait = waitFor }: FollowWorld,
): Promise<void> {
  const jitteredMs = Math.round(ms * (0.5 + random() / 2));
  onLost?.(why, jitteredMs);
  await wait(jitteredMs, signal);
}

/** Whether it is the connection that broke, rather than the request that was refused. */
export function isPassing(code: Code): boolean {
  return passing.has(code);
}

const passing: ReadonlySet<Code> = new Set([
  Code.Unavailable,
  Code.Canceled,
  Code.Aborted,
  Code.Unknown,
  Code.Internal,
  Code.DeadlineExceeded,
  Code.ResourceExhausted,
]);

async function waitFor(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}
