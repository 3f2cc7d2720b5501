// Records of an outbox's file: how they are written, and what can still be read of a damaged one.
import { crc32 } from "node:zlib";

/**
 * One thing that happened to an outbox. A file begins with `producer`, which says what held when it was
 * written; the entries that were left follow it as `message`.
 */
export type OutboxRecord =
  | {
      readonly type: "producer";
      readonly producerId: string;
      readonly lastSequence: number;
      readonly knownThrough: number;
    }
  | { readonly type: "message"; readonly sequence: number; readonly message: Uint8Array }
  | { readonly type: "known"; readonly knownThrough: number };

/** What was read of a file. */
export interface ReadLog {
  readonly records: readonly OutboxRecord[];
  /** Bytes from the beginning up to which everything could be read. */
  readonly goodBytes: number;
  /** Whether readable records follow others that are not: bytes changed after they were written. */
  readonly corrupt: boolean;
}

// A record: mark (4 bytes), CRC-32 of all that follows (4), length of the body (4), type (1), body.
const MARK = Buffer.from("mwo1", "latin1");
const HEAD_BYTES = 13;
/** More than any message that fits a frame: a length above it is damage. */
const BODY_BYTES_MAX = 2 * 1024 * 1024;
const types = ["producer", "message", "known"] as const;

/** Bytes that a message takes in the file besides its own. */
export const RECORD_OVERHEAD_BYTES = HEAD_BYTES + 8;

export function encodeRecord(record: OutboxRecord): Buffer {
  const body = bodyOf(record);
  const bytes = Buffer.allocUnsafe(HEAD_BYTES + body.length);
  MARK.copy(bytes);
  bytes.writeUInt32LE(body.length, 8);
  bytes.writeUInt8(types.indexOf(record.type), 12);
  bytes.set(body, HEAD_BYTES);
  bytes.writeUInt32LE(crc32(bytes.subarray(8)), 4);
  return bytes;
}

function bodyOf(record: OutboxRecord): Uint8Array {
  switch (record.type) {
    case "producer":
      return Buffer.concat([
        numbers(record.lastSequence, record.knownThrough),
        Buffer.from(record.producerId, "latin1"),
      ]);
    case "message":
      return Buffer.concat([numbers(record.sequence), record.message]);
    case "known":
      return numbers(record.knownThrough);
  }
}

function numbers(...values: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(8 * values.length);
  for (const [index, value] of values.entries()) bytes.writeBigUInt64LE(BigInt(value), 8 * index);
  return bytes;
}

/** Reads all that can be read: after damage it goes on at the next record that is whole. */
export function readLog(bytes: Buffer): ReadLog {
  const records: OutboxRecord[] = [];
  let goodBytes = 0;
  let corrupt = false;
  for (let at = 0; at < bytes.length;) {
    const found = recordAt(bytes, at);
    if (found === undefined) {
      // The next mark that begins something whole; there is none after a write that was cut short.
      at = bytes.indexOf(MARK, at + 1);
      if (at < 0) break;
      continue;
    }
    corrupt ||= at > goodBytes;
    records.push(found.record);
    at = found.end;
    if (!corrupt) goodBytes = at;
  }
  return { records, goodBytes, corrupt };
}

function recordAt(
  bytes: Buffer,
  at: number,
): { readonly record: OutboxRecord; readonly end: number } | undefined {
  if (at + HEAD_BYTES > bytes.length || bytes.compare(MARK, 0, 4, at, at + 4) !== 0)
    return undefined;
  const length = bytes.readUInt32LE(at + 8);
  const end = at + HEAD_BYTES + length;
  if (length > BODY_BYTES_MAX || end > bytes.length) return undefined;
  if (crc32(bytes.subarray(at + 8, end)) !== bytes.readUInt32LE(at + 4)) return undefined;
  const record = recordOf(bytes.readUInt8(at + 12), bytes.subarray(at + HEAD_BYTES, end));
  return record && { record, end };
}

/** Undefined for what this version does not write. */
function recordOf(type: number, body: Buffer): OutboxRecord | undefined {
  const number = (index: number): number => Number(body.readBigUInt64LE(8 * index));
  switch (types[type]) {
    case "producer":
      return {
        type: "producer",
        lastSequence: number(0),
        knownThrough: number(1),
        producerId: body.subarray(16).toString("latin1"),
      };
    case "message":
      return { type: "message", sequence: number(0), message: body.subarray(8) };
    case "known":
      return { type: "known", knownThrough: number(0) };
    case undefined:
      return undefined;
  }
}
