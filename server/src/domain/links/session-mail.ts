import { create } from "@bufbuild/protobuf";
import {
  DeliverSchema,
  Notice_Kind,
  PublishedSchema,
  SettledSchema,
  SubscribedSchema,
  type Publish,
  type Settle,
  type SubscribeOutcome,
  type Subscription,
} from "@meshwork/gen/mesh/v1/link";
import type { AgentMessage } from "@meshwork/gen/mesh/v1/message";
import { DomainError } from "../errors.ts";
import { isAtLeastOnce } from "../messages/guarantee.ts";
import type { MailConsumer, MailSession } from "../messages/mail.ts";
import type { PublishDesk, SubscriptionDesk } from "../messages/session-desks.ts";
import type { LinkMetrics } from "./link-metrics.ts";
import type { LinkLog, LinksDeps } from "./links-deps.ts";
import type { LinkedMesh } from "./mesh-book.ts";
import { noticeFrame } from "./notice.ts";
import { notSent } from "./session-errors.ts";
import type { LinkedAgent } from "./session.ts";
import type { Stream } from "./stream.ts";

/** What a session has to do with messages, at most once and at least once. */
export interface SessionMail {
  publish(frame: Publish): void;
  settle(frame: Settle): void;
  subscribe(subscriptions: readonly Subscription[]): void;
  unsubscribe(subscriptions: readonly Subscription[]): void;
  /** Nothing new is delivered until `resume`. */
  pause(): void;
  resume(): void;
  /** The session is over; `politely` when nothing counts against what was in flight. */
  end(politely: boolean): void;
}

export interface SessionMailDeps {
  readonly agent: LinkedAgent;
  readonly mesh: LinkedMesh;
  readonly stream: Stream;
  readonly consumer: Omit<MailConsumer, "agent" | "deliver">;
  /** Absent where the agent named no producer. */
  readonly desk: PublishDesk | undefined;
  readonly subscriptions: SubscriptionDesk;
  readonly mailboxes: LinksDeps["mailboxes"];
  readonly messages: LinksDeps["messages"];
  readonly metrics: LinkMetrics;
  readonly log: LinkLog;
  /** Ends the session because the store failed: the agent comes back and sends again. */
  interrupt(error: DomainError): void;
}

/** Opens the agent's mailbox for the session; what comes before it is open waits for that. */
export function openSessionMail(deps: SessionMailDeps): SessionMail {
  const { agent, mesh, stream, subscriptions } = deps;
  let paused = false;
  let ended: { readonly politely: boolean } | undefined;
  /** What it settles may be of a group that it is about to join. */
  let subscribing = Promise.resolve();
  const mailbox = deps.mailboxes.attach({ ...deps.consumer, agent, deliver }).then((session) => {
    if (ended !== undefined) session.detach(ended.politely);
    else {
      if (paused) session.pause();
      for (const group of subscriptions.groups()) session.join(group);
    }
    return session;
  });
  mailbox.catch(failed);

  function deliver(messages: readonly AgentMessage[]): void {
    stream.out.send({
      case: "deliver",
      value: create(DeliverSchema, { messages: [...messages] }),
    });
    for (const { sender } of messages) {
      mesh.traffic.messageDelivered(sender, agent.agentId);
      deps.metrics.messageDelivered();
    }
  }

  /** The agent comes back and finds what it has not heard the outcome of. */
  function failed(error: unknown): void {
    if (ended !== undefined) return;
    if (error instanceof DomainError && error.reason === "CREDIT_EXCEEDED") {
      stream.violate(error);
      return;
    }
    deps.log.warn({ agentUid: agent.uid, err: error }, "mail of a session failed");
    deps.interrupt(error instanceof DomainError ? error : notSent(error));
  }

  function withMailbox(work: (session: MailSession) => void | Promise<void>): void {
    mailbox.then(work).catch(failed);
  }

  function publishAtMostOnce(messages: readonly AgentMessage[]): void {
    const sender = { meshUid: agent.meshUid, name: agent.agentId };
    deps.messages.publish(sender, messages, (undelivered) => {
      mesh.traffic.messagesDropped += undelivered;
      deps.metrics.messagesDropped(undelivered);
      const text = `${undelivered} of ${messages.length} messages found no receiver or no room`;
      stream.out.send(noticeFrame(Notice_Kind.MESSAGES_NOT_DELIVERED, undelivered, text));
    });
  }

  function publishAtLeastOnce(frame: Publish): void {
    if (deps.desk === undefined) {
      const text = "at-least-once messages came, and hello named no producer: name one";
      stream.violate(new DomainError("FRAME_NOT_AGREED", text));
      return;
    }
    deps.desk.publish(frame).then((outcomes) => {
      const value = create(PublishedSchema, { outcomes: [...outcomes] });
      stream.out.send({ case: "published", value });
    }, failed);
  }

  async function tell(work: Promise<readonly SubscribeOutcome[]>): Promise<void> {
    const outcomes = await work;
    const session = await mailbox;
    if (ended !== undefined) return;
    for (const { subscription, subscribed, status } of outcomes) {
      const source = subscription?.source;
      if (source?.case !== "group" || status !== undefined) continue;
      if (subscribed) session.join(source.value);
      else session.leave(source.value);
    }
    const value = create(SubscribedSchema, { outcomes: [...outcomes] });
    stream.out.send({ case: "subscribed", value });
  }

  return {
    publish: (frame) => {
      const { messages } = frame;
      const atMostOnce = messages.filter((message) => !isAtLeastOnce(message));
      if (atMostOnce.length > 0) publishAtMostOnce(atMostOnce);
      if (atMostOnce.length < messages.length) publishAtLeastOnce(frame);
    },
    settle: ({ settlements }) => {
      withMailbox(async (session) => {
        await subscribing;
        const outcomes = await session.settle(settlements);
        if (ended !== undefined) return;
        const value = create(SettledSchema, { outcomes: [...outcomes] });
        stream.out.send({ case: "settled", value });
      });
    },
    subscribe: (wanted) => {
      const told = tell(subscriptions.subscribe(wanted)).catch(failed);
      subscribing = subscribing.then(() => told);
    },
    unsubscribe: (wanted) => {
      tell(subscriptions.unsubscribe(wanted)).catch(failed);
    },
    pause: () => {
      paused = true;
      withMailbox((session) => session.pause());
    },
    resume: () => {
      paused = false;
      withMailbox((session) => session.resume());
    },
    end: (politely) => {
      if (ended !== undefined) return;
      ended = { politely };
      subscriptions.close();
      withMailbox((session) => session.detach(politely));
    },
  };
}
