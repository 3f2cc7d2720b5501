// The agent, whatever runtime it lives in. Node's is @meshwork/agents-node.
export type { AgentEvents, AgentPhase, AgentStatusView, IAgent, IWorkerAgent } from "./agent.ts";
export { AgentError, agentErrorOf, type Reason } from "./agent-error.ts";
export type {
  Capability,
  CapabilityCall,
  CapabilityHandler,
  CapabilityOptions,
  CapabilityResult,
} from "./capability.ts";
export { systemClock, type Clock, type Timer } from "./clock.ts";
export {
  AgentConfigurationError,
  agentConfigEntries,
  checkedConfiguration,
  endpointEntry,
  problemsOf,
  type AgentConfig,
  type ConfigurationHandler,
  type ConfigurationProblem,
  type HealthOutcome,
  type HealthProbe,
} from "./configuration.ts";
export type { AgentCredential, AgentIdentity, CredentialStore } from "./credential.ts";
export type { DispatchOptions, DispatchResult } from "./dispatch.ts";
export {
  createManagerAgent,
  type IManagerAgent,
  type ManagerAgentConfig,
} from "./manager-agent.ts";
export {
  createMeshManager,
  type IMeshManager,
  type MeshInit,
  type MeshManagerConfig,
} from "./mesh-manager.ts";
export type { AgentFilter, IMesh, ProvisionInit, WatchedChanges, WatchOptions } from "./mesh.ts";
export type { CallOptions, MessageInit } from "./outgoing.ts";
export type { Content, Data, JsonData } from "./payload.ts";
export type { AgentRuntime, Connection, LoadSampler, RuntimeInfo } from "./runtime.ts";
export { createWorkerAgent, type WorkerAgentConfig } from "./worker-agent.ts";
export type { WorkersView } from "./workers-view.ts";
