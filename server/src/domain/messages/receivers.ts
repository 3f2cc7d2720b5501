import type { AgentMessage } from "@meshwork/gen/mesh/v1/message";
import type { DomainError } from "../errors.ts";

/** A call on its way to an agent. */
export interface OutgoingCall {
  readonly capability: string;
  readonly caller: string;
  readonly contentType: string;
  readonly payload: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds left to answer. */
  readonly timeoutMs: number;
}

/** What comes back of a call. Exactly one `end`. */
export interface CallObserver {
  /** Returns false when the caller takes replies too slowly; the call is then over. */
  reply(contentType: string, payload: Uint8Array): boolean;
  end(error?: DomainError): void;
}

/** The way to one connected agent. `domain/links` attaches it while the session is open. */
export interface Receiver {
  readonly agentUid: string;
  readonly meshUid: string;
  readonly agentId: string;
  readonly capabilities: ReadonlySet<string>;
  /**
   * False: no room, the message was dropped and counted. A message to many is one object for all its
   * receivers: its frame may be kept and sent again, and it is never changed afterwards.
   */
  deliver(message: AgentMessage): boolean;
  /** Sends the call; `cancel` tells the agent that nobody waits any more. */
  call(call: OutgoingCall, observer: CallObserver): { cancel(error: DomainError): void };
}

/** The connected agents of this process, by name. `links` attaches and detaches, `messages` reads. */
export interface Receivers {
  attach(receiver: Receiver): void;
  /** Only if it is still this one. */
  detach(receiver: Receiver): void;
  get(meshUid: string, agentId: string): Receiver | undefined;
  /** Those of one mesh. */
  of(meshUid: string): Iterable<Receiver>;
}
