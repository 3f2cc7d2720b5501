import type { Message } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import type { Clock } from "../domain/clock.ts";
import type { ServerStream, Unary } from "./calls.ts";
import { DirectContext } from "./direct-context.ts";
import type { Dialect, MessageForms } from "./direct-dialects.ts";
import { callerGone, openExchange, type Exchange } from "./exchange.ts";
import type { Chain } from "./interceptors/chain.ts";
import type { GatewayLimits } from "./limits.ts";
import { createRequestBody } from "./request-body.ts";
import type { RpcRoute } from "./rpc-routes.ts";
import type { HttpCall } from "./transport.ts";

/** How an RPC of one request is called directly; with the chain around it. */
export type DirectRoute = { readonly forms: MessageForms } & (
  | { readonly run: Unary; readonly stream?: undefined }
  | { readonly stream: ServerStream; readonly run?: undefined }
);

/** A call under way, past the library's handler. */
export interface Direct {
  readonly exchange: Exchange;
  readonly context: DirectContext;
  readonly dialect: Dialect;
  readonly forms: MessageForms;
  readonly call: HttpCall;
  readonly header: Headers;
  readonly abort: (reason: Error) => void;
  /** The one message of the caller, once he is welcome and it is there. */
  request(): Promise<Message>;
  /** What was thrown, counted and ready for the wire. */
  conclude(error: unknown): ConnectError;
  /** Has to be called once the outcome is known. */
  over(): void;
}

/** Opens the exchange and begins to read; the deadline runs. */
export function openDirect(
  { chain, limits, clock }: { chain: Chain; limits: GatewayLimits; clock: Clock },
  { access, direct }: Pick<RpcRoute, "access" | "direct">,
  dialect: Dialect,
  call: HttpCall,
  header: Headers,
  callId: string,
): Direct {
  const { forms } = direct!;
  const body = createRequestBody({
    ...{ callId, enveloped: dialect.enveloped, single: true, limits },
    pause: () => call.pauseReading(),
    resume: () => call.resumeReading(),
  });
  const abort = (reason: Error): void => {
    if (exchange.aborted !== undefined) return;
    exchange.aborted = reason;
    context.abort(reason);
    exchange.interrupt?.(reason);
    body.fail(reason);
  };
  const { peerAddress } = call;
  const exchange = openExchange(
    { clock, limits },
    { callId, access, peerAddress, abort, failBody: undefined },
    header,
  );
  const context = new DirectContext(exchange, {
    protocolName: dialect.name,
    requestHeader: header,
    url: `http://${call.authority ?? ""}${call.target}`,
    timeoutMs: () => exchange.deadlineMs - clock.monotonic(),
  });
  call.onGone(() => abort(callerGone()));
  call.readInto(body);
  const timeoutMs = exchange.deadlineMs - exchange.startMs;
  // A time-out of nothing is over already; a timer of 0 ms would let the handler run first.
  if (timeoutMs <= 0) abort(deadlineOver());
  const timer =
    timeoutMs === Infinity ? undefined : clock.after(timeoutMs, () => abort(deadlineOver()));

  return {
    ...{ exchange, context, dialect, forms, call, header, abort },
    request: async () => {
      await chain.welcome(exchange, header);
      const whole = await body[Symbol.asyncIterator]().next();
      return dialect.parse(forms, whole.done === true ? noBytes : whole.value, access.method);
    },
    conclude: (error) => chain.conclude(exchange, ConnectError.from(error)),
    over: () => timer?.cancel(),
  };
}

const noBytes = new Uint8Array();

function deadlineOver(): ConnectError {
  return new ConnectError("the deadline has passed", Code.DeadlineExceeded);
}
