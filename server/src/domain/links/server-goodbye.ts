import { create } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import type { ConnectResponse } from "@meshwork/gen/mesh/v1/agent_link_service";
import { ErrorReason } from "@meshwork/gen/mesh/v1/error";
import { ServerGoodbyeSchema } from "@meshwork/gen/mesh/v1/link";
import type { DomainError, Reason } from "../errors.ts";
import { RECONNECT_AFTER_MS } from "./limits.ts";

/**
 * Whether an agent shall come back after its session ended for this reason. Where the same program
 * would do the same again, or somebody meant to keep it out, it shall not.
 */
const FINAL: ReadonlySet<Reason> = new Set<Reason>([
  "AGENT_TERMINATED",
  "CREDENTIAL_INVALID",
  "FRAME_NOT_AGREED",
  "HELLO_REPEATED",
  "HELLO_REQUIRED",
  "PERMISSION_MISSING",
  "PROTOCOL_UNSUPPORTED",
  "RESOURCE_NOT_FOUND",
  "SESSION_SUPERSEDED",
]);

/** The last frame of a link that the server ends with this error. */
export function goodbyeFrame(
  error: DomainError,
  reconnectAfterMs = error.details.retryAfterMs ?? RECONNECT_AFTER_MS,
): ConnectResponse["frame"] {
  const reconnect = !FINAL.has(error.reason);
  const value = create(ServerGoodbyeSchema, {
    reason: ErrorReason[error.reason],
    message: error.message,
    reconnect,
    ...(reconnect && { reconnectAfter: durationFromMs(reconnectAfterMs) }),
  });
  return { case: "goodbye", value };
}
