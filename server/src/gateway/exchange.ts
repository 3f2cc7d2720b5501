import { Code, ConnectError, createContextKey, type ContextValues } from "@connectrpc/connect";
import { AuthContext_PrincipalKind, Role } from "@meshwork/gen/mesh/v1/credential";
import type { Clock } from "../domain/clock.ts";
import { DomainError } from "../domain/errors.ts";
import type { Principal } from "../security/principal.ts";
import type { MethodAccess } from "./access.ts";
import { settleDeadline } from "./deadline.ts";
import type { GatewayLimits } from "./limits.ts";

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
  /** Ends the call from outside: the caller went away, or may no longer go on. */
  readonly abort: (reason: Error) => void;
  /** Has whoever reads the body hear why there is no more of it; undefined where nobody waits for it. */
  readonly failBody: ((reason: Error) => void) | undefined;
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
  /** Why the call ends from outside, once it does. */
  aborted: Error | undefined;
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

/** Opens the exchange of a call; what is wrong with its deadline is told once it passes the chain. */
export function openExchange(
  { clock, limits }: { readonly clock: Clock; readonly limits: GatewayLimits },
  call: Pick<Exchange, "callId" | "access" | "peerAddress" | "abort" | "failBody">,
  header: Headers,
): Exchange {
  const startMs = clock.monotonic();
  const grpc = (header.get("content-type") ?? "").startsWith("application/grpc");
  let timeoutMs = limits.deadlineDefaultMs;
  let refusal: DomainError | undefined;
  try {
    timeoutMs = settleDeadline(header, grpc, call.access, limits);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    refusal = error;
  }
  return {
    callId: call.callId,
    access: call.access,
    peerAddress: call.peerAddress,
    abort: call.abort,
    failBody: call.failBody,
    startMs,
    deadlineMs: startMs + timeoutMs,
    refusal,
    principal: anonymous,
    meshId: "",
    refused: false,
    entered: false,
    settled: false,
    aborted: undefined,
    interrupt: undefined,
  };
}

/** Ends what still waits for a call that is over. Aborting without a reason makes a DOMException, at 10 µs. */
export const callOver = new Error("the call is over");

/** Why a call ends whose caller is no longer there. */
export function callerGone(): ConnectError {
  return new ConnectError("the caller went away", Code.Canceled);
}

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
