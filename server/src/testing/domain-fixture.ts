import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create, type DescService } from "@bufbuild/protobuf";
import { AgentLiveness, LivenessCause } from "@meshwork/gen/mesh/v1/agent";
import { AuthContext_PrincipalKind, Role } from "@meshwork/gen/mesh/v1/credential";
import { AgentLinkService } from "@meshwork/gen/mesh/v1/agent_link_service";
import { AgentService } from "@meshwork/gen/mesh/v1/agent_service";
import { AuthService } from "@meshwork/gen/mesh/v1/auth_service";
import { CredentialService } from "@meshwork/gen/mesh/v1/credential_service";
import { MeshTrafficSchema } from "@meshwork/gen/mesh/v1/mesh";
import { MeshService } from "@meshwork/gen/mesh/v1/mesh_service";
import { ErrorInfoSchema } from "@meshwork/gen/google/rpc/error_details";
import {
  type Client,
  ConnectError,
  createClient,
  createRouterTransport,
  type Interceptor,
} from "@connectrpc/connect";
import type { AgentLinks } from "../domain/agents/agent-links.ts";
import { agentKind } from "../domain/agents/agent-record.ts";
import { createAgentService } from "../domain/agents/agent-service.ts";
import { createAgents } from "../domain/agents/agents.ts";
import { presenceKind, type PresenceRecord } from "../domain/agents/presence-record.ts";
import { processKind } from "../domain/agents/process-record.ts";
import { auditKind } from "../domain/audit/audit-record.ts";
import type { Call } from "../domain/call.ts";
import { callKey } from "../domain/call-service.ts";
import { createCommitter } from "../domain/commit.ts";
import { agentCredentialKind } from "../domain/credentials/agent-credential-record.ts";
import { createAgentCredentials } from "../domain/credentials/agent-credentials.ts";
import { apiKeyKind } from "../domain/credentials/api-key-record.ts";
import { createApiKeys } from "../domain/credentials/api-keys.ts";
import { createAuthService } from "../domain/credentials/auth-service.ts";
import { createAuthenticator } from "../domain/credentials/authenticate.ts";
import { bootstrapKind, createBootstrap } from "../domain/credentials/bootstrap.ts";
import { createCredentialService } from "../domain/credentials/credential-service.ts";
import { createJoinService } from "../domain/credentials/join-service.ts";
import { joinTokenKind, joinUseKind } from "../domain/credentials/join-token-record.ts";
import { createJoinTokens } from "../domain/credentials/join-tokens.ts";
import { createJoins } from "../domain/credentials/joins.ts";
import { createLastUse } from "../domain/credentials/last-use.ts";
import { createLaunchTokens } from "../domain/credentials/launch-tokens.ts";
import { epochKind } from "../domain/links/epoch-record.ts";
import { createMeshService } from "../domain/meshes/mesh-service.ts";
import { DomainError } from "../domain/errors.ts";
import { meshKind } from "../domain/meshes/mesh-record.ts";
import type { MeshMailView } from "../domain/meshes/mesh-status.ts";
import { createMeshes } from "../domain/meshes/meshes.ts";
import { installationKind } from "../domain/page-tokens.ts";
import { failureOf, toConnectError } from "../gateway/interceptors/map-errors.ts";
import type { Principal } from "../security/principal.ts";
import { put } from "../store/store.ts";
import { openSqliteStore } from "../store/sqlite/sqlite.ts";
import { createFakeClock } from "./fake-clock.ts";
import { createSeededIds } from "./seeded-ids.ts";

/** An admin of the whole installation. */
export const admin: Principal = {
  kind: AuthContext_PrincipalKind.API_KEY,
  id: "01900000-0000-7000-8000-0000000000ad",
  displayName: "admin",
  role: Role.ADMIN,
  scope: "all",
};

/** No messages are sent here. */
const noMail: MeshMailView = {
  unsettled: () => Promise.resolve({ waiting: 0, scheduled: 0, inFlight: 0, deadLetters: 0 }),
  counts: () => ({ accepted: 0, redelivered: 0, acknowledged: 0, deadLettered: 0 }),
};

