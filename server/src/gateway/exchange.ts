import { createContextKey, type ContextValues } from "@connectrpc/connect";
import { AuthContext_PrincipalKind, Role } from "@meshwork/gen/mesh/v1/credential";
import type { DomainError } from "../domain/errors.ts";
import type { Principal } from "../security/principal.ts";
import type { MethodAccess } from "./access.ts";
import type { RequestBody } from "./request-body.ts";

/** One call on its way through the gateway. */
export interface Exchange {
  readonly callId: string;
  readonly access: MethodAccess;
  readonly peerAddress: string;
  /** By the monotonic clock. */
  readonly startMs: number;
  /** By the monotonic clock; infinite where there is none. */
  readonly deadlineMs: number;
  /** What is wrong with the headers; told before anything else is done. */
  readonly refusal: DomainError | undefined;
  readonly body: RequestBody;
  /** Ends the call from outside: the caller went away, or may no longer go on. */
  readonly abort: (reason: Error) => void;
  /** Who calls, once the credential is proven. */
  principal: Principal;
  /** The mesh that the request names, once authorization has read it. */
  meshId: string;
  /** Whether the caller was turned away for who it is. */
  refused: boolean;
  /** Whether the request was decoded and handed on. */
  entered: boolean;
  /** Whether the outcome is known and has been told to log, metrics and audit. */
  settled: boolean;
  /** Set while a handler runs: has the call fail without waiting for the handler. */
  interrupt: ((reason: unknown) => void) | undefined;
}

/** Who calls without a credential. */
export const anonymous: Principal = {
  kind: AuthContext_PrincipalKind.UNSPECIFIED,
  id: "anonymous",
  displayName: "anonymous",
  role: Role.UNSPECIFIED,
  scope: "all",
};

/** Under which the adapter hands the exchange to the interceptors. */
export const exchangeKey = createContextKey<Exchange | undefined>(undefined, {
  description: "the exchange, as the adapter opened it",
});

/** The exchange of a call; there is always one, since only the adapter calls handlers. */
export function exchangeOf(values: ContextValues): Exchange {
  const exchange = values.get(exchangeKey);
  if (exchange === undefined) throw new Error("a handler was called past the adapter");
  return exchange;
}
