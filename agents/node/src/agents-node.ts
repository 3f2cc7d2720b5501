// Agents that live in Node.
import {
  checkedConfiguration,
  createManagerAgent as createManager,
  createMeshManager as createMeshes,
  createOutboxMemory,
  createWorkerAgent as createWorker,
  endpointEntry,
  systemClock,
  type IManagerAgent,
  type IMeshManager,
  type IWorkerAgent,
} from "@meshwork/agents-core";
import { bearer } from "@meshwork/wire/bearer";
import { createGrpcTransport } from "@meshwork/wire/grpc-transport";
import * as v from "valibot";
import { createCredentialMemory } from "./credential-file.ts";
import { checkedLaunch, type LaunchOptions, launcherFor } from "./launcher/launch-options.ts";
import { createNodeRuntime } from "./node-runtime.ts";
import { effectiveOptions, ENDPOINT_DEFAULT, type NodeAgentOptions } from "./options.ts";

export {
  AgentConfigurationError,
  AgentError,
  type AcceptedMessage,
  type AgentEvents,
  type AgentSelection,
  type AgentStatusView,
  type AgentSubscription,
  type CapabilityCall,
  type CapabilityHandler,
  type Content,
  type Data,
  type DispatchOptions,
  type DispatchResult,
  type GatheredAnswer,
  type Gathering,
  type GatheringSummary,
  type IAgent,
  type IManagerAgent,
  type IMesh,
  type IMeshManager,
  type IWorkerAgent,
  type MessageHandler,
  type MessageInit,
  type MessageTarget,
  type PendingMessage,
  type ReceivedMessage,
  type SendOptions,
  type SubscribeOptions,
  type SubscriptionSource,
  type WorkersView,
} from "@meshwork/agents-core";
export { echo } from "./capabilities/echo.ts";
export { createFileDigest, type FileDigest } from "./capabilities/file-digest.ts";
export type { LaunchOptions } from "./launcher/launch-options.ts";
export type { LaunchTemplateInit } from "./launcher/template.ts";
export type { NodeAgentOptions, OutboxOptions } from "./options.ts";

/**
 * Makes a worker: `await createWorkerAgent({ agentId: "w1", joinToken, capabilities }).start()`. What is
 * left out comes from the environment (MESH_ENDPOINT, MESH_JOIN_TOKEN …). Throws
 * AgentConfigurationError with everything that is wrong at once.
 */
export function createWorkerAgent(options: NodeAgentOptions = {}): IWorkerAgent {
  const { config, ...ways } = effectiveOptions(options, process.env);
  return createWorker({ ...config, runtime: createNodeRuntime(ways) });
}

export interface NodeManagerOptions extends NodeAgentOptions {
  /** Lets the manager launch other agents, as processes of this machine. */
  readonly launch?: LaunchOptions;
}

/** Makes a manager, with the same options as a worker, and those of launching. */
export function createManagerAgent({ launch, ...options }: NodeManagerOptions = {}): IManagerAgent {
  const { env } = process;
  const { templates = [], problems } = launch ? checkedLaunch(launch, env) : {};
  const { config, ...ways } = effectiveOptions(options, env, problems);
  const runtime = createNodeRuntime(ways);
  if (launch === undefined) return createManager({ ...config, runtime });
  const { clock, random, credentials } = runtime;
  const deps = { clock, random, env, endpoint: ways.endpoint, credentialPlace: credentials.place };
  return createManager({ ...config, runtime, launcher: launcherFor(launch, templates, deps) });
}

export interface NodeMeshManagerOptions {
  /** Default MESH_ENDPOINT, then `http://127.0.0.1:7400`. */
  readonly endpoint?: string;
  /** An API key; default MESH_TOKEN. */
  readonly token?: string;
}

const managerSchema = v.strictObject({
  endpoint: endpointEntry,
  token: v.pipe(
    v.string("has to be an API key; set it, or MESH_TOKEN"),
    v.minLength(1, "has to be an API key; set it, or MESH_TOKEN"),
  ),
});

/** Opens the meshes of an installation with an API key. Throws AgentConfigurationError. */
export function createMeshManager(options: NodeMeshManagerOptions = {}): IMeshManager {
  const { endpoint, token } = checkedConfiguration(managerSchema, {
    ...options,
    endpoint: options.endpoint ?? process.env["MESH_ENDPOINT"] ?? ENDPOINT_DEFAULT,
    token: options.token ?? process.env["MESH_TOKEN"],
  });
  return createMeshes({
    transport: createGrpcTransport({ endpoint, headers: bearer(token) }),
    clock: systemClock,
    random: Math.random,
    // Provisioned for this process alone: each keeps its own credential, and none outlives it.
    createWorker: (config) => {
      const credentials = createCredentialMemory();
      const ways = { endpoint, authorities: undefined, credentials, outbox: createOutboxMemory() };
      return createWorker({ ...config, runtime: createNodeRuntime(ways) });
    },
  });
}
