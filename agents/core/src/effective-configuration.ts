import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { AgentError } from "./agent-error.ts";
import { CONFIGURATION_BYTES_MAX, CONFIGURATION_DEPTH_MAX } from "./limits.ts";

/**
 * What a handler answered, as the mesh can be told it: a copy that JSON has gone through. Throws
 * AgentError: InvalidArgument for what is no JSON object or nests too deeply, OutOfRange above 64 KiB.
 */
export function effectiveConfiguration(answered: unknown): JsonObject {
  const json = jsonOf(answered);
  const value = json === undefined ? undefined : (JSON.parse(json) as JsonValue);
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new AgentError(
      Code.InvalidArgument,
      `the effective configuration has to be an object, not ${String(json).slice(0, 64)}: answer one`,
    );
  const bytes = new TextEncoder().encode(json).length;
  if (bytes > CONFIGURATION_BYTES_MAX)
    throw new AgentError(
      Code.OutOfRange,
      `the effective configuration's ${bytes} bytes of JSON are more than the ${CONFIGURATION_BYTES_MAX} allowed: keep large data elsewhere and refer to it`,
      { metadata: { limit: String(CONFIGURATION_BYTES_MAX) } },
    );
  if (deeper(value, CONFIGURATION_DEPTH_MAX))
    throw new AgentError(
      Code.InvalidArgument,
      `the effective configuration nests more than the ${CONFIGURATION_DEPTH_MAX} levels allowed: flatten it`,
    );
  return value;
}

function jsonOf(answered: unknown): string | undefined {
  try {
    return JSON.stringify(answered);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.split("\n", 1)[0] : String(cause);
    const message = `the effective configuration is not JSON: ${why}`;
    throw new AgentError(Code.InvalidArgument, message, { cause });
  }
}

function deeper(value: JsonValue, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => deeper(inner, levels - 1));
}
