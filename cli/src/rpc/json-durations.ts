// Durations within JSON, which people type as they do elsewhere.
import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { durationJson, parseDuration } from "./durations.ts";
import type { Json } from "./values.ts";

/**
 * JSON of a message with every duration, such as `250ms` or `1m30s`, as proto3 JSON has it. What the
 * type does not know stays as it is. Throws a usage error that names the path of a text that is no
 * duration.
 */
export function withDurations(desc: DescMessage, json: Json, path = ""): Json {
  if (desc.typeName === "google.protobuf.Duration")
    return typeof json === "string" ? durationJson(parseDuration(json, path)) : json;
  if (!isObject(json)) return json;
  return Object.fromEntries(
    Object.entries(json).map(([name, value]) => {
      const field = desc.fields.find((each) => each.jsonName === name || each.name === name);
      return [name, field === undefined ? value : inField(field, value, under(path, name))];
    }),
  );
}

function inField(field: DescField, json: Json, path: string): Json {
  const { message } = field;
  if (message === undefined) return json;
  if (field.fieldKind === "list")
    return Array.isArray(json)
      ? json.map((each, at) => withDurations(message, each, `${path}[${at}]`))
      : json;
  if (field.fieldKind === "map")
    return isObject(json)
      ? Object.fromEntries(
          Object.entries(json).map(([key, each]) => [
            key,
            withDurations(message, each, under(path, key)),
          ]),
        )
      : json;
  return withDurations(message, json, path);
}

function under(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

function isObject(json: Json): json is Record<string, Json> {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}
