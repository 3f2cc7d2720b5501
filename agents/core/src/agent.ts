import type { AgentRole } from "@meshwork/gen/mesh/v1/agent";
import type { AgentMessage } from "@meshwork/gen/mesh/v1/message";
import type { AgentError } from "./agent-error.ts";
import type { Capability, CapabilityHandler, CapabilityOptions } from "./capability.ts";
import type { ConfigurationHandler } from "./configuration.ts";
import type { IMesh } from "./mesh.ts";
import type { CallOptions, MessageInit } from "./outgoing.ts";
import type { Content, Data } from "./payload.ts";

/** A member of a mesh, in this process. Made by `createWorkerAgent` or `createManagerAgent`. */
export interface IAgent {
  readonly role: AgentRole;
  /** How the agent is, right now. */
  readonly status: AgentStatusView;
  /**
   * Joins if need be, connects, and resolves when the agent is RUNNING. While no server answers it keeps
   * trying. Rejects with AgentError when there is no use in trying, and with the signal's reason when
   * that fires, after which the agent is stopped. An agent may be started again after it stopped.
   */
  start(options?: { readonly signal?: AbortSignal }): Promise<void>;
  /**
   * Takes no new calls, finishes calls and messages in hand within the grace, says goodbye, and releases every
   * timer, socket and listener. Never rejects; stopping twice is one stop.
   */
  stop(options?: { readonly graceMs?: number; readonly reason?: string }): Promise<void>;
  /** Adds a capability, before `start`. Throws AgentError for a bad name, a second one, or when started. */
  capability(name: string, handler: CapabilityHandler, options?: CapabilityOptions): void;
  /**
   * Replaces the handler of messages. It gets them one at a time, in order: the next one waits for its
   * promise. Of what waits, 4,096 messages or 16 MiB are kept; more is dropped and told by the event
   * `notice` (MESSAGES_DROPPED). What it throws is reported by the event `error`.
   */
  onMessage(handler: (message: AgentMessage) => void | Promise<void>): void;
  /** Replaces the handler of the desired configuration. */
  onConfiguration(handler: ConfigurationHandler): void;
  /**
   * Sends a message to another agent, at most once, without waiting. Throws AgentError: Unavailable
   * (NOT_SENT) when not connected, ResourceExhausted when too much waits, InvalidArgument.
   */
  send(agentId: string, message: MessageInit): void;
  /** Calls a capability of another agent and answers its last answer. Rejects with AgentError. */
  call(agentId: string, capability: string, data?: Data, options?: CallOptions): Promise<Content>;
  /** As `call`, with every answer as it comes. Leaving the loop cancels the call. */
  callStream(
    agentId: string,
    capability: string,
    data?: Data,
    options?: CallOptions,
  ): AsyncIterable<Content>;
  /** The agent's mesh as the agent may see it. Throws AgentError before the agent has joined. */
  mesh(): IMesh;
  /** Listens to an event; answers a function that stops listening. */
  on<E extends keyof AgentEvents>(event: E, listener: (detail: AgentEvents[E]) => void): () => void;
}

/** An agent that does work when called. */
export interface IWorkerAgent extends IAgent {
  readonly capabilities: ReadonlyMap<string, Capability>;
}

/** Where an agent is in its life, as its own program sees it. */
export type AgentPhase =
  /** Not started, or stopped. */
  | "stopped"
  /** Joining, or connecting for the first time. */
  | "starting"
  | "running"
  /** Finishing what it has. */
  | "draining"
  /** Ended for good by the mesh. */
  | "terminated"
  /** Cannot go on; `error` says why. */
  | "failed";

export interface AgentStatusView {
  readonly phase: AgentPhase;
  /** Whether a session is open. A running agent may be between two. */
  readonly connected: boolean;
  readonly fenced: boolean;
  readonly meshId?: string;
  readonly agentId?: string;
  readonly agentUid?: string;
  /** Where the agent's credential is kept, for people: a file, or `memory`. */
  readonly credentialPlace: string;
  readonly sessionId?: string;
  /** Rises with every attachment. */
  readonly epoch?: bigint;
  /** Of the last heartbeat. */
  readonly roundTripMs?: number;
  /** Attempts to connect that failed since a session last worked. */
  readonly failures: number;
  readonly callsInFlight: number;
  /** The last error: of the link, or the one that ended the agent. */
  readonly error?: AgentError;
}

/** What an agent tells its program. */
export interface AgentEvents {
  phase: AgentPhase;
  /** A session was opened. */
  connected: { readonly sessionId: string; readonly epoch: bigint; readonly resumed: boolean };
  /** The session ended; the agent tries again after `retryInMs`. */
  disconnected: { readonly error: AgentError; readonly retryInMs: number };
  /** Nothing was heard of the server for lost-after. */
  fenced: { readonly silentMs: number };
  /** The mesh ended the agent. */
  terminated: { readonly reason: string };
  /** Something that the agent's program ought to know, said by the server or found here. */
  notice: { readonly kind: string; readonly count: number; readonly message: string };
  /** A handler threw, a frame could not be sent and was dropped, or the agent failed. */
  error: AgentError;
}
