import { ConnectError, createContextValues } from "@connectrpc/connect";
import type { UniversalServerResponse } from "@connectrpc/connect/protocol";
import type { Clock } from "../domain/clock.ts";
import type { Ids } from "../domain/ids.ts";
import type { Log } from "../telemetry/log.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import type { AuthorityCheck } from "./authority.ts";
import type { DirectCalls } from "./direct-calls.ts";
import { callerGone, exchangeKey, openExchange, type Exchange } from "./exchange.ts";
import { requestId } from "./interceptors/request-id.ts";
import type { GatewayLimits } from "./limits.ts";
import type { DirectLink } from "./link/direct-link.ts";
import type { PlainRoutes } from "./plain-routes.ts";
import { refuse } from "./refusal.ts";
import { createRequestBody, type RequestBody } from "./request-body.ts";
import type { RpcRoute } from "./rpc-routes.ts";
import type { HttpCall } from "./transport.ts";

export interface HttpAdapterOptions {
  readonly rpcs: ReadonlyMap<string, RpcRoute>;
  readonly plain: PlainRoutes;
  readonly directCalls: DirectCalls;
  /** Takes plain calls of the agent link past the library, where there are links. */
  readonly directLink: DirectLink | undefined;
  readonly checkAuthority: AuthorityCheck;
  readonly limits: GatewayLimits;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Long streams that are open; the adapter adds and removes them. */
  readonly openStreams: Set<Exchange>;
}

/** Takes a request of any version of HTTP to the handler of its path. Never throws, never rejects. */
export type HttpAdapter = (call: HttpCall) => void;

/** Looks up the path, opens the exchange, runs the handler, writes its response. */
export function createHttpAdapter(options: HttpAdapterOptions): HttpAdapter {
  const { rpcs, plain, directCalls, directLink, checkAuthority, ids, log, metrics } = options;

  function route(call: HttpCall): void {
    const header = headerOf(call);
    if (typeof header === "number") {
      refuse(call, header, ids.uuid(), "");
      return;
    }
    const callId = requestId(header, () => ids.uuid());
    const refusedStatus = call.target.startsWith("/") ? checkAuthority(call.authority) : 400;
    if (refusedStatus !== undefined) {
      refuse(call, refusedStatus, callId, "");
      return;
    }
    const queryAt = call.target.indexOf("?");
    const path = queryAt < 0 ? call.target : call.target.slice(0, queryAt);
    const rpc = rpcs.get(path);
    const dialect = rpc && directCalls.dialectOf(rpc, call, header);
    if (rpc !== undefined && dialect !== undefined) {
      directCalls.serve(rpc, dialect, call, header, callId);
    } else if (rpc !== undefined && directLink?.takes(rpc.access, call, header) === true) {
      directLink.serve(rpc.access, call, header, callId);
    } else if (rpc !== undefined) {
      void serve(options, call, rpc, header, callId);
    } else if (plain.has(path)) {
      plain.serve(path, call, header, callId).catch((error: unknown) => {
        log.error({ callId, err: error }, "request could not be served");
        refuse(call, 500, callId, "");
      });
    } else {
      metrics.rpcCalls.inc({ method: "unknown", code: "unimplemented" });
      refuse(call, 404, callId, header.get("content-type") ?? "");
    }
  }

  return (call) => {
    try {
      route(call);
    } catch (error) {
      log.error({ err: error }, "request could not be served");
      refuse(call, 500, ids.uuid(), "");
    }
  };
}

/** The headers, or the status to refuse them with. */
function headerOf(call: HttpCall): Headers | 400 | 431 {
  try {
    return call.readHeader();
  } catch (error) {
    return error instanceof RangeError ? 431 : 400;
  }
}

async function serve(
  options: HttpAdapterOptions,
  call: HttpCall,
  route: RpcRoute,
  header: Headers,
  callId: string,
): Promise<void> {
  const { exchange, body, signal } = open(options, call, route, header, callId);
  if (route.access.method.methodKind !== "unary") options.openStreams.add(exchange);
  try {
    const response = await route.handler({
      httpVersion: call.httpVersion,
      method: call.verb,
      url: `http://${call.authority ?? ""}${call.target}`,
      header,
      body,
      signal,
      contextValues: createContextValues().set(exchangeKey, exchange),
    });
    if (response.body === undefined && response.status >= 400) {
      refuse(call, response.status, callId, header.get("content-type") ?? "");
    } else {
      await respond(call, response);
    }
  } catch (error) {
    // Only a caller that went away, or takes nothing, gets here; there is nobody left to tell.
    exchange.abort(error instanceof ConnectError ? error : callerGone());
    options.log.debug({ callId, err: error }, "response not delivered");
  } finally {
    options.openStreams.delete(exchange);
  }
}

function open(
  options: HttpAdapterOptions,
  call: HttpCall,
  { access, direct }: RpcRoute,
  header: Headers,
  callId: string,
): { exchange: Exchange; body: RequestBody; signal: AbortSignal } {
  const contentType = header.get("content-type") ?? "";
  const controller = new AbortController();
  const body = createRequestBody({
    callId,
    enveloped: /^application\/(grpc|connect\+)/.test(contentType),
    single: direct !== undefined,
    limits: options.limits,
    pause: () => {
      call.pauseReading();
    },
    resume: () => {
      call.resumeReading();
    },
  });
  const abort = (reason: Error): void => {
    controller.abort(reason);
  };
  const failBody = (reason: Error): void => {
    body.fail(reason);
  };
  const { peerAddress } = call;
  const exchange = openExchange(options, { callId, access, peerAddress, abort, failBody }, header);
  call.onGone(() => {
    abort(callerGone());
  });
  call.readInto(body);
  return { exchange, body, signal: controller.signal };
}

async function respond(call: HttpCall, response: UniversalServerResponse): Promise<void> {
  const { status, body, trailer } = response;
  const header = response.header ?? new Headers();
  if (body === undefined) {
    call.head(status, header, false);
    call.end();
    return;
  }
  const chunks = body[Symbol.asyncIterator]();
  let ended = false;
  try {
    // The first chunk comes before the head: until then a handler may still set headers.
    let chunk = await chunks.next();
    call.head(status, header, trailer !== undefined);
    while (chunk.done !== true) {
      const waiting = call.write(chunk.value);
      if (waiting !== undefined) await waiting;
      chunk = await chunks.next();
    }
    ended = true;
    call.end(trailer);
  } finally {
    if (!ended) chunks.return?.().catch(() => undefined);
  }
}
