// The agent, whatever runtime it lives in. Node's is @meshwork/agents-node.
export type { AgentEvents, AgentPhase, AgentStatusView, IAgent, IWorkerAgent } from "./agent.ts";
export { AgentError, agentErrorOf, type Reason } from "./agent-error.ts";
export type { PublishToTopic, Send, SendOptions } from "./agent-sending.ts";
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
  ID_PATTERN,
  outboxEntries,
  problemsOf,
  type AgentConfig,
  type ConfigurationHandler,
  type ConfigurationProblem,
  type HealthOutcome,
  type HealthProbe,
  type OutboxLimits,
  whole,
} from "./configuration.ts";
export type { AgentCredential, AgentIdentity, CredentialStore } from "./credential.ts";
export type { DispatchOptions, DispatchResult } from "./dispatch.ts";
export type { GatheredAnswer, Gathering, GatheringSummary } from "./gathering.ts";
export type { Launcher, LaunchRun, LaunchWay, LaunchedReport } from "./launch.ts";
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
export type {
  AgentFilter,
  IMesh,
  ProvisionInit,
  SendRequestOptions,
  WatchedChanges,
  WatchOptions,
} from "./mesh.ts";
export type { AgentSelection, GroupTarget, MessageTarget } from "./message-target.ts";
export type { MessagingStatus } from "./messaging.ts";
export {
  createOutboxMemory,
  type Outbox,
  type OutboxContents,
  type OutboxEntry,
} from "./outbox.ts";
export type {
  AtLeastOnceOptions,
  AtMostOnceOptions,
  CallOptions,
  MessageInit,
} from "./outgoing.ts";
export type { Content, Data, JsonData } from "./payload.ts";
export type { AcceptedMessage, PendingMessage, WaitOptions } from "./pending-message.ts";
export type { MessageHandler, MessageSettlement, ReceivedMessage } from "./received-message.ts";
export type { AgentRuntime, Connection, LoadSampler, RuntimeInfo } from "./runtime.ts";
export type { AgentSubscription, SubscribeOptions, SubscriptionSource } from "./subscriptions.ts";
export { createWorkerAgent, type WorkerAgentConfig } from "./worker-agent.ts";
export type { WorkersView } from "./workers-view.ts";
