// Composition root: the only file that names concrete adapters. Starts, drains and stops a server.
import { randomBytes } from "node:crypto";
import { dirname } from "node:path";
import { AgentLinkService } from "@meshwork/gen/mesh/v1/agent_link_service";
import { AgentService } from "@meshwork/gen/mesh/v1/agent_service";
import { AuthService } from "@meshwork/gen/mesh/v1/auth_service";
import type { Role } from "@meshwork/gen/mesh/v1/credential";
import { CredentialService } from "@meshwork/gen/mesh/v1/credential_service";
import { MeshService } from "@meshwork/gen/mesh/v1/mesh_service";
import { MessageService } from "@meshwork/gen/mesh/v1/message_service";
import { agentKind } from "./domain/agents/agent-record.ts";
import { createAgents } from "./domain/agents/agents.ts";
import { createAgentService } from "./domain/agents/agent-service.ts";
import { presenceKind } from "./domain/agents/presence-record.ts";
import { processKind } from "./domain/agents/process-record.ts";
import { auditKind } from "./domain/audit/audit-record.ts";
import { type Clock, systemClock } from "./domain/clock.ts";
import { createCommitter } from "./domain/commit.ts";
import { agentCredentialKind } from "./domain/credentials/agent-credential-record.ts";
import { createAgentCredentials } from "./domain/credentials/agent-credentials.ts";
import { apiKeyKind } from "./domain/credentials/api-key-record.ts";
import { createApiKeys } from "./domain/credentials/api-keys.ts";
import { createAuthService } from "./domain/credentials/auth-service.ts";
import { createAuthenticator } from "./domain/credentials/authenticate.ts";
import { bootstrapKind, createBootstrap } from "./domain/credentials/bootstrap.ts";
import { createCredentialService } from "./domain/credentials/credential-service.ts";
import { createJoinService } from "./domain/credentials/join-service.ts";
import { joinTokenKind, joinUseKind } from "./domain/credentials/join-token-record.ts";
import { createJoinTokens } from "./domain/credentials/join-tokens.ts";
import { createJoins } from "./domain/credentials/joins.ts";
import { createLastUse } from "./domain/credentials/last-use.ts";
import { createLaunchTokens } from "./domain/credentials/launch-tokens.ts";
import { createIds, type Ids } from "./domain/ids.ts";
import { epochKind } from "./domain/links/epoch-record.ts";
import { createLinks } from "./domain/links/links.ts";
import { createTimingWheel } from "./domain/links/timing-wheel.ts";
import { meshKind } from "./domain/meshes/mesh-record.ts";
import type { MeshMailView } from "./domain/meshes/mesh-status.ts";
import { createMeshService } from "./domain/meshes/mesh-service.ts";
import { createMeshes } from "./domain/meshes/meshes.ts";
import { createDeadLetterService } from "./domain/messages/dead-letter-service.ts";
import { createMessageQueryService } from "./domain/messages/message-query-service.ts";
import { createMessageService } from "./domain/messages/message-service.ts";
import { createMessaging, messageKinds } from "./domain/messages/messaging.ts";
import { installationKind, pageTokenKey } from "./domain/page-tokens.ts";
import { createGateway, type GatewayLimits } from "./gateway/gateway.ts";
import { createConnectLink } from "./gateway/link/connect.ts";
import type { ServerConfiguration } from "./main-configuration.ts";
import { linkMetrics, mailMetrics, meteredStore } from "./main-telemetry.ts";
import { permissionsOf } from "./security/roles.ts";
import { openSqliteStore } from "./store/sqlite/sqlite.ts";
import type { Store } from "./store/store.ts";
import { createHealth } from "./telemetry/health.ts";
import { createLog, type Log } from "./telemetry/log.ts";
import { createMetrics } from "./telemetry/metrics.ts";

export {
  ConfigurationError,
  dataHome,
  environmentSource,
  fileSource,
  fromText,
  resolveConfiguration,
} from "./main-configuration.ts";
export type { ServerConfiguration } from "./main-configuration.ts";

/** Every kind of record there is. */
export const kinds = [
  ...[meshKind, agentKind, presenceKind, processKind, epochKind],
  ...[apiKeyKind, joinTokenKind, joinUseKind, agentCredentialKind, bootstrapKind],
  ...[auditKind, installationKind],
  ...messageKinds,
] as const;

/** What a test replaces. */
export interface ServerParts {
  readonly clock?: Clock;
  readonly ids?: Ids;
  readonly log?: Log;
  readonly limits?: Partial<GatewayLimits>;
  /** Called instead of ending the process when the disk fails. */
  readonly onFatal?: (error: Error) => void;
}

/** A server that answers. */
export interface RunningServer {
  /** `http://127.0.0.1:7400` */
  readonly url: string;
  /** Names this process; new at each start. */
  readonly nodeId: string;
  /** The one-time admin token, if no API key is on record; a new one at each call. */
  adminToken(): Promise<string | undefined>;
  /** A one-time admin token, which voids the one before. Good for 15 minutes and one CreateApiKey. */
  issueAdminToken(): Promise<string>;
  /** An API key for all meshes, made without a caller; audited as the system's. */
  issueKey(key: { readonly role: Role; readonly displayName: string }): Promise<string>;
  /** What is held in memory for agents, by name. */
  sizes(): Readonly<Record<string, number>>;
  /** Tells agents, finishes calls in flight, closes the store. Idempotent. Ends within 30 s. */
  stop(): Promise<void>;
}

/**
 * Starts a server. Rejects with the system's error when it cannot listen, and with a StoreError when
 * the store cannot be used; then nothing is left open.
 */
