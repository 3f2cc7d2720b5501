// Signs in: checks a key, or exchanges the one-time admin token for one, and stores it.
import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { createClient } from "@connectrpc/connect";
import { Role } from "@meshwork/gen/mesh/v1/credential";
import { RoleSchema } from "@meshwork/gen/mesh/v1/credential";
import { AuthService } from "@meshwork/gen/mesh/v1/auth_service";
import { CredentialService } from "@meshwork/gen/mesh/v1/credential_service";
import { openTransport } from "../connect.ts";
import { usageError } from "../errors/cli-error.ts";
import { enumText } from "../output/paths.ts";
import { processSources, secretFrom } from "../rpc/sources.ts";
import { contextsPath, readContexts, updateContexts, withContext } from "./contexts-file.ts";
import { checkEndpoint, defaultEndpoint, type Setting } from "./target.ts";

/** Where to sign in and what to remember. */
export interface Login {
  readonly context: string;
  readonly endpoint: string | undefined;
  readonly mesh: string | undefined;
  readonly protected: boolean;
}

const adminPrefix = "meshadmin_";
const keyPrefix = "mesh_";

/** Signs in and returns a line that tells as whom. Nothing is stored unless the server agrees. */
export async function login(wanted: Login): Promise<string> {
  const path = contextsPath(process.env);
  const before = (await readContexts(path)).contexts[wanted.context];
  const endpoint = endpointOf(wanted.endpoint, before?.endpoint);
  checkEndpoint(endpoint);
  const sources = processSources();
  const typed = await secretFrom(
    sources.prompt === undefined ? "-" : undefined,
    `key for ${endpoint.value}`,
    sources,
  );
  const token = typed.startsWith(adminPrefix) ? await buyKey(endpoint, typed) : typed;
  if (!token.startsWith(keyPrefix)) {
    throw usageError(
      `what was given is neither a key (${keyPrefix}…) nor an admin token (${adminPrefix}…)`,
      "a key is made by `mesh api-keys create`; a new server prints an admin token once",
    );
  }
  const transport = await openTransport({ endpoint, token: { value: token, from: "" } });
  const { authContext } = await createClient(AuthService, transport).whoAmI(
    {},
    { timeoutMs: 30_000 },
  );
  const bound = [authContext?.meshId, before?.mesh].find(
    (each) => each !== undefined && each !== "",
  );
  const mesh = wanted.mesh ?? bound;
  await updateContexts(path, (all) => {
    const context = {
      endpoint: endpoint.value,
      token,
      ...(mesh === undefined ? {} : { mesh }),
      ...(wanted.protected || before?.protected === true ? { protected: true } : {}),
    };
    return withContext(all, wanted.context, context, true);
  });
  const role = enumText(RoleSchema, authContext?.role ?? Role.UNSPECIFIED);
  const names = [authContext?.displayName, authContext?.principalId];
  const name = names.find((each) => each !== undefined && each !== "") ?? "unnamed";
  return `signed in at ${endpoint.value} as ${name} (${role}); context ${wanted.context} is selected`;
}

async function buyKey(endpoint: Setting, token: string): Promise<string> {
  const transport = await openTransport({ endpoint, token: { value: token, from: "" } });
  const { secret } = await createClient(CredentialService, transport).createApiKey(
    {
      role: Role.ADMIN,
      displayName: `mesh login on ${hostname()}`.slice(0, 128),
      requestId: randomUUID(),
    },
    { timeoutMs: 30_000 },
  );
  return secret;
}

function endpointOf(flag: string | undefined, known: string | undefined): Setting {
  if (flag !== undefined) return { value: flag, from: "--endpoint" };
  const env = process.env["MESH_ENDPOINT"];
  if (env) return { value: env, from: "MESH_ENDPOINT" };
  return known === undefined
    ? { value: defaultEndpoint, from: "default" }
    : { value: known, from: "the context" };
}
