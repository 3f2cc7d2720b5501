// `mesh messages send`, which has a request id only where one is taken.
import type { Typed } from "../request.ts";
import type { Json } from "../values.ts";

/** The request without a made-up request id: at-most-once messages are refused with one. */
export function withOwnRequestId(
  { requestId, ...rest }: Record<string, Json>,
  { flags }: Typed,
): Record<string, Json> {
  return requestId !== undefined && flags["request-id"] !== undefined
    ? { ...rest, requestId }
    : rest;
}
