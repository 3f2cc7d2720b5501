// At-least-once messages in hand: from their delivery until the server knows what became of them.
import { Code } from "@connectrpc/connect";
import { Settlement_Kind, type Settled } from "@meshwork/gen/mesh/v1/link";
import type { AgentMessage } from "@meshwork/gen/mesh/v1/message";
import { AgentError, agentErrorOf } from "./agent-error.ts";
import type { AgentEvents } from "./agent.ts";
import { checkMs } from "./argument-checks.ts";
import type { Emitter } from "./emitter.ts";
import type { PacedLink } from "./frames.ts";
import type { Lane } from "./lane.ts";
import { ACKNOWLEDGED_REMEMBERED_MAX, DELIVERIES_MAX, SETTLE_DURATION_MAX_MS } from "./limits.ts";
import {
  receivedMessage,
  type MessageSettlement,
  type ReceivedMessage,
} from "./received-message.ts";
import { createSettlements, type Settlements } from "./settlements.ts";

const { ACK, NAK, REJECT, EXTEND } = Settlement_Kind;
const kindNames = new Map<number, string>(
  Object.entries(Settlement_Kind).map(([name, number]) => [number, name]),
);

export interface Deliveries {
  /** Messages in hand that are not settled, or whose settlement is not confirmed. */
  readonly unsettled: number;
  deliver(message: AgentMessage): void;
  readonly settled: (settled: Settled) => void;
  /** What hello says of it, when the agent goes on with a session. */
  held(): { readonly messageId: string; readonly attempt: number }[];
  /** A session is open; a fresh one gives back what no handler has seen. */
  connected(resumed: boolean): void;
  /** Takes nothing more, and leaves to the server what no handler has seen. */
  drain(): void;
  /** Resolves when no handler runs. */
  handled(): Promise<void>;
  /** Resolves when every settlement is confirmed. */
  readonly confirmed: () => Promise<void>;
  close(error: AgentError): void;
}

export interface DeliveriesDeps {
  readonly events: Emitter<AgentEvents>;
  readonly lane: Lane;
  readonly deliveriesMax: number;
  /** Gives a message to whoever takes it. Undefined when nobody does. */
  handle(message: ReceivedMessage): Promise<void> | undefined;
  readonly link: PacedLink;
}

interface Delivery {
  readonly message: ReceivedMessage;
  started: boolean;
  /** What was said to it for good, if anything was. */
  said?: Settlement_Kind;
}

