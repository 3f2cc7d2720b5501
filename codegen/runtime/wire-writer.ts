// Writes the protobuf wire format for generated encoders, from the last byte to the first: so the
// length of a message is known when it is due, and nothing has to be moved.
import { notCovered } from "./not-covered.ts";

/** A chunk that fills from its end. The message that is being written lies between position and end. */
export interface WireWriter {
  bytes: Uint8Array;
  position: number;
  end: number;
}

/** New arrays are dear, views of one are cheap: messages share chunks of this size. */
const CHUNK_BYTES = 8192;
/** Longer messages go into memory of their own, so that who keeps one keeps nothing else. */
const SHARED_BYTES_MAX = 1024;
/** Up to this length, ASCII is faster written by hand than by a call into the runtime. */
const SHORT_TEXT_LENGTH = 48;
/** A tag and the longest number. */
const NUMBER_FIELD_BYTES_MAX = 15;
const UINT32_RANGE = 4_294_967_296;
const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;
const UINT64_MAX = 2n ** 64n - 1n;

const encoder = new TextEncoder();
const scratch = new DataView(new ArrayBuffer(8));

export function createWriter(): WireWriter {
  const bytes = new Uint8Array(CHUNK_BYTES);
  return { bytes, position: CHUNK_BYTES, end: CHUNK_BYTES };
}

/** Begins a message. What an earlier one left unfinished is overwritten. */
export function startMessage(writer: WireWriter): void {
  writer.position = writer.end;
}

/** The bytes of the message. Up to 1 KiB they share 8 KiB of memory with others. */
export function finishMessage(writer: WireWriter): Uint8Array {
  const { bytes, position, end } = writer;
  if (end - position <= SHARED_BYTES_MAX && bytes.length === CHUNK_BYTES) {
    writer.end = position;
    return bytes.subarray(position, end);
  }
  const message = bytes.slice(position, end);
  if (bytes.length > CHUNK_BYTES) replaceChunk(writer, CHUNK_BYTES, 0);
  else writer.position = end;
  return message;
}

/** Length of what is written so far. */
export function sizeOf(writer: WireWriter): number {
  return writer.end - writer.position;
}

/** Makes room for `length` more bytes. */
function reserve(writer: WireWriter, length: number): void {
  if (writer.position >= length) return;
  const size = sizeOf(writer);
  const needed = size + length;
  replaceChunk(writer, needed <= CHUNK_BYTES ? CHUNK_BYTES : 2 * needed, size);
}

function replaceChunk(writer: WireWriter, chunkBytes: number, size: number): void {
  const bytes = new Uint8Array(chunkBytes);
  bytes.set(writer.bytes.subarray(writer.position, writer.position + size), chunkBytes - size);
  writer.bytes = bytes;
  writer.end = chunkBytes;
  writer.position = chunkBytes - size;
}

/** Writes the length of what was written since the size was `before`, and the tag. */
export function writeLengthAndTag(writer: WireWriter, before: number, tag: number): void {
  const length = sizeOf(writer) - before;
  reserve(writer, NUMBER_FIELD_BYTES_MAX);
  putUint32(writer, length);
  putTag(writer, tag);
}

/** Room for it has to be reserved. 0 is none: the values of a packed list have none. */
function putTag(writer: WireWriter, tag: number): void {
  if (tag === 0) return;
  if (tag < 128) writer.bytes[--writer.position] = tag;
  else putUint32(writer, tag);
}

function putUint32(writer: WireWriter, value: number): void {
  if (value < 128) {
    writer.bytes[--writer.position] = value;
    return;
  }
  let position = writer.position - octetsOf(value);
  writer.position = position;
  const { bytes } = writer;
  let rest = value;
  while (rest > 127) {
    bytes[position++] = (rest & 127) | 128;
    rest >>>= 7;
  }
  bytes[position] = rest;
}

function octetsOf(value: number): number {
  if (value < 0x4000) return 2;
  if (value < 0x200000) return 3;
  return value < 0x10000000 ? 4 : 5;
}

/** Writes a number as 64 bits in two halves, of which `high` is not 0. */
function putVarint64(writer: WireWriter, low: number, high: number): void {
  const octets: number[] = [];
  let [lowRest, highRest] = [low >>> 0, high >>> 0];
  while (highRest > 0 || lowRest > 127) {
    octets.push((lowRest & 127) | 128);
    lowRest = ((lowRest >>> 7) | (highRest << 25)) >>> 0;
    highRest >>>= 7;
  }
  octets.push(lowRest);
  writer.position -= octets.length;
  for (let i = 0; i < octets.length; i++) writer.bytes[writer.position + i] = octets[i]!;
}

export function writeUint32(writer: WireWriter, tag: number, value: number): void {
  if (value >>> 0 !== value) throw notCovered;
  reserve(writer, NUMBER_FIELD_BYTES_MAX);
  putUint32(writer, value);
  putTag(writer, tag);
}

export function writeInt32(writer: WireWriter, tag: number, value: number): void {
  if ((value | 0) !== value) throw notCovered;
  reserve(writer, NUMBER_FIELD_BYTES_MAX);
  if (value < 0) putVarint64(writer, value, -1);
  else putUint32(writer, value);
  putTag(writer, tag);
}

export function writeSint32(writer: WireWriter, tag: number, value: number): void {
  if ((value | 0) !== value) throw notCovered;
  writeUint32(writer, tag, ((value << 1) ^ (value >> 31)) >>> 0);
}

