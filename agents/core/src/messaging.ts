// All that a running agent has to do with messages, both ways.
import { Code } from "@connectrpc/connect";
import type { ConnectResponse } from "@meshwork/gen/mesh/v1/agent_link_service";
import type { Hello, Welcome } from "@meshwork/gen/mesh/v1/link";
import type { AgentMessage } from "@meshwork/gen/mesh/v1/message";
import { AgentError } from "./agent-error.ts";
import type { AgentEvents } from "./agent.ts";
import type { Clock } from "./clock.ts";
import { createDeliveries, type Deliveries } from "./deliveries.ts";
import type { Emitter } from "./emitter.ts";
import { createLane } from "./lane.ts";
import { createMessageQueue } from "./message-queue.ts";
import type { Outbox } from "./outbox.ts";
import type { PendingMessage, WaitOptions } from "./pending-message.ts";
import { createProducer, type Producer, type ProducerDeps } from "./producer.ts";
import type { MessageHandler, ReceivedMessage } from "./received-message.ts";
import type { Subscriptions } from "./subscriptions.ts";

/** How much an agent takes and keeps at once. */
export interface MessagingLimits {
  readonly deliveriesMax: number;
  readonly deliveryBytesMax: number;
  readonly concurrency: number;
  readonly outboxMessagesMax: number;
  readonly outboxBytesMax: number;
}

/** What an agent's program sees of its messages. */
export interface MessagingStatus {
  /** Messages that the server has not confirmed. */
  readonly outbox: { readonly messages: number; readonly bytes: number; readonly place: string };
  /** At-least-once messages received whose end the server has not confirmed. */
  readonly unsettled: number;
}

/** From a start of the agent to its stop. */
export interface Messaging {
  readonly status: MessagingStatus;
  /** Reads the outbox. Rejects with AgentError. */
  open(): Promise<void>;
  /** Adds to a hello what it says of messages; `resuming` when it goes on with a session. */
  hello(resuming: boolean): Pick<Hello, "subscriptions"> & {
    readonly producer?: NonNullable<ReturnType<Producer["hello"]>>;
    readonly held: ReturnType<Deliveries["held"]>;
  };
  /** To be called before anything else is sent in the session. */
  welcomed(welcome: Welcome): void;
  disconnected(): void;
  /** Takes a frame about messages, and passes over all others. */
  readonly frame: (frame: ConnectResponse["frame"]) => void;
  send(message: AgentMessage, options: WaitOptions): PendingMessage;
  /** Takes no more at-least-once messages; resolves when no handler runs and none waits. */
  drain(): Promise<void>;
  /** Resolves when the server has confirmed all that was settled and sent, if there is a way to it. */
  flushed(connected: boolean): Promise<void>;
  /** Drops what waits and lets go of the outbox. */
  close(): Promise<void>;
}

export interface MessagingDeps {
  readonly clock: Clock;
  readonly events: Emitter<AgentEvents>;
  readonly outbox: Outbox;
  readonly limits: MessagingLimits;
  readonly subscriptions: Subscriptions;
  /** The agent's own; asked anew for each message, since the program may replace it. */
  readonly handler: () => MessageHandler | undefined;
  readonly link: ProducerDeps["link"];
}

export function createMessaging(deps: MessagingDeps): Messaging {
  const { clock, events, outbox, limits, subscriptions, link } = deps;
  const single = createLane(1);
  const lane = limits.concurrency === 1 ? single : createLane(limits.concurrency);
  const queue = createMessageQueue({ events, lane: single, handle });
  const { deliveriesMax } = limits;
  const deliveries = createDeliveries({ events, lane, deliveriesMax, handle, link });
  const producer = createProducer({
    clock,
    events,
    outbox,
    link,
    messagesMax: limits.outboxMessagesMax,
    bytesMax: limits.outboxBytesMax,
  });

  function handle(message: ReceivedMessage): Promise<void> | undefined {
    const own = deps.handler();
    const handlers = subscriptions
      .handlersOf(message)
      .map((handler) => handler ?? own)
      .filter((handler) => handler !== undefined);
    if (handlers.length === 0) return undefined;
    return all(handlers, message);
  }

  function deliver(messages: readonly AgentMessage[]): void {
    queue.deliver(messages.filter(({ attempt }) => attempt === 0));
    for (const message of messages) if (message.attempt > 0) deliveries.deliver(message);
  }

  return {
    get status() {
      return {
        outbox: { messages: producer.size, bytes: producer.bytes, place: outbox.place },
        unsettled: deliveries.unsettled,
      };
    },
    open: producer.open,
    hello: (resuming) => ({
      ...withProducer(producer.hello()),
      subscriptions: subscriptions.hello(),
      held: resuming ? deliveries.held() : [],
    }),
    welcomed: (welcome) => {
      deliveries.connected(welcome.resumed);
      subscriptions.connected();
      producer.connected(welcome);
    },
    disconnected: producer.disconnected,
    frame: (frame) => {
      if (frame.case === "deliver") deliver(frame.value.messages);
      else if (frame.case === "published") producer.published(frame.value);
      else if (frame.case === "settled") deliveries.settled(frame.value);
      else if (frame.case === "subscribed") subscriptions.subscribed(frame.value);
    },
    send: producer.send,
    drain: async () => {
      deliveries.drain();
      await Promise.all([deliveries.handled(), queue.idle()]);
    },
    flushed: async (connected) => {
      if (connected) await deliveries.confirmed();
      // A file keeps what cannot be sent now; without one, the grace is the last chance.
      if (connected || !outbox.durable) await producer.idle();
    },
    close: async () => {
      queue.close();
      const gone = new AgentError(
        Code.Unavailable,
        "the agent stopped before the server confirmed it: the message may be delivered again",
        { reason: "OUTCOME_UNKNOWN" },
      );
      deliveries.close(gone);
      subscriptions.stopped(
        new AgentError(Code.Unavailable, "the agent stopped before the server answered"),
      );
      await producer.close();
    },
  };
}

function withProducer(said: ReturnType<Producer["hello"]>) {
  return said === undefined ? {} : { producer: said };
}

/** Every handler gets it, whatever becomes of the others; the first failure is the message's. */
async function all(handlers: readonly MessageHandler[], message: ReceivedMessage): Promise<void> {
  const results = await Promise.allSettled(
    handlers.map(async (handler) => {
      await handler(message);
    }),
  );
  for (const result of results) if (result.status === "rejected") throw result.reason;
}
