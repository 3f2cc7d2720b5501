import { create } from "@bufbuild/protobuf";
import { ConnectError } from "@connectrpc/connect";
import type { Clock } from "../domain/clock.ts";
import type { Log } from "../telemetry/log.ts";
import type { Unary } from "./calls.ts";
import { acceptedCompression, compressedMessage } from "./compression.ts";
import { type Dialect, dialects, type Outcome } from "./direct-dialects.ts";
import { type Direct, type DirectRoute, openDirect } from "./direct-opening.ts";
import { answerStream } from "./direct-streams.ts";
import { callerGone, type Exchange } from "./exchange.ts";
import type { Chain } from "./interceptors/chain.ts";
import { requestIdHeader } from "./interceptors/request-id.ts";
import type { GatewayLimits } from "./limits.ts";
import type { RpcRoute } from "./rpc-routes.ts";
import type { HttpCall } from "./transport.ts";

export interface DirectCallsOptions {
  readonly chain: Chain;
  readonly limits: GatewayLimits;
  readonly clock: Clock;
  readonly log: Log;
  /** Streams that are open; these add and remove their own. */
  readonly openStreams: Set<Exchange>;
}

/** Plain calls, past the library's handler: answered alike, but several times as fast. */
export interface DirectCalls {
  /**
   * How to speak with the caller, where the call is plain enough: one message and one answer, or a stream
   * of answers over gRPC; POST, a content type without parameters, the request uncompressed. Undefined:
   * it is the library's.
   */
  dialectOf(route: RpcRoute, call: HttpCall, header: Headers): Dialect | undefined;
  serve(route: RpcRoute, dialect: Dialect, call: HttpCall, header: Headers, callId: string): void;
}

export function createDirectCalls(options: DirectCallsOptions): DirectCalls {
  return {
    dialectOf: ({ direct }, call, header) => {
      if (direct === undefined || call.verb !== "POST") return undefined;
      const dialect = dialects.get(header.get("content-type") ?? "");
      if (dialect === undefined) return undefined;
      if (dialect.name === "grpc" ? call.http2 === undefined : direct.stream !== undefined)
        return undefined;
      // What says that it is too large is refused before it comes.
      if (Number(header.get("content-length")) > options.limits.messageReadBytesMax)
        return undefined;
      const encoding = header.get(dialect.encodingHeader);
      return encoding === null || encoding === "identity" ? dialect : undefined;
    },
    serve: (route, dialect, call, header, callId) => {
      const direct = openDirect(options, route, dialect, call, header, callId);
      answer(options, direct, route.direct!).catch((error: unknown) => {
        // Only a caller that went away, or takes nothing, gets here; there is nobody left to tell.
        direct.abort(error instanceof ConnectError ? error : callerGone());
        options.log.debug({ callId, err: error }, "response not delivered");
      });
    },
  };
}

async function answer(
  { openStreams }: DirectCallsOptions,
  direct: Direct,
  route: DirectRoute,
): Promise<void> {
  if (route.run !== undefined) return answerOnce(direct, await outcomeOf(direct, route.run));
  openStreams.add(direct.exchange);
  try {
    await answerStream(direct, route.stream);
  } finally {
    openStreams.delete(direct.exchange);
  }
}

async function outcomeOf(direct: Direct, run: Unary): Promise<Outcome> {
  const { context, dialect, forms, exchange } = direct;
  const { contentType, trailer } = dialect;
  try {
    const reply = await run(await direct.request(), context);
    // Handlers may answer the mere fields of a message.
    const message = dialect.write(forms, create(exchange.access.method.output, reply));
    return { status: 200, contentType, message, ...(trailer && { trailer }) };
  } catch (error) {
    return dialect.fail(direct.conclude(error));
  } finally {
    direct.over();
  }
}

async function answerOnce(
  { exchange: { callId }, dialect, call, header }: Direct,
  { status, contentType, message, trailer }: Outcome,
): Promise<void> {
  const lines: Record<string, string> = {
    [requestIdHeader]: callId,
    "content-type": contentType,
  };
  const zip = acceptedCompression(header, dialect.acceptHeader);
  const zipped = message && (await compressedMessage(message, zip));
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
