// Documents as JSON text. What JSON lacks is explicit: {"$date": ms}, {"$bytes": base64}; a key of
// the caller that begins with "$" gets one more, so nothing he writes can look like ours.
import { types } from "node:util";
import { StoreError } from "../store.ts";
import { DOC_DEPTH_MAX } from "./limits.ts";

/** A document ready to be stored. */
export interface Encoded {
  readonly json: string;
  /** Size with byte strings counted as they are, not as base64. */
  readonly bytes: number;
}

/** Fails with INVALID for anything but plain objects, arrays, JSON values, dates and bytes. */
export function encodeDoc(doc: object): Encoded {
  const size = { inflated: 0 };
  if (!isPlain(doc)) throw new StoreError("INVALID", "a record must be a plain object");
  for (const field of Object.keys(doc)) {
    if (field === "version" || field === "deletedAt" || field.startsWith("_")) {
      throw new StoreError("INVALID", `field "${field}" is reserved for the store; rename it`);
    }
  }
  const json = jsonOf(doc, 0, size);
  return { json, bytes: Buffer.byteLength(json) - size.inflated };
}

/** The inverse of `encodeDoc`. */
export function decodeDoc(json: string): object {
  const value = JSON.parse(json) as object;
  return json.includes('"$') ? (fromJson(value) as object) : value;
}

/** Text that is the same in JSON: as most keys and ids are, and found out sooner than written anew. */
const SAME_IN_JSON = /^[\w./:@ -]*$/;

/** Text of a value; written piece by piece, as copying it into what JSON can hold takes twice the time. */
function jsonOf(value: unknown, depth: number, size: { inflated: number }): string {
  switch (typeof value) {
    case "string":
      return textJson(value);
    case "boolean":
      return value ? "true" : "false";
    case "number":
      if (!Number.isFinite(value)) throw new StoreError("INVALID", `a record cannot hold ${value}`);
      return String(value);
    case "object":
      break;
    default:
      throw new StoreError("INVALID", `a record cannot hold a value of type ${typeof value}`);
  }
  if (value === null) return "null";
  if (depth >= DOC_DEPTH_MAX) {
    throw new StoreError("INVALID", `a record is nested deeper than ${DOC_DEPTH_MAX} levels`);
  }
  if (isPlain(value)) return objectJson(value, depth, size);
  if (Array.isArray(value)) return arrayJson(value, depth, size);
  if (types.isDate(value)) {
    const ms = value.getTime();
    if (Number.isNaN(ms)) throw new StoreError("INVALID", "a record cannot hold an invalid date");
    return `{"$date":${ms}}`;
  }
  if (types.isUint8Array(value)) {
    const text = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64");
    size.inflated += text.length - value.byteLength;
    return `{"$bytes":"${text}"}`;
  }
  throw new StoreError("INVALID", "a record may hold only plain objects");
}

function textJson(text: string): string {
  return SAME_IN_JSON.test(text) ? `"${text}"` : JSON.stringify(text);
}

function arrayJson(array: readonly unknown[], depth: number, size: { inflated: number }): string {
  let json = "[";
  for (let i = 0; i < array.length; i++) {
    if (i > 0) json += ",";
    json += jsonOf(array[i], depth + 1, size);
  }
  return `${json}]`;
}

function objectJson(
  object: Record<string, unknown>,
  depth: number,
  size: { inflated: number },
): string {
  let json = "{";
  for (const key of Object.keys(object)) {
    const value = object[key];
    if (value === undefined) continue;
    if (json.length > 1) json += ",";
    json += textJson(key.startsWith("$") ? `$${key}` : key);
    json += ":";
    json += jsonOf(value, depth + 1, size);
  }
  return `${json}}`;
}

/** Works on what was parsed, which nobody else holds: building objects anew takes half as long again. */
function fromJson(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(fromJson);
  const object = value as Record<string, unknown>;
  let isEscaped = false;
  for (const key in object) {
    const item = object[key];
    if (key.startsWith("$")) {
      if (key === "$date" && typeof item === "number") return new Date(item);
      if (key === "$bytes" && typeof item === "string")
        return new Uint8Array(Buffer.from(item, "base64"));
      isEscaped = true;
    }
    if (typeof item === "object" && item !== null) object[key] = fromJson(item);
  }
  return isEscaped ? unescaped(object) : object;
}

function unescaped(object: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(
    Object.entries(object).map(([key, item]) => [key.startsWith("$") ? key.slice(1) : key, item]),
  );
}

function isPlain(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value);
  // the second test takes objects of another realm too
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
