import type { IncomingMessage, ServerResponse } from "node:http";
import type { HeaderLines, HttpCall, TransportContext } from "./transport.ts";
import { untilDrained, watchEnd, type StallOptions } from "./write-stall.ts";

/** Browsers guess, frame and leak unless told not to; no answer of the API is a page. */
const securityHeaders: Readonly<Record<string, string>> = {
  "x-content-type-options": "nosniff",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
};

const WRITE_SLICE_BYTES = 64 * 1024;

/** A request of HTTP/1.0 or HTTP/1.1. `closing` tells whether the connection shall end with it. */
export function http1Call(
  request: IncomingMessage,
  response: ServerResponse,
  context: TransportContext,
  closing: () => boolean,
): HttpCall {
  const stall: StallOptions = {
    clock: context.clock,
    stallMs: context.limits.writeStallMs,
    onStall: () => {
      context.stalled();
      response.destroy();
    },
  };
  // Without a listener, a broken connection would end the process.
  request.on("error", () => undefined);
  response.on("error", () => undefined);
  return {
    httpVersion: request.httpVersion,
    verb: request.method ?? "",
    target: request.url ?? "",
    authority: onlyHost(request),
    peerAddress: context.peerAddress,
    readHeader: () => readHeader(request, context.limits.headersMax),
    readInto(body) {
      request.on("data", (chunk: Buffer) => {
        body.push(chunk);
      });
      request.on("end", () => {
        body.end();
      });
    },
    pauseReading: () => request.pause(),
    resumeReading: () => request.resume(),
    onGone(run) {
      response.on("close", () => {
        if (!response.writableFinished) run();
      });
    },
    head(status, header, trailers) {
      if (response.destroyed) return;
      const lines: Record<string, string | string[]> = { ...securityHeaders, ...plain(header) };
      // A body that nobody reads to the end would be taken for the next request.
      if (!request.complete || closing()) lines["connection"] = "close";
      if (trailers) lines["trailer"] = "grpc-status, grpc-message, grpc-status-details-bin";
      response.writeHead(status, lines);
    },
    write(bytes) {
      if (response.destroyed) return Promise.reject(new Error("the caller went away"));
      if (bytes.length <= WRITE_SLICE_BYTES) {
        return response.write(bytes) ? undefined : untilDrained(response, stall);
      }
      return writeSlices(bytes, (slice) =>
        response.write(slice) ? undefined : untilDrained(response, stall),
      );
    },
    end(trailer) {
      if (response.destroyed) return;
      if (trailer !== undefined) response.addTrailers(plain(trailer));
      const end = (): void => {
        response.end();
        if (!response.writableFinished) watchEnd(response, stall);
      };
      if (request.complete) end();
      else linger(request, context, end);
    },
  };
}

/**
 * Reads on for a while before the connection is closed: closed with unread bytes, it would be reset,
 * and the caller would lose the answer. What was written so far is on its way meanwhile.
 */
function linger(request: IncomingMessage, context: TransportContext, end: () => void): void {
  const { lingerBytesMax, lingerMs } = context.limits;
  let bytes = 0;
  let over = false;
  const finish = (): void => {
    if (over) return;
    over = true;
    timer.cancel();
    end();
  };
  const timer = context.clock.after(lingerMs, finish);
  request.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > lingerBytesMax) finish();
  });
  request.on("end", finish);
  request.on("close", finish);
  request.resume();
}

/** Writes in slices, so that a caller who takes a big message slowly is seen to take it. */
export async function writeSlices(
  bytes: Uint8Array,
  write: (slice: Uint8Array) => Promise<void> | undefined,
): Promise<void> {
  for (let offset = 0; offset < bytes.length; offset += WRITE_SLICE_BYTES) {
    const waiting = write(bytes.subarray(offset, offset + WRITE_SLICE_BYTES));
    if (waiting !== undefined) await waiting;
  }
}

/** Headers as Node takes them. */
export function plain(header: Headers | HeaderLines): HeaderLines {
  if (!(header instanceof Headers)) return header;
  const lines: Record<string, string | string[]> = {};
  header.forEach((value, name) => {
    lines[name] = name === "set-cookie" ? header.getSetCookie() : value;
  });
  return lines;
}

/** The one Host header; Node keeps the first of several, which hides a smuggled one. */
function onlyHost(request: IncomingMessage): string | undefined {
  let host: string | undefined;
  for (let index = 0; index < request.rawHeaders.length; index += 2) {
    if (request.rawHeaders[index]!.toLowerCase() !== "host") continue;
    if (host !== undefined) return undefined;
    host = request.rawHeaders[index + 1];
  }
  return host;
}

function readHeader(request: IncomingMessage, headersMax: number): Headers {
  if (request.rawHeaders.length > 2 * headersMax) {
    throw new RangeError(`the request has more than ${headersMax} headers`);
  }
  const header = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value === undefined) continue;
    if (typeof value === "string") header.set(name, value);
    else for (const item of value) header.append(name, item);
  }
  return header;
}
