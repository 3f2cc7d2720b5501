import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import { callerGone } from "./exchange.ts";
import { plain, writeSlices } from "./http1.ts";
import type { HeaderLines, HttpCall, TransportContext } from "./transport.ts";
import { untilDrained, watchEnd, type StallOptions } from "./write-stall.ts";

const WRITE_SLICE_BYTES = 64 * 1024;

/** A request of HTTP/2, straight from its stream: Node's compatibility layer costs a third of a call. */
export function http2Call(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  context: TransportContext,
): HttpCall {
  const stall = stallOf(stream, context);
  const writeSlice = (slice: Uint8Array): Promise<void> | undefined => {
    context.touch();
    return stream.write(slice) ? undefined : untilDrained(stream, stall);
  };
  let sendsTrailers = false;
  return {
    httpVersion: "2.0",
    verb: headers[":method"] ?? "",
    target: headers[":path"] ?? "",
    authority: headers[":authority"] ?? headers.host,
    peerAddress: context.peerAddress,
    http2: { stream, context },
    readHeader: () => readHeader(headers, context.limits.headerBlockBytesMax),
    readInto(body) {
      stream.on("data", (chunk: Buffer) => {
        context.touch();
        body.push(chunk);
      });
      stream.on("end", () => {
        // Node ends the reading of a stream that was reset, too: that is no whole body.
        if (stream.aborted) body.fail(callerGone());
        else body.end();
      });
    },
    pauseReading: () => stream.pause(),
    resumeReading: () => stream.resume(),
    onGone: (run) => onGone(stream, run),
    head(status, header, withTrailers) {
      if (stream.destroyed || stream.closed) return;
      sendsTrailers = withTrailers;
      stream.respond({ ":status": status, ...plain(header) }, { waitForTrailers: withTrailers });
    },
    write(bytes) {
      if (stream.destroyed || stream.closed) {
        return Promise.reject(new Error("the caller went away"));
      }
      return bytes.length <= WRITE_SLICE_BYTES ? writeSlice(bytes) : writeSlices(bytes, writeSlice);
    },
    end(trailer) {
      endStream(stream, sendsTrailers ? plain(trailer ?? {}) : undefined, stall);
    },
  };
}

/** Without a listener, a reset stream would end the process. */
export function ignoreErrors(stream: ServerHttp2Stream): void {
  stream.on("error", ignore);
}

function ignore(): void {
  // Whoever works with the stream hears of its end by `close`.
}

/** Calls once, if the caller goes away before the response is complete. */
export function onGone(stream: ServerHttp2Stream, run: () => void): void {
  stream.on("close", () => {
    const isReset = stream.aborted || stream.rstCode !== constants.NGHTTP2_NO_ERROR;
    if (isReset || !stream.writableFinished) run();
  });
}

/** How a caller that takes nothing is given up. */
export function stallOf(stream: ServerHttp2Stream, context: TransportContext): StallOptions {
  return {
    clock: context.clock,
    stallMs: context.limits.writeStallMs,
    onStall: () => {
      context.stalled();
      stream.close(constants.NGHTTP2_CANCEL);
      stream.destroy();
    },
  };
}

/** Ends the response, with trailers where its head has announced them. */
export function endStream(
  stream: ServerHttp2Stream,
  trailers: HeaderLines | undefined,
  stall: StallOptions,
): void {
  if (stream.destroyed || stream.closed) return;
  if (trailers !== undefined) {
    stream.once("wantTrailers", () => {
      stream.sendTrailers(trailers);
      stopReading(stream);
    });
  }
  stream.end();
  if (!stream.writableFinished) watchEnd(stream, stall);
  if (trailers === undefined) stopReading(stream);
}

/**
 * The caller need not send what nobody will read. Only once the response is written: Node 24 loops
 * for ever in `close` of a stream that was ended but not yet finished.
 */
function stopReading(stream: ServerHttp2Stream): void {
  if (stream.endAfterHeaders || stream.readableEnded || stream.destroyed) return;
  if (!stream.writableFinished) stream.once("finish", () => stopReading(stream));
  else setImmediate(() => stream.close(constants.NGHTTP2_NO_ERROR));
}

/** Until the caller has confirmed our settings, nobody but us holds it to the limit. */
function readHeader(headers: IncomingHttpHeaders, bytesMax: number): Headers {
  const header = new Headers();
  let bytes = 0;
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined) continue;
    const values = typeof value === "string" ? [value] : value;
    for (const item of values) {
      bytes += name.length + item.length;
      if (bytes > bytesMax) throw new RangeError(`the headers have more than ${bytesMax} bytes`);
      if (!name.startsWith(":")) header.append(name, item);
    }
  }
  return header;
}
