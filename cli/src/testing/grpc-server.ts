// A gRPC server on real HTTP/2 whose answers a test decides.
import { connectNodeAdapter } from "@connectrpc/connect-node";
import type { ConnectRouter } from "@connectrpc/connect";
import { once } from "node:events";
import { createServer, type ServerHttp2Session } from "node:http2";
import type { AddressInfo } from "node:net";

/** A server that listens. */
export interface GrpcServer {
  readonly endpoint: string;
  /** Cuts every connection, as a crash would; new ones are taken. */
  readonly cut: () => void;
  readonly close: () => Promise<void>;
}

/** Listens on a port of its own. */
export async function grpcServer(routes: (router: ConnectRouter) => void): Promise<GrpcServer> {
  const sessions = new Set<ServerHttp2Session>();
  const server = createServer(connectNodeAdapter({ routes }));
  server.on("session", (session) => {
    sessions.add(session);
    session.once("close", () => sessions.delete(session));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const cut = () => {
    for (const session of sessions) session.destroy();
  };
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    close: async () => {
      const closed = once(server, "close");
      server.close();
      cut();
      await closed;
    },
  };
}
