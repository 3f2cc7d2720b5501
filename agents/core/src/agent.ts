import type { AgentRole } from "@meshwork/gen/mesh/v1/agent";
import type { AgentError } from "./agent-error.ts";
import type { PublishToTopic, Send } from "./agent-sending.ts";
import type { Capability, CapabilityHandler, CapabilityOptions } from "./capability.ts";
import type { ConfigurationHandler } from "./configuration.ts";
import type { Gathering } from "./gathering.ts";
import type { IMesh } from "./mesh.ts";
import type { AgentSelection } from "./message-target.ts";
import type { MessagingStatus } from "./messaging.ts";
import type { CallOptions } from "./outgoing.ts";
import type { Content, Data } from "./payload.ts";
import type { MessageHandler } from "./received-message.ts";
import type { AgentSubscription, SubscribeOptions, SubscriptionSource } from "./subscriptions.ts";

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
   * Takes no new calls and messages, finishes those in hand, settles them and sends what is in the outbox,
   * all within the grace; then says goodbye, and releases every timer, socket and listener. What is not
   * settled goes back to the server, and what is not confirmed stays in the outbox. Never rejects;
   * stopping twice is one stop.
   */
  stop(options?: { readonly graceMs?: number; readonly reason?: string }): Promise<void>;
  /** Adds a capability, before `start`. Throws AgentError for a bad name, a second one, or when started. */
  capability(name: string, handler: CapabilityHandler, options?: CapabilityOptions): void;
  /**
   * Replaces the handler of messages, those aside that go to a subscription's own. What it throws is
   * reported by the event `error`. It is begun in the order of delivery.
   *
   * At-most-once messages (`attempt` 0) come one at a time: the next one waits for its promise. Of what
   * waits, 4,096 messages or 16 MiB are kept; more is dropped and told by the event `notice`
   * (MESSAGES_DROPPED). At-least-once messages come up to `concurrency` at once; see `MessageHandler` for
   * what their end says to the server. Without any handler they are given back (NAK).
   */
  onMessage(handler: MessageHandler): void;
  /**
   * Receives what is published to a topic or a pattern, or takes a share in a group's work; told anew
   * after each reconnect until it is ended. Resolves when the server has confirmed it. Rejects with
   * AgentError: FailedPrecondition when the agent is not started, InvalidArgument, what the server says.
   */
  subscribe(source: SubscriptionSource, options?: SubscribeOptions): Promise<AgentSubscription>;
  /** Replaces the handler of the desired configuration. */
  onConfiguration(handler: ConfigurationHandler): void;
  /**
   * Sends a message. At most once, the default: without waiting; throws AgentError: Unavailable (NOT_SENT)
   * when not connected, ResourceExhausted when too much waits, InvalidArgument.
   *
   * At least once, asked for by `guarantee` and the rule for a group: kept in the outbox, sent in order as
   * soon as there is a link, and again after a break, until the server confirms it, at which the promise
   * resolves with the message's id. Rejects with AgentError: what the server refuses it for, OUTBOX_FULL
   * when the outbox is. Waiting less, by `signal` or `timeoutMs`, and stopping take nothing back
   * (OUTCOME_UNKNOWN). Throws AgentError at once for bad arguments, and when the agent is not started.
   */
  send: Send;
  /** Sends a message to all who have subscribed to the topic; as `send`. */
  publish: PublishToTopic;
  /** Calls a capability of another agent and answers its last answer. Rejects with AgentError. */
  call(agentId: string, capability: string, data?: Data, options?: CallOptions): Promise<Content>;
  /** As `call`, with every answer as it comes. Leaving the loop cancels the call. */
  callStream(
    agentId: string,
    capability: string,
    data?: Data,
    options?: CallOptions,
  ): AsyncIterable<Content>;
  /**
   * Calls a capability of all agents that fulfil the selector and have it, at most 1,000, and hands out
   * their answers as they come. After the loop `summary` says who did not answer, and why.
   */
  gather(
    selector: AgentSelection,
    capability: string,
    data?: Data,
    options?: CallOptions,
  ): Gathering;
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

/** Of messages it tells as long as the agent is started. */
export interface AgentStatusView extends Partial<MessagingStatus> {
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
  /**
   * Something that the agent's program ought to know, said by the server or found here, such as
   * MESSAGES_DROPPED, or OUTBOX_RENEWED: what the outbox holds was numbered and is sent anew, since its
   * file is damaged, or what it and the server know of each other does not fit.
   */
  notice: { readonly kind: string; readonly count: number; readonly message: string };
  /**
   * A handler threw, a frame could not be sent and was dropped, the server refused a message of an earlier
   * run or a subscription that stood, or the agent failed.
   */
  error: AgentError;
}
