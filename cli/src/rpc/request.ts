// Puts a request together out of what was typed.
import type { CommandRow, FieldRow } from "@meshwork/gen-cli/types";
import { usageError } from "../errors/cli-error.ts";
import type { Sources } from "./sources.ts";
import { valueOf, type Json } from "./values.ts";

/** What was typed after a command. */
export interface Typed {
  /** Positionals, by the flag name of their field. */
  readonly args: Readonly<Record<string, string | string[] | undefined>>;
  /** Texts of flags, by name; a boolean for flags without a value. */
  readonly flags: Readonly<Record<string, string | string[] | boolean | undefined>>;
  readonly dryRun: boolean;
}

/** What a request needs from outside. */
export interface RequestWorld {
  /** The mesh of `--mesh`, the environment or the context. */
  readonly mesh: string | undefined;
  readonly sources: Sources;
  /** Makes a request id. */
  readonly uuid: () => string;
}

/** The request as proto3 JSON. Throws usage errors for what is missing or malformed. */
export async function requestOf(
  row: CommandRow,
  typed: Typed,
  world: RequestWorld,
): Promise<Record<string, Json>> {
  const request: Record<string, Json> = {};
  for (const field of row.positionals) {
    const texts =
      textsOf(typed.args[field.flag]) ??
      (field.field === "mesh_id" && row.readOnly ? textsOf(world.mesh) : undefined);
    if (texts !== undefined)
      request[field.json] = await valueOf(field, texts, nameOf(field), world.sources);
    else if (field.required) throw missing(row, field);
  }
  if (row.meshFromContext) {
    if (world.mesh === undefined) {
      throw usageError(
        "no mesh is given",
        "give --mesh NAME, set MESH_MESH, or keep it: mesh context add NAME --mesh MESH",
      );
    }
    request["meshId"] = world.mesh;
  }
  const changed: string[] = [];
  for (const field of row.flags) {
    const texts = textsOf(typed.flags[field.flag]);
    if (texts === undefined && !(field.required && field.sensitivity === "secret")) {
      if (field.required && field.oneof === undefined)
        throw usageError(`--${field.flag} is required: ${field.help}`);
      continue;
    }
    const value = await valueOf(field, texts ?? [], `--${field.flag}`, world.sources);
    request[field.json] = value;
    changed.push(...maskPaths(field, value));
  }
  if (row.updateMask) request["updateMask"] = maskOf(row, changed);
  if (row.dryRun && typed.dryRun) request["validateOnly"] = true;
  if (row.requestId) request["requestId"] ??= world.uuid();
  return request;
}

/** How a positional is called in help and errors. */
export function nameOf(field: FieldRow): string {
  return field.flag.replace(/-ids?$/, "").toUpperCase();
}

function textsOf(given: string | string[] | boolean | undefined): string[] | undefined {
  if (given === undefined) return undefined;
  return Array.isArray(given) ? given : [String(given)];
}

/** Given members of a message are changed one by one, so that the others stay as they are. */
function maskPaths(field: FieldRow, value: Json): string[] {
  if (field.field === "etag" || field.field === "request_id") return [];
  const own = field.kind === "json" && field.type?.startsWith("mesh.") === true && !field.repeated;
  if (!own || typeof value !== "object" || value === null || Array.isArray(value))
    return [field.json];
  const members = Object.keys(value);
  return members.length === 0
    ? [field.json]
    : members.map((name) => `${field.json}.${camel(name)}`);
}

function maskOf(row: CommandRow, changed: readonly string[]): string {
  if (changed.length > 0) return changed.join(",");
  const flags = row.flags.filter(({ field }) => field !== "etag" && field !== "request_id");
  throw usageError(
    "nothing to update",
    `give one of ${flags.map(({ flag }) => `--${flag}`).join(", ")}`,
  );
}

function camel(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function missing(row: CommandRow, field: FieldRow): Error {
  const [example] = row.examples;
  return usageError(
    `${nameOf(field)} is required: ${field.help}`,
    ...(example === undefined ? [] : [`for example: ${example}`]),
  );
}
