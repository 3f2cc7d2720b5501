// What all peers do to be measured.
import type { AddressInfo, Server } from "node:net";
import { measured } from "../processes/measured.ts";

/** Listens on a free loopback port and tells the benchmark where. */
export function listening(server: Server): void {
  server.listen(0, "127.0.0.1", () => {
    const { port } = server.address() as AddressInfo;
    measured({ url: `http://127.0.0.1:${port}` });
  });
}
