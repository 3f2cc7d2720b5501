// Paths of fields through a message, and what stands at their end as text.
import type { DescEnum, DescField, DescMessage, Message } from "@bufbuild/protobuf";
import type { Duration, Timestamp } from "@bufbuild/protobuf/wkt";
import { toJson } from "@bufbuild/protobuf";
import { usageError } from "../errors/cli-error.ts";
import { suggestion } from "../errors/did-you-mean.ts";
import { humanDuration, humanTime, shortEnum } from "./human.ts";
import { isPrintable, safe, utf8 } from "./printable.ts";

/** How values are shown. */
export interface CellStyle {
  readonly time: "relative" | "iso";
  readonly nowMs: number;
}

/** A column: its heading and the fields to walk. */
export interface Column {
  readonly heading: string;
  readonly path: readonly DescField[];
}

/** Finds the fields of a path such as `status.liveness`. Throws a usage error for one that is not there. */
export function columnOf(desc: DescMessage, path: string): Column {
  const fields: DescField[] = [];
  let holder: DescMessage | undefined = desc;
  for (const name of path.split(".")) {
    const field: DescField | undefined = holder?.fields.find(
      (each) => each.name === name || each.jsonName === name,
    );
    if (field === undefined) {
      const names = holder?.fields.map((each) => each.name) ?? [];
      throw usageError(
        `there is no column ${JSON.stringify(path)}`,
        ...suggestion(name, names, path.slice(0, path.length - name.length)),
        ...(names.length === 0 ? [] : [`there are ${names.join(", ")}`]),
      );
    }
    fields.push(field);
    holder = field.fieldKind === "message" ? field.message : undefined;
  }
  return { heading: (fields.at(-1)?.name ?? "").replaceAll("_", " ").toUpperCase(), path: fields };
}

/** The value at the end of a path; undefined where any part of it is absent. */
export function valueAt(message: Message, path: readonly DescField[]): unknown {
  let value: unknown = message;
  for (const field of path) {
    if (value === undefined) return undefined;
    const holder = value as Record<string, unknown>;
    if (field.oneof === undefined) value = holder[field.localName];
    else {
      const one = holder[field.oneof.localName] as { case?: string; value?: unknown };
      value = one.case === field.localName ? one.value : undefined;
    }
  }
  return value;
}

/** A column's text for a message; empty where there is nothing. */
export function cellText(message: Message, { path }: Column, style: CellStyle): string {
  const field = path.at(-1);
  const value = valueAt(message, path);
  if (field === undefined || value === undefined) return "";
  if (field.fieldKind === "list") {
    return (value as unknown[]).map((each) => singleText(field, each, style)).join(",");
  }
  if (field.fieldKind === "map") {
    return Object.entries(value as Record<string, unknown>)
      .map(([key, each]) => `${key}=${singleText(field, each, style)}`)
      .join(",");
  }
  return singleText(field, value, style);
}

/** The short name of an enum's number. */
export function enumText(desc: DescEnum, number: number): string {
  const name = desc.value[number]?.name;
  return name === undefined
    ? String(number)
    : number === 0
      ? ""
      : shortEnum(name, desc.sharedPrefix ?? "");
}

function singleText(field: DescField, value: unknown, style: CellStyle): string {
  if (field.enum !== undefined) return enumText(field.enum, value as number);
  if (value instanceof Uint8Array) return bytesText(field, value);
  const { message } = field;
  if (message === undefined) return safe(String(value));
  if (message.typeName === "google.protobuf.Timestamp")
    return humanTime(value as Timestamp, style.time, style.nowMs);
  if (message.typeName === "google.protobuf.Duration") return humanDuration(value as Duration);
  if (message.typeName === "google.protobuf.Struct") return JSON.stringify(value);
  return JSON.stringify(toJson(message, value as Message));
}

/** Payloads are mostly text; keys and hashes, which only look so by chance, stay base64. */
function bytesText({ name }: DescField, bytes: Uint8Array): string {
  return name === "payload" && isPrintable(bytes)
    ? safe(utf8(bytes) ?? "")
    : Buffer.from(bytes).toString("base64");
}