export type Domain = Awaited<ReturnType<typeof openDomain>>;

/** The domain over a real store on a new file, with clock and ids by hand and without a gateway. */
export async function openDomain(options: { seed?: number; agentsMax?: number } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "domain-"));
  const clock = createFakeClock();
  const ids = createSeededIds(options.seed ?? 1, clock);
  const kinds = [
    agentKind,
    presenceKind,
    processKind,
    epochKind,
    meshKind,
    auditKind,
    agentCredentialKind,
    apiKeyKind,
    bootstrapKind,
    joinTokenKind,
    joinUseKind,
    installationKind,
  ];
  const store = await openSqliteStore({
    path: join(folder, "store.db"),
    kinds,
    now: () => clock.now(),
  });
  const reports: string[] = [];
  const report = (message: string): void => void reports.push(message);
  const links = recordingLinks();
  const committer = createCommitter({ store, clock, ids, report });
  const base = { store, committer, clock, ids, report, links: () => links, mail: () => noMail };
  const agents = createAgents({
    ...base,
    ...(options.agentsMax !== undefined && { quotaMax: options.agentsMax }),
  });
  const meshes = createMeshes(base);
  const bootstrap = createBootstrap(base);
  const apiKeys = createApiKeys({ ...base, bootstrap });
  const joinTokens = createJoinTokens(base);
  const agentCredentials = createAgentCredentials(base);
  const launchToken = createLaunchTokens(base);
  const authenticator = createAuthenticator({ ...base, bootstrap, noteUse: createLastUse(base) });

  const callFor = (operation: string, principal: Principal, signal: AbortSignal): Call => ({
    callId: ids.uuid(),
    operation,
    principal,
    deadlineMs: clock.monotonic() + 30_000,
    signal,
    peerAddress: "127.0.0.1",
  });
  const clientAs =
    (principal: Principal) =>
    <Service extends DescService>(service: Service): Client<Service> => {
      const transport = createRouterTransport(
        ({ service: route }) => {
          route(MeshService, createMeshService({ meshes }));
          route(AgentService, createAgentService({ agents }));
          route(AuthService, createAuthService());
          route(
            CredentialService,
            createCredentialService({ apiKeys, joinTokens, agentCredentials, launchToken }),
          );
          route(
            AgentLinkService,
            createJoinService({ join: createJoins({ ...base, quota: agents.quota }) }),
          );
        },
        {
          router: {
            interceptors: [
              admitting((req) => callFor(`${req.service}/${req.method}`, principal, req.signal)),
            ],
          },
        },
      );
      return createClient(service, transport);
    };

  return {
    ...base,
    links,
    agents,
    meshes,
    apiKeys,
    bootstrap,
    authenticator,
    reports,
    callFor,
    as: clientAs,
    meshClient: clientAs(admin)(MeshService),
    agentClient: clientAs(admin)(AgentService),
    credentialClient: clientAs(admin)(CredentialService),
    linkClient: clientAs(admin)(AgentLinkService),
    close: async () => {
      authenticator.close();
      await committer.flush();
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** What a call failed with, as the caller is told. */
export interface Refusal {
  readonly reason: string;
  readonly message: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/** What a call failed with. Fails itself when the call did not, or not with one of our errors. */
export async function refusalOf(call: Promise<unknown>): Promise<Refusal> {
  const [result] = await Promise.allSettled([call]);
  if (result.status === "fulfilled") throw new Error("the call succeeded");
  return failureIn(result.reason);
}

/** What an error of a client says. Fails itself when it is not one of ours. */
export function failureIn(error: unknown): Refusal {
  const info = error instanceof ConnectError ? error.findDetails(ErrorInfoSchema)[0] : undefined;
  if (info === undefined) throw error;
  const { rawMessage: message } = error as ConnectError;
  return { reason: info.reason, message, metadata: info.metadata };
}

/** What is said of every credential that is not good. */
export const invalid = "CREDENTIAL_INVALID: the credential is unknown, wrong, expired or revoked";

/** `let in`, or why a credential is refused. */
export async function verdictOf(
  { authenticator }: Pick<Domain, "authenticator">,
  credential: string,
): Promise<string> {
  try {
    await authenticator.authenticate(credential);
    return "let in";
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return `${error.reason}: ${error.message}`;
  }
}

/** Waits for what a watch brings, which takes real time, but fails after a second of it. */
export async function eventually(condition: () => boolean | Promise<boolean>): Promise<void> {
  const endMs = performance.now() + 1_000;
  while (!(await condition())) {
    if (performance.now() > endMs) throw new Error("not within a second");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** An agent's own key, and the tokens that it signs with it. */
export function agentIdentity(): {
  readonly publicKey: Uint8Array<ArrayBuffer>;
  token(claims: object, header?: object): string;
} {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const { x } = publicKey.export({ format: "jwk" });
  return {
    publicKey: new Uint8Array(Buffer.from(x!, "base64url")),
    token: (claims, header = {}) => signedToken({ alg: "EdDSA", ...header }, claims, privateKey),
  };
}

function signedToken(header: object, claims: object, key: KeyObject): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const body = `${part(header)}.${part(claims)}`;
  return `${body}.${sign(null, Buffer.from(body), key).toString("base64url")}`;
}

/** Stands in for the gateway: admits every call, and tells errors as the gateway would. */
function admitting(
  callOf: (request: { service: string; method: string; signal: AbortSignal }) => Call,
): Interceptor {
  return (next) => async (req) => {
    const call = callOf({
      service: req.service.typeName,
      method: req.method.name,
      signal: req.signal,
    });
    req.contextValues.set(callKey, call);
    try {
      const response = await next(req);
      if (!response.stream) return response;
      return { ...response, message: telling(response.message, call.callId) };
    } catch (error) {
      throw toConnectError(failureOf(error), call.callId);
    }
  };
}

async function* telling<T>(messages: AsyncIterable<T>, callId: string): AsyncGenerator<T> {
  try {
    yield* messages;
  } catch (error) {
    throw toConnectError(failureOf(error), callId);
  }
}

/** Links that hold no session and write down what they are told. */
function recordingLinks(): AgentLinks & { readonly told: string[] } {
  const told: string[] = [];
  return {
    told,
    nodeId: "node-1",
    session: () => undefined,
    agentChanged: (uid) => void told.push(`changed ${uid}`),
    meshChanged: (uid) => void told.push(`mesh ${uid}`),
    credentialRevoked: (uid) => void told.push(`revoked ${uid}`),
    agentDeleted: (uid) => void told.push(`deleted ${uid}`),
    mesh: () => ({ sessions: 0, callsInFlight: 0, traffic: create(MeshTrafficSchema), flows: [] }),
  };
}

/** Puts a transition of an agent's liveness on record, as the links would. */
export async function seeLiveness(
  { store, ids, clock }: Pick<Domain, "store" | "ids" | "clock">,
  agent: { readonly uid: string; readonly meshUid: string; readonly agentId: string },
  liveness: AgentLiveness,
): Promise<void> {
  const before = await store.get(presenceKind, agent.uid);
  const now = new Date(clock.now());
  const doc: PresenceRecord = {
    agentUid: agent.uid,
    meshUid: agent.meshUid,
    agentId: agent.agentId,
    previous: before?.doc.liveness ?? AgentLiveness.UNSPECIFIED,
    liveness,
    cause: LivenessCause.SESSION_STARTED,
    evidence: `transition ${(before?.version ?? 0) + 1}`,
    changeTime: now,
    lastSeenTime: now,
    sessionId: "",
    nodeId: "node-1",
  };
  const change = put(presenceKind, agent.uid, doc, before?.version ?? "absent");
  await store.commit({ writeId: ids.uuid(), changes: [change] });
}
