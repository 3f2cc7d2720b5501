// Generated from proto/ by codegen/plugin.ts. Do not edit: run `npm run generate`.
// Reads the protobuf wire format for generated decoders.
//
// A value that runs past its message needs no check of its own: reading moves the position, and each
// message checks in the end that it stops exactly where it has to. Whatever is unusual throws, and
// the caller decodes the frame again by the library, which then decides what it means.
import { notCovered } from "./not-covered.ts";

/** Bytes and how far they are read. */
export interface WireReader {
  readonly bytes: Uint8Array;
  position: number;
}

/** Up to this length, in bytes, ASCII is faster read by hand than by a call into the runtime. */
const SHORT_TEXT_BYTES = 40;
/** The runtime allocates short arrays in its own heap, which is cheap; longer ones come from a slab. */
const OWN_ARRAY_BYTES = 64;
const SLAB_BYTES = 4096;
const SLAB_PIECE_BYTES_MAX = 512;
const INT64_OCTETS_SAFE = 7;
const VARINT_OCTETS_MAX = 10;

// As the library has it: a byte-order mark is text.
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const scratch = new DataView(new ArrayBuffer(8));
let slab = new Uint8Array(0);
let slabUsed = 0;

/** Number and wire type of the next field, as one number. */
export function readTag(reader: WireReader): number {
  const octet = reader.bytes[reader.position++]!;
  if (octet < 128) return octet;
  const second = reader.bytes[reader.position++]!;
  // A field number above 2,047 is left to the library.
  if (second < 128) return (octet & 127) | (second << 7);
  throw notCovered;
}

/** Where the length-delimited value at the position ends; throws if that is past `end`: it may be far. */
export function readEnd(reader: WireReader, end: number): number {
  const length = readUint32(reader);
  const valueEnd = reader.position + length;
  if (valueEnd > end) throw notCovered;
  return valueEnd;
}

export function readUint32(reader: WireReader): number {
  const octet = reader.bytes[reader.position++]!;
  return octet < 128 ? octet : longUint32(reader, octet);
}

export function readInt32(reader: WireReader): number {
  const octet = reader.bytes[reader.position++]!;
  return octet < 128 ? octet : longUint32(reader, octet) | 0;
}

export function readSint32(reader: WireReader): number {
  const folded = readUint32(reader);
  return (folded >>> 1) ^ -(folded & 1);
}

/** The lowest 32 bits of a varint of up to ten bytes: negative numbers have ten. */
function longUint32(reader: WireReader, first: number): number {
  const { bytes } = reader;
  let position = reader.position;
  let value = first & 127;
  let octet = first;
  for (let count = 1; octet >= 128; count++) {
    if (count === VARINT_OCTETS_MAX) throw notCovered;
    octet = bytes[position++]!;
    if (count < 5) value |= (octet & 127) << (7 * count);
  }
  reader.position = position;
  return value >>> 0;
}

export function readInt64(reader: WireReader): bigint {
  const octet = reader.bytes[reader.position++]!;
  return octet < 128 ? BigInt(octet) : longInt64(reader, octet, true);
}

export function readUint64(reader: WireReader): bigint {
  const octet = reader.bytes[reader.position++]!;
  return octet < 128 ? BigInt(octet) : longInt64(reader, octet, false);
}

export function readSint64(reader: WireReader): bigint {
  const folded = readUint64(reader);
  return (folded >> 1n) ^ -(folded & 1n);
}

/** Adds up a plain number as long as that is exact. */
function longInt64(reader: WireReader, first: number, isSigned: boolean): bigint {
  const { bytes } = reader;
  let position = reader.position;
  let low = first & 127;
  let weight = 128;
  let octet = first;
  for (let count = 1; octet >= 128 && count < INT64_OCTETS_SAFE; count++) {
    octet = bytes[position++]!;
    low += (octet & 127) * weight;
    weight *= 128;
  }
  reader.position = position;
  if (octet < 128) return BigInt(low);
  let value = BigInt(low);
  for (let count = INT64_OCTETS_SAFE; octet >= 128; count++) {
    if (count === VARINT_OCTETS_MAX) throw notCovered;
    octet = bytes[reader.position++]!;
    value |= BigInt(octet & 127) << BigInt(7 * count);
  }
  return isSigned ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value);
}

