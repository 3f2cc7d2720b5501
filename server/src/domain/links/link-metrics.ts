import type { AgentLiveness, LivenessCause } from "@meshwork/gen/mesh/v1/agent";

/** What the links count; `main.ts` hands in the instruments. Names are those of the contract's frames. */
export interface LinkMetrics {
  frameReceived(frame: string): void;
  frameSent(frame: string): void;
  /** A session ended; the reason is an ErrorReason, `goodbye` or `closed`. */
  sessionEnded(reason: string): void;
  livenessChanged(liveness: AgentLiveness, cause: LivenessCause): void;
  /** A message was handed to an agent's link. */
  messageDelivered(): void;
  /** An at-most-once message found no receiver or no room. */
  messagesDropped(count: number): void;
  /** A reply of a call that nobody waits for any more. */
  replyIgnored(): void;
  callEnded(ok: boolean): void;
}
