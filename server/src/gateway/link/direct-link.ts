import type { ServerHttp2Stream } from "node:http2";
import {
  contentTypeProto,
  grpcStatusOk,
  setTrailerStatus,
} from "@connectrpc/connect/protocol-grpc";
import { AgentLinkService } from "@meshwork/gen/mesh/v1/agent_link_service";
import type { Clock } from "../../domain/clock.ts";
import type { DomainError } from "../../domain/errors.ts";
import type { Link, LinkSink, Links } from "../../domain/links/link-sink.ts";
import type { Metrics } from "../../telemetry/metrics.ts";
import type { MethodAccess } from "../access.ts";
import {
  compressedEnvelope,
  ENVELOPE_HEAD_BYTES,
  FLAG_COMPRESSED,
  incompleteEnvelope,
} from "../envelope.ts";
import { createEnvelopeSplitter } from "../envelope-splitter.ts";
import { callerGone, openExchange, type Exchange } from "../exchange.ts";
import { plain } from "../http1.ts";
import { endStream, onGone, stallOf } from "../http2.ts";
import type { Chain } from "../interceptors/chain.ts";
import { requestIdHeader } from "../interceptors/request-id.ts";
import type { GatewayLimits } from "../limits.ts";
import type { HeaderLines, HttpCall, TransportContext } from "../transport.ts";
import type { StallOptions } from "../write-stall.ts";
import { createFlushTick, type FlushTick } from "./flush-tick.ts";
import { createFrameWriter } from "./frame-writer.ts";
import { createLinkCodec, type LinkCodec } from "./link-codec.ts";

export interface DirectLinkOptions {
  readonly links: Links;
  readonly chain: Chain;
  readonly limits: GatewayLimits;
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** Long streams that are open; a link adds and removes its own. */
  readonly openStreams: Set<Exchange>;
}

/** Agent links of plain gRPC, straight from the HTTP/2 stream: as the library serves them, but faster. */
export interface DirectLink {
  /**
   * Whether the call is the agent link's and plain enough: gRPC of protobuf, uncompressed, without a
   * deadline. All others are the library's. Counts both.
   */
  takes(access: MethodAccess, call: HttpCall, header: Headers): boolean;
  /** Serves a call that it takes. Never throws. */
  serve(access: MethodAccess, call: HttpCall, header: Headers, callId: string): void;
}

/** A caller may announce any encoding that it understands: answers are not compressed. */
const contentTypes = new Set(["application/grpc", contentTypeProto]);
const statusOk = { "grpc-status": grpcStatusOk };

/** Serves agent links past the library, with the same chain before them. */
export function createDirectLink(options: DirectLinkOptions): DirectLink {
  const shared: Shared = {
    ...options,
    codec: createLinkCodec(options.limits),
    tick: createFlushTick(),
  };
  return {
    takes: ({ method }, call, header) => {
      if (method !== AgentLinkService.method.connect) return false;
      const takes = call.http2 !== undefined && isPlain(call.verb, header);
      options.metrics.linkStreams.inc({ path: takes ? "direct" : "library" });
      return takes;
    },
    serve: (access, call, header, callId) => {
      const { stream, context } = call.http2!;
      const direct = openDirect(shared, stream, context, (abort) =>
        openExchange(
          options,
          { callId, access, peerAddress: call.peerAddress, abort, failBody: undefined },
          header,
        ),
      );
      void admit(options.chain, direct, header);
    },
  };
}

function isPlain(verb: string, header: Headers): boolean {
  return (
    verb === "POST" &&
    contentTypes.has(header.get("content-type") ?? "") &&
    (header.get("grpc-encoding") ?? "identity") === "identity" &&
    !header.has("grpc-timeout")
  );
}

interface Shared extends DirectLinkOptions {
  readonly codec: LinkCodec;
  readonly tick: FlushTick;
}

interface Direct {
  readonly exchange: Exchange;
  /** The call passed the chain. */
  begin(): void;
  /** The call ends with the error, whatever waits. */
  fail(error: unknown): void;
}

