// A real HTTP/2 server with Connect's own adapter, for tests of clients.
import { createServer, type ServerHttp2Session } from "node:http2";
import type { AddressInfo } from "node:net";
import type { ConnectRouter } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";

const closing: (() => unknown)[] = [];

/** Is called by `closeAll`, the last one first. */
export function onClose(close: () => unknown): void {
  closing.push(close);
}

/** Closes all that a test opened. */
export async function closeAll(): Promise<void> {
  for (const close of closing.splice(0).reverse()) await close();
}

/** Serves on a free port, or on the one that is given. */
export async function serve(
  routes: (router: ConnectRouter) => void,
  port = 0,
): Promise<{ endpoint: string; port: number; stop(): Promise<void> }> {
  const sessions = new Set<ServerHttp2Session>();
  const server = createServer(connectNodeAdapter({ routes }));
  server.on("session", (session) => {
    sessions.add(session);
    session.on("close", () => sessions.delete(session));
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const stop = async (): Promise<void> => {
    for (const session of sessions) session.destroy();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  onClose(stop);
  const bound = (server.address() as AddressInfo).port;
  return { endpoint: `http://127.0.0.1:${bound}`, port: bound, stop };
}
