import { createContextKey, type HandlerContext } from "@connectrpc/connect";
import type { Call } from "./call.ts";
import { DomainError } from "./errors.ts";

/** Under which the gateway hands the call to the services. */
export const callKey = createContextKey<Call | undefined>(undefined, {
  description: "the call, as the gateway admitted it",
});

/** The call that a handler carries out. A call that passed no gateway is refused. */
export function callOf(context: HandlerContext): Call {
  const call = context.values.get(callKey);
  if (call === undefined)
    throw new DomainError("INTERNAL", "the call was not admitted by the gateway");
  return call;
}
