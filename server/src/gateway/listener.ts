import { createServer as createHttp1Server, type Server as Http1Server } from "node:http";
import { createServer as createHttp2Server } from "node:http2";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import type { Clock } from "../domain/clock.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import { createConnections, type Connection } from "./connections.ts";
import type { HttpAdapter } from "./http-adapter.ts";
import { http1Call } from "./http1.ts";
import { http2Call, ignoreErrors } from "./http2.ts";
import type { GatewayLimits } from "./limits.ts";
import { speaksHttp2 } from "./preface.ts";
import type { TransportContext } from "./transport.ts";

export interface ListenerOptions {
  readonly adapter: HttpAdapter;
  readonly clock: Clock;
  readonly limits: GatewayLimits;
  readonly metrics: Metrics;
  readonly random: () => number;
}

/** One cleartext port for HTTP/1 and HTTP/2. */
export interface Listener {
  listen(host: string, port: number): Promise<AddressInfo>;
  /** Stops accepting, and asks every connection to end after what it has open. */
  drain(): void;
  /** Looks after the connections; called often. */
  sweep(): void;
  /** Settles when, after `drain`, the last connection has gone. */
  readonly ended: Promise<void>;
  /** Ends every connection, and the timers behind them. */
  close(): Promise<void>;
}

/** Looks at the first bytes of a connection and hands it to the server of its protocol. */
export function createListener(options: ListenerOptions): Listener {
  const connections = createConnections(options);
  const bySocket = new WeakMap<Socket, Connection>();
  let draining = false;
  const ended = Promise.withResolvers<undefined>();
  const http1 = serveHttp1(options, bySocket, () => draining);
  const http2 = serveHttp2(options);

  const server = createServer({ noDelay: true, keepAlive: true }, (socket) => {
    const connection = connections.accept(socket);
    bySocket.set(socket, connection);
    speaksHttp2(socket, (yes) => {
      if (yes) {
        http2.adopt(connection);
        return;
      }
      http1.emit("connection", socket);
      // The parser reads from the handle; only what was put back has to flow.
      socket.resume();
    });
  });

  return {
    async listen(host, port) {
      await listening(server, host, port).catch((error: unknown) => {
        ended.resolve(undefined);
        throw error;
      });
      server.once("close", ended.resolve);
      return server.address() as AddressInfo;
    },
    drain() {
      if (draining) return;
      draining = true;
      server.close();
      http1.closeIdleConnections();
      connections.drain();
    },
    sweep: () => {
      connections.sweep();
    },
    ended: ended.promise,
    async close() {
      if (server.listening) server.close();
      connections.destroy();
      // Neither listens, but both have timers that only `close` ends.
      http1.close();
      http2.server.close();
      await ended.promise;
    },
  };
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function serveHttp1(
  { adapter, clock, limits, metrics }: ListenerOptions,
  bySocket: WeakMap<Socket, Connection>,
  draining: () => boolean,
): Http1Server {
  const server = createHttp1Server({
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    connectionsCheckingInterval: limits.checkIntervalMs,
    keepAliveTimeout: limits.sessionIdleMs,
    maxHeaderSize: limits.headerBlockBytesMax,
  });
  // One more than allowed: Node drops the rest in silence, and we want to see that there was more.
  server.maxHeadersCount = limits.headersMax + 1;
  server.on("request", (request, response) => {
    const connection = bySocket.get(request.socket)!;
    connection.opened();
    response.on("close", () => {
      connection.closed();
    });
    adapter(http1Call(request, response, contextOf(connection, clock, limits, metrics), draining));
  });
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable) {
      socket.destroy();
      return;
    }
    const status = statusOf(error.code);
    socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => {
      socket.destroy();
    });
  });
  // The time-outs above work only on a server that believes that it listens.
  server.emit("listening");
  return server;
}

function statusOf(code: string | undefined): string {
  switch (code) {
    case "HPE_HEADER_OVERFLOW":
      return "431 Request Header Fields Too Large";
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return "408 Request Timeout";
    default:
      return "400 Bad Request";
  }
}

function serveHttp2({ adapter, clock, limits, metrics }: ListenerOptions) {
  const server = createHttp2Server({
    maxSessionMemory: limits.sessionMemoryMb,
    maxHeaderListPairs: limits.headersMax,
    maxSessionRejectedStreams: limits.streamsRefusedMax,
    // Node counts refused streams as invalid frames, too.
    maxSessionInvalidFrames: limits.streamsRefusedMax,
    settings: {
      enablePush: false,
      maxConcurrentStreams: limits.streamsPerSessionMax,
      maxHeaderListSize: limits.headerBlockBytesMax,
    },
  });
  server.on("sessionError", () => undefined);
  return {
    server,
    adopt(connection: Connection): void {
      const context = contextOf(connection, clock, limits, metrics);
      const closed = (): void => {
        connection.closed();
      };
      // The session is made and told within `emit`; only there can it be tied to its connection.
      server.once("session", (session) => {
        connection.adopt(session);
        session.on("stream", (stream, headers) => {
          connection.opened();
          ignoreErrors(stream);
          stream.on("close", closed);
          adapter(http2Call(stream, headers, context));
        });
      });
      server.emit("connection", connection.socket);
    },
  };
}

function contextOf(
  connection: Connection,
  clock: Clock,
  limits: GatewayLimits,
  metrics: Metrics,
): TransportContext {
  return {
    clock,
    limits,
    peerAddress: connection.peerAddress,
    touch: () => {
      connection.touch();
    },
    stalled: () => {
      metrics.connectionsEnded.inc({ reason: "stalled" });
    },
  };
}