export function readBool(reader: WireReader): boolean {
  const octet = reader.bytes[reader.position++]!;
  if (octet < 128) return octet !== 0;
  throw notCovered;
}

export function readDouble(reader: WireReader): number {
  fillScratch(reader, 8);
  return scratch.getFloat64(0, true);
}

export function readFloat(reader: WireReader): number {
  fillScratch(reader, 4);
  return scratch.getFloat32(0, true);
}

export function readFixed32(reader: WireReader): number {
  fillScratch(reader, 4);
  return scratch.getUint32(0, true);
}

export function readSfixed32(reader: WireReader): number {
  fillScratch(reader, 4);
  return scratch.getInt32(0, true);
}

export function readFixed64(reader: WireReader): bigint {
  fillScratch(reader, 8);
  return scratch.getBigUint64(0, true);
}

export function readSfixed64(reader: WireReader): bigint {
  fillScratch(reader, 8);
  return scratch.getBigInt64(0, true);
}

/** A view of the input would cost more than copying eight bytes. */
function fillScratch(reader: WireReader, length: number): void {
  const { bytes } = reader;
  const from = reader.position;
  for (let i = 0; i < length; i++) scratch.setUint8(i, bytes[from + i]!);
  reader.position = from + length;
}

/** Throws for bytes that are not UTF-8. */
export function readString(reader: WireReader, end: number): string {
  const textEnd = readEnd(reader, end);
  const { bytes, position } = reader;
  reader.position = textEnd;
  if (textEnd - position <= SHORT_TEXT_BYTES) {
    const text = shortText(bytes, position, textEnd);
    if (text !== undefined) return text;
  }
  return decoder.decode(bytes.subarray(position, textEnd));
}

/** Undefined for what is not ASCII. */
function shortText(bytes: Uint8Array, from: number, end: number): string | undefined {
  let text = "";
  let position = from;
  for (; position + 8 <= end; position += 8) {
    const a = bytes[position]!;
    const b = bytes[position + 1]!;
    const c = bytes[position + 2]!;
    const d = bytes[position + 3]!;
    const e = bytes[position + 4]!;
    const f = bytes[position + 5]!;
    const g = bytes[position + 6]!;
    const h = bytes[position + 7]!;
    if ((a | b | c | d | e | f | g | h) > 127) return undefined;
    text += String.fromCharCode(a, b, c, d, e, f, g, h);
  }
  for (; position < end; position++) {
    const octet = bytes[position]!;
    if (octet > 127) return undefined;
    text += String.fromCharCode(octet);
  }
  return text;
}

/**
 * A copy: what is read may be kept, and the input be used again. A kept value of up to 512 bytes keeps
 * at most 4 KiB in memory, a longer one nothing but itself.
 */
export function readBytes(reader: WireReader, end: number): Uint8Array {
  const bytesEnd = readEnd(reader, end);
  const { bytes, position } = reader;
  reader.position = bytesEnd;
  const length = bytesEnd - position;
  if (length <= OWN_ARRAY_BYTES) {
    const copy = new Uint8Array(length);
    for (let i = 0; i < length; i++) copy[i] = bytes[position + i]!;
    return copy;
  }
  const copy = length <= SLAB_PIECE_BYTES_MAX ? slabPiece(length) : new Uint8Array(length);
  copy.set(bytes.subarray(position, bytesEnd));
  return copy;
}

function slabPiece(length: number): Uint8Array {
  if (slabUsed + length > slab.length) {
    slab = new Uint8Array(SLAB_BYTES);
    slabUsed = 0;
  }
  const piece = slab.subarray(slabUsed, slabUsed + length);
  slabUsed += length;
  return piece;
}

/** Sets an entry of a map, also of the one name that objects treat otherwise. */
export function setEntry<T>(entries: Record<string, T>, key: string, value: T): void {
  if (key === "__proto__") {
    Object.defineProperty(entries, key, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    });
  } else entries[key] = value;
}
