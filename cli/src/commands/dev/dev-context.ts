// The key and the context with which the next terminal comes in without a sign-in.
import { createClient } from "@connectrpc/connect";
import { AuthService } from "@meshwork/gen/mesh/v1/auth_service";
import { Role } from "@meshwork/gen/mesh/v1/credential";
import type { RunningServer } from "@meshwork/server/main";
import { createGrpcTransport } from "@meshwork/wire/grpc-transport";
import { readContexts, updateContexts, withContext } from "../../contexts/contexts-file.ts";
import { demoMeshId } from "./demo-mesh.ts";

const contextName = "dev";

/**
 * A key of role admin: the one that the context holds if this server still knows it, else a new one.
 * The context is written, with mode 0600, and selected.
 */
export async function devKey(server: RunningServer, path: string): Promise<string> {
  const known = (await readContexts(path)).contexts[contextName]?.token;
  const good = known !== undefined && (await isAdminKey(server.url, known));
  const token = good ? known : await server.issueKey({ role: Role.ADMIN, displayName: "mesh dev" });
  await updateContexts(path, (contexts) =>
    withContext(contexts, contextName, { endpoint: server.url, token, mesh: demoMeshId }, true),
  );
  return token;
}

async function isAdminKey(endpoint: string, token: string): Promise<boolean> {
  const transport = createGrpcTransport({
    endpoint,
    headers: { authorization: `Bearer ${token}` },
  });
  try {
    const { authContext } = await createClient(AuthService, transport).whoAmI({});
    return authContext?.role === Role.ADMIN && authContext.meshId === "";
  } catch {
    return false;
  } finally {
    transport.close();
  }
}
