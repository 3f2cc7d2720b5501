import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { type Compression, compressionNegotiate } from "@connectrpc/connect/protocol";
import type { Clock } from "../domain/clock.ts";
import type { Log } from "../telemetry/log.ts";
import type { Unary } from "./calls.ts";
import { compressionGzip } from "./compression.ts";
import { DirectContext } from "./direct-context.ts";
import { type Dialect, dialects, type MessageForms } from "./direct-dialects.ts";
import { callerGone, openExchange, type Exchange } from "./exchange.ts";
import type { Chain } from "./interceptors/chain.ts";
import { requestIdHeader } from "./interceptors/request-id.ts";
import type { GatewayLimits } from "./limits.ts";
import { createRequestBody } from "./request-body.ts";
import type { RpcRoute } from "./rpc-routes.ts";
import type { HeaderLines, HttpCall } from "./transport.ts";

export interface DirectCallsOptions {
  readonly chain: Chain;
  readonly limits: GatewayLimits;
  readonly clock: Clock;
  readonly log: Log;
}

/** Plain unary calls, past the library's handler: answered alike, but several times as fast. */
export interface DirectCalls {
  /**
   * How to speak with the caller, where the call is plain enough: one message and one answer, POST,
   * a content type without parameters, the request uncompressed. Undefined: it is the library's.
   */
  dialectOf(route: RpcRoute, call: HttpCall, header: Headers): Dialect | undefined;
  serve(route: RpcRoute, dialect: Dialect, call: HttpCall, header: Headers, callId: string): void;
}

/** What makes a route one that can be called directly. */
export interface DirectRoute {
  /** With the chain around it. */
  readonly run: Unary;
  readonly forms: MessageForms;
}

/** Answers from so many bytes on are compressed for who takes that, as the library does it. */
const COMPRESSED_BYTES_MIN = 1024;

export function createDirectCalls(options: DirectCallsOptions): DirectCalls {
  return {
    dialectOf: ({ direct }, call, header) => {
      if (direct === undefined || call.verb !== "POST") return undefined;
      const dialect = dialects.get(header.get("content-type") ?? "");
      if (dialect === undefined || (dialect.name === "grpc" && call.http2 === undefined))
        return undefined;
      // What says that it is too large is refused before it comes.
      if (Number(header.get("content-length")) > options.limits.messageReadBytesMax)
        return undefined;
      const encoding = header.get(dialect.encodingHeader);
      return encoding === null || encoding === "identity" ? dialect : undefined;
    },
    serve: (route, dialect, call, header, callId) => {
      const direct = openDirect(options, route, dialect, call, header, callId);
      answer(direct, dialect, call, header).catch((error: unknown) => {
        // Only a caller that went away, or takes nothing, gets here; there is nobody left to tell.
        direct.abort(error instanceof ConnectError ? error : callerGone());
        options.log.debug({ callId, err: error }, "response not delivered");
      });
    },
  };
}

/** A call under way. */
interface Direct {
  readonly exchange: Exchange;
  readonly abort: (reason: Error) => void;
  /** The handler's answer, as the protocol writes messages. Rejects with the error for the wire. */
  readonly reply: Promise<Uint8Array>;
}

function openDirect(
  { chain, limits, clock }: DirectCallsOptions,
  { access, direct }: RpcRoute,
  dialect: Dialect,
  call: HttpCall,
  header: Headers,
  callId: string,
): Direct {
  const { run, forms } = direct!;
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
    { callId, access, peerAddress, abort, failBody: (reason) => body.fail(reason) },
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

  async function reply(): Promise<Uint8Array> {
    const timer = clock.after(exchange.deadlineMs - exchange.startMs, () => abort(deadlineOver()));
    try {
      await chain.welcome(exchange, header);
      const whole = await body[Symbol.asyncIterator]().next();
      const message = dialect.parse(forms, whole.done === true ? noBytes : whole.value);
      // Handlers may answer the mere fields of a message.
      return dialect.write(forms, create(access.method.output, await run(message, context)));
    } catch (error) {
      throw chain.conclude(exchange, ConnectError.from(error));
    } finally {
      timer.cancel();
    }
  }

  return { exchange, abort, reply: reply() };
}

const noBytes = new Uint8Array();

function deadlineOver(): ConnectError {
  return new ConnectError("the deadline has passed", Code.DeadlineExceeded);
}

async function answer(
  { exchange: { callId }, reply }: Direct,
  dialect: Dialect,
  call: HttpCall,
  header: Headers,
): Promise<void> {
  let message: Uint8Array;
  try {
    message = await reply;
  } catch (error) {
    const { status, contentType, body, trailer } = dialect.fail(error as ConnectError);
    await send(call, status, linesOf(contentType, callId), body, trailer);
    return;
  }
  const lines = linesOf(dialect.contentType, callId);
  const compression = compressionOf(dialect, header, message);
  if (compression !== null) {
    lines[dialect.encodingHeader] = compression.name;
    message = await compression.compress(message);
  }
  await send(call, 200, lines, dialect.body(message, compression !== null), dialect.trailer);
}

function linesOf(contentType: string, callId: string): Record<string, string | string[]> {
  return { "content-type": contentType, [requestIdHeader]: callId };
}

function compressionOf(
  { acceptHeader }: Dialect,
  header: Headers,
  { length }: Uint8Array,
): Compression | null {
  if (length < COMPRESSED_BYTES_MIN) return null;
  const accepted = header.get(acceptHeader);
  return compressionNegotiate([compressionGzip], null, accepted, acceptHeader).response;
}

async function send(
  call: HttpCall,
  status: number,
  lines: Record<string, string | string[]>,
  body: Uint8Array | undefined,
  trailer: HeaderLines | undefined,
): Promise<void> {
  if (trailer === undefined) lines["content-length"] = String(body?.length ?? 0);
  call.head(status, lines, trailer !== undefined);
  const waiting = body && call.write(body);
  if (waiting !== undefined) await waiting;
  call.end(trailer);
}
