// A message as its handler sees it.
import type { AgentMessage } from "@meshwork/gen/mesh/v1/message";
import { contentOf, type Content } from "./payload.ts";

/**
 * What a handler says to an at-least-once message (`attempt` 1 or more). Each promise resolves when the
 * server has noted it, and rejects with AgentError when it does not count: NOT_IN_FLIGHT when the message
 * was given up here and comes again. Settling twice rejects with FailedPrecondition. Of an at-most-once
 * message (`attempt` 0) there is nothing to settle, and all of them resolve at once.
 */
export interface MessageSettlement {
  /** It is done with: never delivered again. */
  ack(): Promise<void>;
  /** Again later: not before `delayMs` (up to 1 h), nor before the server's own back-off. */
  nak(options?: { readonly delayMs?: number; readonly reason?: string }): Promise<void>;
  /** Never: it becomes a dead letter. */
  reject(reason?: string): Promise<void>;
  /** It takes longer: so many ms from now, up to 1 h. May be said again. */
  extend(ms: number): Promise<void>;
}

/** A message for the agent. */
export interface ReceivedMessage
  extends AgentMessage, MessageSettlement, Pick<Content, "text" | "json"> {}

/**
 * Takes a message. Of an at-least-once message that it does not settle by itself, coming to its end is an
 * ACK, and throwing a NAK with the error's text.
 */
export type MessageHandler = (message: ReceivedMessage) => void | Promise<void>;

const nothing = (): Promise<void> => Promise.resolve();

/** The message with what can be said to it. */
export function receivedMessage(
  message: AgentMessage,
  settlement: MessageSettlement = { ack: nothing, nak: nothing, reject: nothing, extend: nothing },
): ReceivedMessage {
  return Object.assign(message, contentOf(message.payload, message.contentType), settlement);
}
