import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  resolveConfiguration,
  type RunningServer,
  type ServerParts,
  startServer,
} from "../main.ts";

/** A server in this process, on a free port and a temporary folder. */
export interface WholeServer extends RunningServer {
  /** The database file. */
  readonly storePath: string;
  /** Stops it and starts another one on the same data. */
  restarted(): Promise<WholeServer>;
  /** Stops it and removes its data. */
  remove(): Promise<void>;
}

/** Starts a server as `mesh server` does, silent. */
export async function startWholeServer(
  parts: ServerParts = {},
  folder = mkdtempSync(join(tmpdir(), "meshwork-server-")),
): Promise<WholeServer> {
  const values = {
    listen: "127.0.0.1:0",
    store: `sqlite:${join(folder, "mesh.db")}`,
    logLevel: "silent",
    drainGraceMs: 2_000,
  };
  const { configuration } = resolveConfiguration([{ name: () => "test", values }], {});
  const server = await startServer(configuration, parts);
  return {
    ...server,
    storePath: configuration.storePath,
    async restarted() {
      await server.stop();
      return startWholeServer(parts, folder);
    },
    async remove() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
