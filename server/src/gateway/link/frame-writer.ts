import type { ServerHttp2Stream } from "node:http2";
import { ENVELOPE_HEAD_BYTES, writeHead } from "../envelope.ts";
import { watchEnd, type StallOptions } from "../write-stall.ts";

/** Bytes of one write, at most: so that a peer which takes a big frame slowly is seen to take it. */
const WRITE_BYTES_MAX = 64 * 1024;
/** Frames up to this are copied together; a larger one is written from where it is. */
const COPIED_BYTES_MAX = 16 * 1024;
const BATCH_BYTES_FIRST = 512;

/** Writes frames to a stream, those that wait together in one go. */
export interface FrameWriter {
  /** Puts a frame in its envelope behind what waits. The bytes must not be changed afterwards. */
  add(frame: Uint8Array): void;
  /** Hands to the stream what it takes; the rest follows as the peer takes it. */
  readonly flush: () => void;
  /** Bytes that the peer has not taken yet. */
  readonly bufferedBytes: () => number;
  /** Runs `then` once all that waits was handed to the stream, at once if it was. */
  end(then: () => void): void;
  /** Forgets what the stream was not handed. */
  drop(): void;
}

/**
 * What waits is kept here and not in the stream, of which it could not be taken back, and which tells
 * only of whole writes that they were taken.
 */
export function createFrameWriter(
  stream: ServerHttp2Stream,
  touch: () => void,
  stall: () => StallOptions,
): FrameWriter {
  const chunks: Uint8Array[] = [];
  let chunkBytes = 0;
  let batch: Buffer | undefined;
  let batchBytes = 0;
  let blocked = false;
  let ending: (() => void) | undefined;

  /** Room for so many bytes at the end of what waits. */
  function reserve(bytes: number): Buffer {
    if (batch !== undefined && batchBytes + bytes <= batch.length) return batch;
    if (batch !== undefined && batchBytes + bytes <= WRITE_BYTES_MAX) {
      const size = Math.min(WRITE_BYTES_MAX, Math.max(4 * batch.length, batchBytes + bytes));
      const grown = Buffer.allocUnsafe(size);
      grown.set(batch.subarray(0, batchBytes));
      return (batch = grown);
    }
    closeBatch();
    return (batch = Buffer.allocUnsafe(Math.max(BATCH_BYTES_FIRST, bytes)));
  }

  function closeBatch(): void {
    if (batch === undefined) return;
    chunks.push(batch.subarray(0, batchBytes));
    chunkBytes += batchBytes;
    batch = undefined;
    batchBytes = 0;
  }

  function add(frame: Uint8Array): void {
    const { length } = frame;
    const copied = length <= COPIED_BYTES_MAX;
    const buffer = reserve(ENVELOPE_HEAD_BYTES + (copied ? length : 0));
    writeHead(buffer, batchBytes, length);
    batchBytes += ENVELOPE_HEAD_BYTES;
    if (copied) {
      buffer.set(frame, batchBytes);
      batchBytes += length;
      return;
    }
    closeBatch();
    for (let at = 0; at < length; at += WRITE_BYTES_MAX)
      chunks.push(frame.subarray(at, at + WRITE_BYTES_MAX));
    chunkBytes += length;
  }

  function flush(): void {
    if (blocked || chunkBytes + batchBytes === 0 || stream.destroyed || stream.closed) return;
    closeBatch();
    touch();
    let next = 0;
    while (next < chunks.length && !blocked) {
      const chunk = chunks[next]!;
      next += 1;
      chunkBytes -= chunk.length;
      if (!stream.write(chunk)) {
        blocked = true;
        stream.once("drain", drained);
      }
    }
    if (next === chunks.length) chunks.length = 0;
    else chunks.splice(0, next);
  }

  function drained(): void {
    blocked = false;
    flush();
    if (chunkBytes > 0 || ending === undefined) return;
    const then = ending;
    ending = undefined;
    then();
  }

  const bufferedBytes = (): number => chunkBytes + batchBytes + stream.writableLength;

  return {
    add,
    flush,
    bufferedBytes,
    end: (then) => {
      flush();
      if (chunkBytes + batchBytes === 0 || stream.destroyed) {
        then();
        return;
      }
      ending = then;
      watchEnd(
        {
          get writableLength() {
            return bufferedBytes();
          },
          get destroyed() {
            return stream.destroyed;
          },
          once: (event, run) => stream.once(event, run),
          off: (event, run) => stream.off(event, run),
        },
        stall(),
      );
    },
    drop: () => {
      chunks.length = 0;
      chunkBytes = 0;
      batch = undefined;
      batchBytes = 0;
      ending = undefined;
    },
  };
}
