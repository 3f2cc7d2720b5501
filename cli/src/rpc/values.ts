// The text of a flag as a value of proto3 JSON.
import type { EnumNames, FieldRow } from "@meshwork/gen-cli/types";
import { suggestion } from "../errors/did-you-mean.ts";
import { usageError } from "../errors/cli-error.ts";
import { durationJson, parseDuration } from "./durations.ts";
import { referenced, secretFrom, type Sources } from "./sources.ts";

/** A value of JSON. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/**
 * The value of a field out of the texts given for it; several only where it is repeated or a map.
 * Throws usage errors that name the flag, the text and what would do.
 */
export async function valueOf(
  row: FieldRow,
  texts: readonly string[],
  name: string,
  sources: Sources,
): Promise<Json> {
  if (row.map) return mapOf(row, texts, name);
  if (row.repeated) {
    const parts = row.kind === "json" || row.kind === "bytes" ? texts : texts.flatMap(splitCommas);
    return Promise.all(
      parts.filter((text) => text !== "").map((text) => single(row, text, name, sources)),
    );
  }
  const text = texts.at(-1);
  if (row.sensitivity === "secret") return secretFrom(text, name, sources);
  if (text === undefined) throw usageError(`${name} needs a value`);
  return single(row, text, name, sources);
}

async function single(row: FieldRow, text: string, name: string, sources: Sources): Promise<Json> {
  switch (row.kind) {
    case "bytes":
      return bytesOf(text, name, sources);
    case "json":
      return jsonOf((await referenced(text, name, sources))?.toString("utf8") ?? text, name);
    default:
      return scalarOf(row, text, name);
  }
}

function scalarOf(row: FieldRow, text: string, name: string): Json {
  switch (row.kind) {
    case "bool":
      if (text !== "true" && text !== "false")
        throw usageError(`${name} takes true or false, not ${JSON.stringify(text)}`);
      return text === "true";
    case "integer":
    case "integer64":
      if (!/^-?\d{1,19}$/.test(text))
        throw usageError(`${name} takes a whole number, not ${JSON.stringify(text)}`);
      return row.kind === "integer" ? Number(text) : text;
    case "number":
      if (text.trim() === "" || !Number.isFinite(Number(text))) {
        throw usageError(`${name} takes a number, not ${JSON.stringify(text)}`);
      }
      return Number(text);
    case "enum":
      return enumOf(row.enum, text, name);
    case "duration":
      return durationJson(parseDuration(text, name));
    case "timestamp":
      return timestampOf(text, name);
    default:
      return text;
  }
}

/** The full name of an enum's value that was given by its short name, in either case. */
export function enumOf(names: EnumNames | undefined, text: string, flag: string): string {
  const short = text.toLowerCase().replaceAll("_", "-");
  const full = names?.prefix.toLowerCase().replaceAll("_", "-") ?? "";
  const value = names?.values.find((each) => each === short || `${full}${each}` === short);
  if (names === undefined || value === undefined) {
    throw usageError(
      `${flag} has no value ${JSON.stringify(text)}: it takes ${names?.values.join(", ") ?? "none"}`,
      ...suggestion(short, names?.values ?? []),
    );
  }
  return `${names.prefix}${value.toUpperCase().replaceAll("-", "_")}`;
}

function timestampOf(text: string, name: string): string {
  const time = /^\d{4}-\d{2}-\d{2}/.test(text) ? new Date(text) : undefined;
  if (time === undefined || Number.isNaN(time.getTime())) {
    throw usageError(
      `${name} takes a time, not ${JSON.stringify(text)}`,
      "write it like 2026-01-31T12:00:00Z or 2026-01-31",
    );
  }
  return time.toISOString();
}

async function bytesOf(text: string, name: string, sources: Sources): Promise<string> {
  const content = await referenced(text, name, sources);
  if (content !== undefined) return content.toString("base64");
  const bare = text.replace(/=+$/, "").replaceAll("-", "+").replaceAll("_", "/");
  if (!/^[A-Za-z0-9+/]*$/.test(bare) || bare.length % 4 === 1) {
    throw usageError(`${name} takes base64 or @FILE, not ${JSON.stringify(text)}`);
  }
  return Buffer.from(bare, "base64").toString("base64");
}

function jsonOf(text: string, name: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw usageError(
      `${name} takes JSON, not ${JSON.stringify(text.slice(0, 80))}: ${(error as Error).message}`,
      `quote it for the shell, as in ${name} '{"key":"value"}', or give ${name} @FILE`,
    );
  }
}

function mapOf(row: FieldRow, texts: readonly string[], name: string): Json {
  const pairs = texts.flatMap(splitCommas).filter((text) => text !== "");
  const entries = pairs.map((pair) => {
    const at = pair.indexOf("=");
    if (at < 1)
      throw usageError(`${name} takes pairs such as a=b,c=d, not ${JSON.stringify(pair)}`);
    return [pair.slice(0, at), scalarOf(row, pair.slice(at + 1), name)] as const;
  });
  return Object.fromEntries(entries);
}

/** Splits at commas, of which `\,` is not one. */
function splitCommas(text: string): string[] {
  return text.split(/(?<!\\),/).map((part) => part.replaceAll("\\,", ","));
}
