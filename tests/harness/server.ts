import { type Home, type Running } from "./home.ts";

/** A server process of a test, and an admin's context for it in the home. */
export interface ServerProcess {
  readonly url: string;
  readonly running: Running;
}

/** Starts `mesh server` on a free port, or on `port`, without signing in. */
export async function startServerProcess(
  home: Home,
  port = 0,
  extra: readonly string[] = [],
): Promise<ServerProcess> {
  const running = home.start([
    "server",
    "--listen",
    `127.0.0.1:${port}`,
    "--log-level",
    "warn",
    ...extra,
  ]);
  const [, url] = await running.until(/listening on (http:\S+),/);
  return { url: url!, running };
}

/** Starts a server on an empty store, signs in as admin and creates the mesh `demo`, heartbeat 2 s. */
export async function startSignedInServer(home: Home): Promise<ServerProcess> {
  const server = await startServerProcess(home);
  const [token] = await server.running.until(/meshadmin_\S+/);
  const login = await home.mesh(["login", "--endpoint", server.url, "--mesh", "demo"], {
    input: `${token}\n`,
  });
  if (login.status !== 0) throw new Error(`login: exit ${login.status}\n${login.stderr}`);
  await home.json([
    "meshes",
    "create",
    "demo",
    "--settings",
    '{"heartbeatInterval":"2s","lostAfter":"6s"}',
  ]);
  return server;
}