export function createDeliveries(deps: DeliveriesDeps): Deliveries {
  const { events } = deps;
  const settlements = createSettlements(deps.link);
  const inHand = new Map<string, Delivery>();
  /** The oldest are forgotten first. */
  const acknowledged = new Set<string>();
  let draining = false;
  let running = 0;
  let idle: (() => void)[] = [];

  function deliver(message: AgentMessage): void {
    if (draining) return;
    const { messageId, attempt } = message;
    const known = inHand.get(messageId);
    if (acknowledged.has(messageId) || known?.said === ACK || known?.said === REJECT) {
      const kind = known?.said === REJECT ? REJECT : ACK;
      quietly(settlements.add({ messageId, attempt, kind }));
    } else if (known !== undefined && known.said === undefined)
      known.message.attempt = Math.max(known.message.attempt, attempt);
    else if (inHand.size >= 2 * deps.deliveriesMax) {
      // More than any window, the one of a session before included: the server errs.
      const reason = `${inHand.size} messages are in hand, and the window is ${deps.deliveriesMax}`;
      quietly(settlements.add({ messageId, attempt, kind: NAK, reason }));
    } else take(message);
  }

  function take(message: AgentMessage): void {
    const delivery: Delivery = {
      message: receivedMessage(
        message,
        settlementOf(() => delivery, settlements, done),
      ),
      started: false,
    };
    inHand.set(message.messageId, delivery);
    void deps.lane.run(async () => {
      // Given back while it waited.
      if (inHand.get(message.messageId) !== delivery) return;
      delivery.started = true;
      running += 1;
      await work(delivery);
      running -= 1;
      if (running > 0) return;
      for (const resolve of idle) resolve();
      idle = [];
    });
  }

  async function work(delivery: Delivery): Promise<void> {
    const { message } = delivery;
    try {
      const handled = deps.handle(message);
      if (handled === undefined) throw nobody();
      await handled;
      if (delivery.said === undefined) void message.ack();
    } catch (thrown) {
      const error = agentErrorOf(thrown);
      events.emit("error", error);
      if (delivery.said === undefined) void message.nak({ reason: error.message });
    }
  }

  function done(delivery: Delivery, counts: boolean): void {
    const { messageId } = delivery.message;
    if (inHand.get(messageId) === delivery) inHand.delete(messageId);
    if (delivery.said !== ACK || !counts) return;
    acknowledged.add(messageId);
    if (acknowledged.size <= ACKNOWLEDGED_REMEMBERED_MAX) return;
    for (const oldest of acknowledged) {
      acknowledged.delete(oldest);
      break;
    }
  }

  function giveBack(): void {
    for (const [messageId, { started, said }] of inHand)
      if (!started && said === undefined) inHand.delete(messageId);
  }

  return {
    get unsettled() {
      return inHand.size;
    },
    deliver,
    settled: settlements.settled,
    held: () => {
      const held = new Map<string, number>();
      for (const { messageId, attempt } of settlements.unconfirmed) held.set(messageId, attempt);
      for (const { message, said } of inHand.values())
        if (said === undefined) held.set(message.messageId, message.attempt);
      const named = [...held].map(([messageId, attempt]) => ({ messageId, attempt }));
      return named.slice(0, DELIVERIES_MAX);
    },
    connected: (resumed) => {
      if (!resumed) giveBack();
      settlements.connected();
    },
    drain: () => {
      draining = true;
      giveBack();
    },
    handled: async () => {
      if (running > 0) await new Promise<void>((resolve) => idle.push(resolve));
    },
    confirmed: settlements.idle,
    close: (error) => {
      draining = true;
      settlements.close(error);
      inHand.clear();
    },
  };
}

/** What its handler can say to a delivery. */
function settlementOf(
  delivery: () => Delivery,
  settlements: Settlements,
  done: (delivery: Delivery, counts: boolean) => void,
): MessageSettlement {
  async function settle(
    kind: Settlement_Kind,
    more: { readonly durationMs?: number; readonly reason?: string } = {},
  ): Promise<void> {
    const { message, said } = delivery();
    if (said !== undefined)
      throw new AgentError(
        Code.FailedPrecondition,
        `message ${message.messageId} was settled before, with ${kindNames.get(said)}: settle it once`,
      );
    if (more.durationMs !== undefined) checkMs("wait", more.durationMs, 0, SETTLE_DURATION_MAX_MS);
    const { messageId, attempt } = message;
    const confirmed = settlements.add({ messageId, attempt, kind, ...more });
    if (kind === EXTEND) {
      await confirmed;
      return;
    }
    delivery().said = kind;
    try {
      await confirmed;
    } catch (error) {
      done(delivery(), false);
      throw error;
    }
    done(delivery(), true);
  }

  /** A handler that does not wait for the answer does not have to care for it either. */
  function said(...args: Parameters<typeof settle>): Promise<void> {
    const promise = settle(...args);
    quietly(promise);
    return promise;
  }

  return {
    ack: () => said(ACK),
    nak: ({ delayMs, reason } = {}) =>
      said(NAK, {
        ...(delayMs !== undefined && { durationMs: delayMs }),
        ...(reason !== undefined && { reason }),
      }),
    reject: (reason) => said(REJECT, reason === undefined ? {} : { reason }),
    extend: (ms) => said(EXTEND, { durationMs: ms }),
  };
}

/** If it does not count, the message comes again, so that nobody has to be told. */
function quietly(promise: Promise<void>): void {
  promise.catch(() => undefined);
}

function nobody(): AgentError {
  return new AgentError(
    Code.FailedPrecondition,
    "the agent has no handler of messages: give it one with onMessage",
  );
}