export async function startServer(
  configuration: ServerConfiguration,
  parts: ServerParts = {},
): Promise<RunningServer> {
  const log = parts.log ?? createLog({ level: configuration.logLevel });
  const metrics = createMetrics({ process: true });
  const onFatal = parts.onFatal ?? endProcess(log);
  const store = meteredStore(
    await openSqliteStore({
      path: configuration.storePath,
      kinds,
      acceptOlderStore: configuration.acceptOlderStore,
      onFatal,
    }),
    metrics,
  );
  try {
    return await serve(configuration, parts, { store, log, metrics });
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function serve(
  configuration: ServerConfiguration,
  parts: ServerParts,
  { store, log, metrics }: { store: Store; log: Log; metrics: ReturnType<typeof createMetrics> },
): Promise<RunningServer> {
  const clock = parts.clock ?? systemClock;
  const ids = parts.ids ?? createIds(clock, (count) => randomBytes(count));
  const nodeId = ids.uuid();
  const report = (message: string, error?: unknown): void => log.error({ err: error }, message);
  const committer = createCommitter({ store, clock, ids, report });
  const shared = { store, committer, clock, ids };

  const timers = createTimingWheel(clock);
  const messaging = createMessaging({
    ...shared,
    nodeId,
    timers,
    metrics: mailMetrics(metrics),
    report,
  });
  const links = createLinks({
    ...shared,
    ...messaging,
    nodeId,
    metrics: linkMetrics(metrics),
    log,
  });
  metrics.onScrape(() => {
    const { sessions, calls } = links.sizes();
    metrics.linkSessions.set(sessions ?? 0);
    metrics.agentCallsInFlight.set(calls ?? 0);
  });
  const mail: MeshMailView = {
    unsettled: (meshUid) => messaging.queries.mailOf(meshUid),
    counts: (meshUid) => messaging.counts.of(meshUid),
  };
  const withLinks = { ...shared, links: () => links, mail: () => mail };
  const agents = createAgents(withLinks);
  const bootstrap = createBootstrap(shared);
  const apiKeys = createApiKeys({ ...shared, bootstrap });
  const authenticator = createAuthenticator({
    store,
    clock,
    bootstrap,
    report,
    noteUse: createLastUse({ store, committer, clock, report }),
  });
  const health = createHealth(["links"]);

  const gateway = createGateway({
    links,
    routes(router) {
      router.service(MeshService, createMeshService({ meshes: createMeshes(withLinks) }));
      router.service(AgentService, createAgentService({ agents }));
      router.service(AgentLinkService, {
        ...createJoinService({ join: createJoins({ ...shared, quota: agents.quota }) }),
        connect: createConnectLink(links),
      });
      router.service(MessageService, {
        ...createMessageService({ ...shared, ...messaging }),
        ...createMessageQueryService({ ...shared, ...messaging }),
        ...createDeadLetterService({ ...shared, ...messaging }),
      });
      router.service(
        CredentialService,
        createCredentialService({
          apiKeys,
          joinTokens: createJoinTokens(shared),
          agentCredentials: createAgentCredentials(withLinks),
          launchToken: createLaunchTokens(shared),
        }),
      );
      router.service(AuthService, createAuthService());
    },
    authenticate: (credential) => authenticator.authenticate(credential),
    revalidate: (principal) => authenticator.stillValid(principal),
    permissionsOf,
    audit: (source, entry) => committer.audit(source, entry),
    ready: () => health.ready(),
    clock,
    ids,
    log,
    metrics,
    ...(configuration.allowedHosts.length > 0 && { allowedHosts: configuration.allowedHosts }),
    ...(parts.limits && { limits: parts.limits }),
  });

  const release = async (): Promise<void> => {
    await links.stop();
    await messaging.stop();
    timers.stop();
    authenticator.close();
    await committer.flush();
    await store.close();
  };
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    // No timer of the domain keeps the process alive, and when the last agent has just left no socket does.
    const alive = setInterval(() => undefined, 1_000);
    try {
      await stopInOrder();
    } finally {
      clearInterval(alive);
    }
  };
  const stopInOrder = async (): Promise<void> => {
    const endMs = clock.monotonic() + configuration.drainGraceMs;
    gateway.drain();
    await links.drain(configuration.drainGraceMs);
    await gateway.close(Math.max(0, endMs - clock.monotonic()));
    await release();
    log.info({ nodeId }, "stopped");
  };

  try {
    await pageTokenKey(shared).catch((error: unknown) => {
      report("the key of page tokens cannot be made yet", error);
    });
    await messaging.start();
    await links.start();
    health.report("links", true);
    const { url } = await gateway.listen(configuration.listen);
    log.info({ nodeId, url, folder: dirname(configuration.storePath) }, "listening");
    return {
      url,
      nodeId,
      adminToken: async () => {
        const keys = await store.list(apiKeyKind, { limit: 1 });
        return keys.items.length === 0 ? (await bootstrap.issue()).token : undefined;
      },
      issueAdminToken: async () => (await bootstrap.issue()).token,
      issueKey: async (key) => (await apiKeys.issueKey(key)).secret,
      sizes: () => links.sizes(),
      stop: () => (stopping ??= stop()),
    };
  } catch (error) {
    await gateway.close(0);
    await release();
    throw error;
  }
}

/** A disk that fails leaves open what is on it: end, and let the next start find out. */
function endProcess(log: Log): (error: Error) => void {
  return (error) => {
    log.fatal(
      { err: error },
      "the store failed; ending, so that the next start finds what is on disk",
    );
    process.exit(1);
  };
}
