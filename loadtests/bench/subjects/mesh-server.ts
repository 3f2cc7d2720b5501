// A whole server, put together as `mesh server` does, with a key to its API. Argument: its folder.
import { join } from "node:path";
import { Role } from "@meshwork/gen/mesh/v1/credential";
import { resolveConfiguration, startServer } from "@meshwork/server/main";
import { measured } from "../processes/measured.ts";

const values = {
  listen: "127.0.0.1:0",
  store: `sqlite:${join(process.argv[2]!, "mesh.db")}`,
  logLevel: "error",
};
const { configuration } = resolveConfiguration([{ name: () => "benchmark", values }], {});
// Thousands of agents join from one address within seconds here; nothing that is measured passes this limit.
const server = await startServer(configuration, { limits: { addressPointsMax: 1_000_000 } });
const key = await server.issueKey({ role: Role.ADMIN, displayName: "benchmark" });
measured({ url: server.url, key });
