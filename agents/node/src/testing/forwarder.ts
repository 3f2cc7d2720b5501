// A port that stays while what is behind it goes and comes back, and whose connections a test can cut.
import { connect, createServer, type AddressInfo, type Socket } from "node:net";

export interface Forwarder {
  readonly endpoint: string;
  /** Ends every connection at once; new ones are taken. */
  cut(): void;
  /** Where connections go from now on; undefined refuses them. */
  target(url: string | undefined): void;
  stop(): Promise<void>;
}

/** Forwards a free port to a server. */
export async function startForwarder(url: string): Promise<Forwarder> {
  const sockets = new Set<Socket>();
  let to: URL | undefined = new URL(url);

  function hold(socket: Socket, other: Socket): void {
    sockets.add(socket);
    socket.on("close", () => {
      sockets.delete(socket);
      other.destroy();
    });
    socket.on("error", () => socket.destroy());
    socket.pipe(other);
  }

  const server = createServer((near) => {
    if (to === undefined) {
      near.destroy();
      return;
    }
    const far = connect(Number(to.port), to.hostname);
    hold(near, far);
    hold(far, near);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    target: (next) => {
      to = next === undefined ? undefined : new URL(next);
    },
    stop: async () => {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