export function writeInt64(writer: WireWriter, tag: number, value: bigint): void {
  writeVarint64(writer, tag, value, INT64_MIN, INT64_MAX);
}

export function writeUint64(writer: WireWriter, tag: number, value: bigint): void {
  writeVarint64(writer, tag, value, 0n, UINT64_MAX);
}

export function writeSint64(writer: WireWriter, tag: number, value: bigint): void {
  if (typeof value !== "bigint" || value < INT64_MIN || value > INT64_MAX) throw notCovered;
  writeUint64(writer, tag, BigInt.asUintN(64, (value << 1n) ^ (value >> 63n)));
}

/** Small numbers, which are most, take the way of plain numbers. */
function writeVarint64(
  writer: WireWriter,
  tag: number,
  value: bigint,
  least: bigint,
  most: bigint,
): void {
  if (typeof value !== "bigint") throw notCovered;
  reserve(writer, NUMBER_FIELD_BYTES_MAX);
  const plain = Number(value);
  if (plain >= 0 && plain < UINT32_RANGE) putUint32(writer, plain);
  else if (plain >= 0 && plain <= Number.MAX_SAFE_INTEGER) {
    putVarint64(writer, plain % UINT32_RANGE, Math.floor(plain / UINT32_RANGE));
  } else {
    if (value < least || value > most) throw notCovered;
    scratch.setBigUint64(0, BigInt.asUintN(64, value));
    putVarint64(writer, scratch.getUint32(4), scratch.getUint32(0));
  }
  putTag(writer, tag);
}

export function writeBool(writer: WireWriter, tag: number, value: boolean): void {
  if (typeof value !== "boolean") throw notCovered;
  reserve(writer, NUMBER_FIELD_BYTES_MAX);
  writer.bytes[--writer.position] = value ? 1 : 0;
  putTag(writer, tag);
}

export function writeDouble(writer: WireWriter, tag: number, value: number): void {
  if (typeof value !== "number") throw notCovered;
  scratch.setFloat64(0, value, true);
  writeScratch(writer, tag, 8);
}

export function writeFloat(writer: WireWriter, tag: number, value: number): void {
  if (typeof value !== "number") throw notCovered;
  if (Number.isFinite(value) && !Number.isFinite(Math.fround(value))) throw notCovered;
  scratch.setFloat32(0, value, true);
  writeScratch(writer, tag, 4);
}

export function writeFixed32(writer: WireWriter, tag: number, value: number): void {
  if (value >>> 0 !== value) throw notCovered;
  scratch.setUint32(0, value, true);
  writeScratch(writer, tag, 4);
}

export function writeSfixed32(writer: WireWriter, tag: number, value: number): void {
  if ((value | 0) !== value) throw notCovered;
  scratch.setInt32(0, value, true);
  writeScratch(writer, tag, 4);
}

export function writeFixed64(writer: WireWriter, tag: number, value: bigint): void {
  if (typeof value !== "bigint" || value < 0n || value > UINT64_MAX) throw notCovered;
  scratch.setBigUint64(0, value, true);
  writeScratch(writer, tag, 8);
}

export function writeSfixed64(writer: WireWriter, tag: number, value: bigint): void {
  if (typeof value !== "bigint" || value < INT64_MIN || value > INT64_MAX) throw notCovered;
  scratch.setBigInt64(0, value, true);
  writeScratch(writer, tag, 8);
}

function writeScratch(writer: WireWriter, tag: number, length: number): void {
  reserve(writer, NUMBER_FIELD_BYTES_MAX);
  writer.position -= length;
  for (let i = 0; i < length; i++) writer.bytes[writer.position + i] = scratch.getUint8(i);
  putTag(writer, tag);
}

export function writeBytes(writer: WireWriter, tag: number, value: Uint8Array): void {
  if (!(value instanceof Uint8Array)) throw notCovered;
  const { length } = value;
  reserve(writer, length + NUMBER_FIELD_BYTES_MAX);
  writer.position -= length;
  writer.bytes.set(value, writer.position);
  putUint32(writer, length);
  putTag(writer, tag);
}

export function writeString(writer: WireWriter, tag: number, value: string): void {
  if (typeof value !== "string") throw notCovered;
  reserve(writer, 3 * value.length + NUMBER_FIELD_BYTES_MAX);
  const isShort = value.length <= SHORT_TEXT_LENGTH && putShortText(writer, value);
  putUint32(writer, isShort ? value.length : putText(writer, value));
  putTag(writer, tag);
}

/** Whether it was ASCII; else nothing is written. */
function putShortText(writer: WireWriter, value: string): boolean {
  const { length } = value;
  const start = writer.position - length;
  const { bytes } = writer;
  for (let i = 0; i < length; i++) {
    const code = value.charCodeAt(i);
    if (code > 127) return false;
    bytes[start + i] = code;
  }
  writer.position = start;
  return true;
}

/** Its length in bytes: it is encoded where there is room in any case, and then moved to its end. */
function putText(writer: WireWriter, value: string): number {
  const { bytes, position } = writer;
  const start = position - 3 * value.length;
  const { written } = encoder.encodeInto(value, bytes.subarray(start, position));
  writer.position = position - written;
  bytes.copyWithin(writer.position, start, start + written);
  return written;
}
