// The ways of an agent to send: at once and forgotten, or kept until the server has confirmed it.
import { create } from "@bufbuild/protobuf";
import { AgentMessageSchema } from "@meshwork/gen/mesh/v1/message";
import type { AgentLife } from "./agent-life.ts";
import type { GroupTarget, MessageTarget } from "./message-target.ts";
import {
  isAtLeastOnce,
  messageOf,
  type AtLeastOnceOptions,
  type AtMostOnceOptions,
  type MessageInit,
} from "./outgoing.ts";
import type { PendingMessage, WaitOptions } from "./pending-message.ts";
import { createPublisher } from "./publisher.ts";

/** How an at-least-once message is to be sent, and how long to wait for its confirmation. */
export interface SendOptions extends AtLeastOnceOptions, WaitOptions {}

/** Sends to an agent, a group, a topic's subscribers, a selection, or all. */
export interface Send {
  /** At least once, which a group always is. */
  (target: GroupTarget, message: MessageInit, options?: SendOptions): PendingMessage;
  (
    target: MessageTarget,
    message: MessageInit,
    options: SendOptions & { readonly guarantee: "atLeastOnce" },
  ): PendingMessage;
  /** At most once. */
  (target: MessageTarget, message: MessageInit, options?: AtMostOnceOptions): void;
}

/** As `Send`, to a topic. */
export interface PublishToTopic {
  (
    topic: string,
    message: MessageInit,
    options: SendOptions & { readonly guarantee: "atLeastOnce" },
  ): PendingMessage;
  (topic: string, message: MessageInit, options?: AtMostOnceOptions): void;
}

export function createSending(life: AgentLife): { send: Send; publish: PublishToTopic } {
  const publishNow = createPublisher(life);

  function send(
    target: MessageTarget,
    init: MessageInit,
    options: SendOptions | AtMostOnceOptions = {},
  ): PendingMessage | undefined {
    const message = create(AgentMessageSchema, messageOf(target, init, options));
    if (isAtLeastOnce(target, options))
      return life.messaging().send(message, options as SendOptions);
    publishNow(message);
    return undefined;
  }

  return {
    send: send as Send,
    publish: ((topic, message, options) => send({ topic }, message, options)) as PublishToTopic,
  };
}