/** Stands apart, so that nothing of the headers is kept while the link is open. */
async function admit(chain: Chain, direct: Direct, header: Headers): Promise<void> {
  const { exchange } = direct;
  try {
    await chain.welcome(exchange, header);
    exchange.entered = true;
    await chain.admit(exchange, undefined);
    direct.begin();
  } catch (error) {
    direct.fail(error);
  }
}

function openDirect(
  { links, chain, limits, openStreams, codec, tick }: Shared,
  stream: ServerHttp2Stream,
  context: TransportContext,
  open: (abort: (reason: Error) => void) => Exchange,
): Direct {
  const touch = (): void => context.touch();
  const stall = (): StallOptions => stallOf(stream, context);
  const writer = createFrameWriter(stream, touch, stall);
  const exchange = open(abort);
  let link: Link | undefined;
  /** Why the call ends though it has not begun. */
  let abortedBy: Error | undefined;
  let receiving = false;
  let ending = false;
  let over = false;

  openStreams.add(exchange);
  onGone(stream, () => abort(callerGone()));

  function abort(reason: Error): void {
    if (link === undefined) abortedBy ??= reason;
    else fail(reason);
  }

  function begin(): void {
    if (abortedBy !== undefined) throw abortedBy;
    respond();
    link = links.open(exchange.principal, sink, exchange.peerAddress);
    const splitter = createEnvelopeSplitter(limits, take, refuse);
    stream.on("data", (chunk: Buffer) => {
      touch();
      receiving = true;
      splitter.push(chunk);
      receiving = false;
      writer.flush();
    });
    const ended = (): void => {
      if (stream.aborted) fail(callerGone());
      else if (splitter.rest().length > 0) refuse(incompleteEnvelope());
      else link?.close();
    };
    // A caller that sends nothing at all may have ended before it was admitted.
    if (stream.readableEnded) ended();
    else stream.on("end", ended);
  }

  function respond(): void {
    if (stream.destroyed || stream.closed || stream.headersSent) return;
    stream.respond(
      { ":status": 200, "content-type": contentTypeProto, [requestIdHeader]: exchange.callId },
      { waitForTrailers: true },
    );
  }

  function take(buffer: Uint8Array, start: number, end: number): void {
    if (ending) return;
    try {
      if ((buffer[start]! & FLAG_COMPRESSED) !== 0) throw compressedEnvelope();
      link?.receive(codec.decode(buffer.subarray(start + ENVELOPE_HEAD_BYTES, end)));
    } catch (error) {
      refuse(error);
    }
  }

  /** What came is no frame. */
  function refuse(error: unknown): void {
    if (!ending) fail(chain.requestError(exchange, error));
  }

  function fail(error: unknown): void {
    if (over) return;
    ending = true;
    writer.drop();
    respond();
    finish(error);
    link?.close();
  }

  function end(error: DomainError | undefined): void {
    if (ending) return;
    ending = true;
    writer.end(() => finish(error));
  }

  /** All that the peer is sent is with the stream. */
  function finish(error: unknown): void {
    if (over) return;
    over = true;
    openStreams.delete(exchange);
    endStream(stream, trailersOf(error), stall());
  }

  function trailersOf(error: unknown): HeaderLines {
    if (error !== undefined)
      return plain(setTrailerStatus(new Headers(statusOk), chain.fail(exchange, error)));
    chain.succeed(exchange);
    return statusOk;
  }

  const sink = {
    send(frame, sharing) {
      if (ending) return;
      try {
        writer.add(codec.encode(frame, sharing === "shared"));
        if (!receiving) tick.ask(writer.flush);
      } catch (error) {
        ending = true;
        // Whoever sends may be in the middle of its own work.
        setImmediate(fail, error);
      }
    },
    bufferedBytes: writer.bufferedBytes,
    end,
    destroy: (error) => {
      writer.drop();
      end(error);
    },
  } satisfies LinkSink;

  return { exchange, begin, fail };
}
