import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { compressionNegotiate } from "@connectrpc/connect/protocol";
import type { Clock } from "../domain/clock.ts";
import type { Log } from "../telemetry/log.ts";
import type { Unary } from "./calls.ts";
import { compressionGzip } from "./compression.ts";
import { DirectContext } from "./direct-context.ts";
import { type Dialect, dialects, type MessageForms, type Outcome } from "./direct-dialects.ts";
import { callerGone, openExchange, type Exchange } from "./exchange.ts";
import type { Chain } from "./interceptors/chain.ts";
import { requestIdHeader } from "./interceptors/request-id.ts";
import type { GatewayLimits } from "./limits.ts";
import { createRequestBody } from "./request-body.ts";
import type { RpcRoute } from "./rpc-routes.ts";
import type { HttpCall } from "./transport.ts";

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
    // A time-out of nothing is over already; a timer of 0 ms would let the handler run first.
    if (exchange.deadlineMs <= exchange.startMs) abort(deadlineOver());
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
  const lines: Record<string, string | string[]> = { [requestIdHeader]: callId };
  const { status, contentType, message, trailer } = await outcomeOf(dialect, reply);
  lines["content-type"] = contentType;
  const accepted = header.get(dialect.acceptHeader);
  const zip = compressionNegotiate(
    [compressionGzip],
    null,
    accepted,
    dialect.acceptHeader,
  ).response;
  const zipped =
    zip !== null && message !== undefined && message.length >= COMPRESSED_BYTES_MIN
      ? await zip.compress(message)
      : undefined;
  // Envelopes say of each message whether it is compressed, as the header says how.
  if (zip !== null && (zipped !== undefined || dialect.enveloped))
    lines[dialect.encodingHeader] = zip.name;
  const body = message && dialect.body(zipped ?? message, zipped !== undefined);
  if (trailer === undefined) lines["content-length"] = String(body?.length ?? 0);
  call.head(status, lines, trailer !== undefined);
  const waiting = body && call.write(body);
  if (waiting !== undefined) await waiting;
  call.end(trailer);
}

async function outcomeOf(dialect: Dialect, reply: Promise<Uint8Array>): Promise<Outcome> {
  try {
    const { contentType, trailer } = dialect;
    return { status: 200, contentType, message: await reply, ...(trailer && { trailer }) };
  } catch (error) {
    return dialect.fail(error as ConnectError);
  }
}
