import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import { plain, writeSlices, type TransportContext } from "./http1.ts";
import type { HttpCall } from "./transport.ts";
import { untilDrained, watchEnd, type StallOptions } from "./write-stall.ts";

const WRITE_SLICE_BYTES = 64 * 1024;

/** A request of HTTP/2, straight from its stream: Node's compatibility layer costs a third of a call. */
export function http2Call(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  context: TransportContext,
): HttpCall {
  let trailers: Record<string, string | string[]> = {};
  let sendsTrailers = false;
  let requestEnded = stream.endAfterHeaders;
  const stall: StallOptions = {
    clock: context.clock,
    stallMs: context.limits.writeStallMs,
    onStall: () => {
      context.stalled();
      stream.close(constants.NGHTTP2_CANCEL);
      stream.destroy();
    },
  };
  // Without a listener, a reset stream would end the process.
  stream.on("error", () => undefined);
  stream.on("end", () => {
    requestEnded = true;
  });
  /**
   * The caller need not send what nobody will read. Only once the response is written: Node 24 loops
   * for ever in `close` of a stream that was ended but not yet finished.
   */
  const stopReading = (): void => {
    if (requestEnded || stream.destroyed) return;
    if (!stream.writableFinished) stream.once("finish", stopReading);
    else setImmediate(() => stream.close(constants.NGHTTP2_NO_ERROR));
  };
  const writeSlice = (slice: Uint8Array): Promise<void> | undefined => {
    context.touch();
    return stream.write(slice) ? undefined : untilDrained(stream, stall);
  };
  return {
    httpVersion: "2.0",
    verb: headers[":method"] ?? "",
    target: headers[":path"] ?? "",
    authority: headers[":authority"] ?? headers.host,
    peerAddress: context.peerAddress,
    readHeader: () => readHeader(headers, context.limits.headerBlockBytesMax),
    readInto(body) {
      stream.on("data", (chunk: Buffer) => {
        context.touch();
        body.push(chunk);
      });
      stream.on("end", () => {
        body.end();
      });
    },
    pauseReading: () => stream.pause(),
    resumeReading: () => stream.resume(),
    onGone(run) {
      stream.on("close", () => {
        if (!stream.writableFinished || stream.rstCode !== constants.NGHTTP2_NO_ERROR) run();
      });
    },
    head(status, header, withTrailers) {
      if (stream.destroyed || stream.closed) return;
      stream.respond({ ":status": status, ...plain(header) }, { waitForTrailers: withTrailers });
      sendsTrailers = withTrailers;
      if (!withTrailers) return;
      stream.once("wantTrailers", () => {
        stream.sendTrailers(trailers);
        stopReading();
      });
    },
    write(bytes) {
      if (stream.destroyed || stream.closed) {
        return Promise.reject(new Error("the caller went away"));
      }
      return bytes.length <= WRITE_SLICE_BYTES ? writeSlice(bytes) : writeSlices(bytes, writeSlice);
    },
    end(trailer) {
      if (stream.destroyed || stream.closed) return;
      if (trailer !== undefined) trailers = plain(trailer);
      stream.end();
      if (!stream.writableFinished) watchEnd(stream, stall);
      if (!sendsTrailers) stopReading();
    },
  };
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
