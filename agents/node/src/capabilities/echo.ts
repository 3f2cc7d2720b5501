import type { CapabilityCall, Content } from "@meshwork/agents-core";

/** Answers what it got, with its media type. */
export function echo(call: CapabilityCall): Content["payload"] {
  return call.payload;
}
