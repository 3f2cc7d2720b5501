import type { Message } from "@bufbuild/protobuf";
import { ConnectError, type HandlerContext } from "@connectrpc/connect";
import { callKey } from "../../domain/call-service.ts";
import type { Clock } from "../../domain/clock.ts";
import type { Log } from "../../telemetry/log.ts";
import type { Metrics } from "../../telemetry/metrics.ts";
import { callOver, exchangeOf, type Exchange } from "../exchange.ts";
import type { GatewayLimits } from "../limits.ts";
import { createRateBuckets } from "../rate-buckets.ts";
import { createAddressLimit } from "./address-limit.ts";
import { createAudit, type Audit } from "./audit.ts";
import { createAuthenticate, type Authenticate } from "./authenticate.ts";
import { createAuthorize, type PermissionsOf } from "./authorize.ts";
import { createLog } from "./log.ts";
import { complete, failureOf, toConnectError } from "./map-errors.ts";
import { createMetrics } from "./metrics.ts";
import { createPrincipalLimit } from "./principal-limit.ts";
import { requestIdHeader } from "./request-id.ts";
import { createValidate } from "./validate.ts";

export interface ChainOptions {
  readonly authenticate: Authenticate;
  readonly permissionsOf: PermissionsOf;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly limits: GatewayLimits;
}

/** What every call has to pass, and what is told of every call. */
export interface Chain {
  /** As `welcome`, for a call of the library's, which is bound to its exchange here. */
  gate(context: HandlerContext): Promise<void>;
  /**
   * Before the body is read: are the headers in order, is the address welcome, who calls? Rejects with
   * the error for the wire.
   */
  welcome(exchange: Exchange, header: Headers): Promise<void>;
  /** With the message, or without one for streams of the caller: may it be done? */
  admit(exchange: Exchange, message: Message | undefined): Promise<void>;
  /** Checks a further message of a stream of the caller. */
  check(exchange: Exchange, message: Message): void;
  /** Hands the call to the services. */
  enter(exchange: Exchange, context: HandlerContext): void;
  /** The outcome of a call, told once; answers the error for the wire where it failed. */
  succeed(exchange: Exchange): void;
  fail(exchange: Exchange, error: unknown): ConnectError;
  /** Completes and counts an error that no step has seen, as it is about to go on the wire; answers it. */
  conclude(exchange: Exchange, error: ConnectError): ConnectError;
  /** What is wrong with the bytes of a caller, as an error that a handler may pass on. */
  requestError(exchange: Exchange, error: unknown): ConnectError;
}

/**
 * The steps in the order in which a call meets them. The request id stands before all of them, where
 * the adapter opens the exchange; errors are mapped where a step or the handler throws.
 */
export function createChain(options: ChainOptions): Chain {
  const { clock, limits } = options;
  const addresses = createRateBuckets({
    subject: "address",
    pointsMax: limits.addressPointsMax,
    windowSeconds: limits.rateWindowSeconds,
    bucketsMax: limits.rateBucketsMax,
  });
  const observers = [
    createLog(options.log),
    createMetrics(options.metrics),
    createAudit(options.audit),
  ];
  const limitAddress = createAddressLimit(addresses);
  const authenticate = createAuthenticate(
    options.authenticate,
    addresses,
    limits.credentialFailurePoints,
  );
  const authorize = createAuthorize(options.permissionsOf);
  const limitPrincipal = createPrincipalLimit(limits);
  const validate = createValidate();

  function settle(exchange: Exchange, failure: ReturnType<typeof failureOf> | undefined): void {
    if (exchange.settled) return;
    exchange.settled = true;
    const durationMs = clock.monotonic() - exchange.startMs;
    for (const observe of observers) observe(exchange, failure, durationMs);
  }

  function fail(exchange: Exchange, error: unknown): ConnectError {
    const failure = failureOf(error);
    settle(exchange, failure);
    return toConnectError(failure, exchange.callId);
  }

  /** Has whatever ends the call from outside reach the handler and the reading of the body. */
  function watch(exchange: Exchange, signal: AbortSignal): void {
    const onAbort = (): void => {
      const reason = signal.reason as Error;
      exchange.aborted = reason;
      exchange.interrupt?.(reason);
      exchange.failBody?.(reason);
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
  }

  function conclude(exchange: Exchange, error: ConnectError): ConnectError {
    const failure = failureOf(error, exchange.entered ? "response" : "request");
    if (error.details.length > 0) {
      // A body that was refused while it came is complete, and not counted yet.
      settle(exchange, failure);
      return error;
    }
    if (exchange.settled && failure.defect !== undefined)
      options.log.error({ callId: exchange.callId, err: error }, "response lost");
    settle(exchange, failure);
    return complete(error, failure, exchange.callId);
  }

  /**
   * The library ends each call by aborting its context with the error that it is about to put on the
   * wire: the one place where its own errors, which no step has seen, can be completed and counted.
   */
  function completeErrors(exchange: Exchange, context: HandlerContext): void {
    const controller = context as HandlerContext & { abort(reason?: unknown): void };
    const abort = controller.abort.bind(context);
    controller.abort = (reason) => {
      if (reason instanceof ConnectError) conclude(exchange, reason);
      abort(reason ?? callOver);
    };
  }

  async function welcome(exchange: Exchange, header: Headers): Promise<void> {
    try {
      if (exchange.refusal !== undefined) throw exchange.refusal;
      await limitAddress(exchange);
      await authenticate(exchange, header);
    } catch (error) {
      throw fail(exchange, error);
    }
  }

  return {
    gate(context) {
      const exchange = exchangeOf(context.values);
      context.responseHeader.set(requestIdHeader, exchange.callId);
      watch(exchange, context.signal);
      completeErrors(exchange, context);
      return welcome(exchange, context.requestHeader);
    },
    welcome,
    async admit(exchange, message) {
      authorize(exchange, message);
      await limitPrincipal(exchange);
      validate(exchange, message);
    },
    check: validate,
    enter(exchange, context) {
      context.values.set(callKey, {
        callId: exchange.callId,
        operation: exchange.access.operation,
        principal: exchange.principal,
        deadlineMs: exchange.deadlineMs,
        // Few handlers ask for it, and it is made for those who do.
        get signal() {
          return context.signal;
        },
        peerAddress: exchange.peerAddress,
      });
    },
    succeed: (exchange) => {
      settle(exchange, undefined);
    },
    fail,
    conclude,
    requestError: (exchange, error) => toConnectError(failureOf(error, "request"), exchange.callId),
  };
}
