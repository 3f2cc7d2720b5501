import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import {
  type AgentMessage,
  DeliveryGuarantee,
  MessageStep_Kind,
} from "@meshwork/gen/mesh/v1/message";
import type { Clock } from "../clock.ts";
import { DomainError, invalidField } from "../errors.ts";
import type { Ids } from "../ids.ts";
import { PUBLISHES_WAITING_MAX } from "./limits.ts";
import { agentAddress, type MailSender, type MessageTraces } from "./mail.ts";
import { messageFault } from "./message-rules.ts";
import type { Receiver, Receivers } from "./receivers.ts";
import type { Selectors } from "./selectors.ts";
import type { AgentSubscriptions } from "./subscriptions.ts";
import type { TopicTaps } from "./topic-taps.ts";

/** Sends messages at most once: each is handed to the open links of its receivers, and kept nowhere. */
export interface Messages {
  /**
   * Takes the message over: id, sender, time and guarantee are filled in. Answers how many receivers it
   * was handed to. Fails with NO_RECEIVER when there is none, MESSAGE_TOO_LARGE and INVALID_REQUEST.
   */
  send(sender: MailSender, message: AgentMessage): Promise<number>;
  /**
   * As `send`, for many, in order also with those of calls before. `undelivered` is told how many found
   * no receiver or were refused, if any; at once, unless a selector has to be looked up.
   */
  publish(
    sender: MailSender,
    messages: readonly AgentMessage[],
    undelivered: (count: number) => void,
  ): void;
}

export interface MessagesDeps {
  readonly receivers: Receivers;
  readonly subscriptions: Pick<AgentSubscriptions, "subscribersOf">;
  readonly selectors: Selectors;
  readonly taps: TopicTaps;
  readonly traces: MessageTraces;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** Receivers that the message was handed to, or why there are none. */
type Outcome = number | DomainError;

/** Frames of a sender that wait for the one that looks up a selector. */
interface Line {
  readonly last: Promise<void>;
  readonly waiting: number;
}

/** `receivers` are looked up at each message, so that none outlives its session. */
export function createMessages(deps: MessagesDeps): Messages {
  const { receivers, traces, clock, ids } = deps;
  const lines = new Map<string, Line>();

  function stamp(sender: MailSender, message: AgentMessage): void {
    message.messageId = ids.uuid();
    message.sender = sender.name;
    message.acceptTime = timestampFromMs(clock.now());
    message.guarantee = DeliveryGuarantee.AT_MOST_ONCE;
    message.attempt = 0;
  }

  function toOne(sender: MailSender, message: AgentMessage, agentId: string): Outcome {
    const receiver = receivers.get(sender.meshUid, agentId);
    if (receiver === undefined) return noReceiver(agentId, "is not connected");
    stamp(sender, message);
    if (receiver.deliver(message)) return 1;
    return noReceiver(agentId, "takes its messages too slowly, its link has no room");
  }

  /** The same message to all: its frame is made once. `others` are those who follow without a link. */
  function toMany(
    sender: MailSender,
    message: AgentMessage,
    connected: Iterable<Receiver>,
    others: (message: AgentMessage) => number = () => 0,
  ): Outcome {
    stamp(sender, message);
    let reached = others(message);
    const full: Receiver[] = [];
    for (const receiver of connected) {
      if (receiver.deliver(message)) reached += 1;
      else full.push(receiver);
    }
    if (reached === 0) return noneReached(message, full.length);
    for (const { agentUid: uid, meshUid, agentId } of full)
      traces.note(message.messageId, {
        kind: MessageStep_Kind.DROPPED,
        address: agentAddress({ uid, meshUid, agentId }),
        detail: "its link had no room",
      });
    return reached;
  }

  function* connectedOf(
    agents: Iterable<{ readonly uid: string; readonly meshUid: string; readonly agentId: string }>,
  ): Generator<Receiver> {
    for (const { uid, meshUid, agentId } of agents) {
      const receiver = receivers.get(meshUid, agentId);
      if (receiver?.agentUid === uid) yield receiver;
    }
  }

  /** All but a selector, which takes reading. */
  function handOver(sender: MailSender, message: AgentMessage): Outcome {
    const { meshUid } = sender;
    const { target } = message;
    const fault = messageFault(message);
    if (fault !== undefined) return fault;
    if (target.case === "agentId") return toOne(sender, message, target.value);
    if (target.case === "topic") {
      const agents = deps.subscriptions.subscribersOf(meshUid, target.value);
      return toMany(sender, message, connectedOf(agents), () =>
        deps.taps.offer(meshUid, target.value, message),
      );
    }
    if (target.case === "broadcast") return toMany(sender, message, receivers.of(meshUid));
    return invalidField("message.guarantee", "the message is to be stored, and came where none is");
  }

  async function lookUpAndHandOver(sender: MailSender, message: AgentMessage): Promise<Outcome> {
    const { target } = message;
    if (target.case !== "selector") return handOver(sender, message);
    const fault = messageFault(message);
    if (fault !== undefined) return fault;
    const agents = await deps.selectors.select(sender.meshUid, target.value, "message.selector");
    return toMany(sender, message, connectedOf(agents));
  }

  async function inLine(
    sender: MailSender,
    messages: readonly AgentMessage[],
    before: Promise<void> | undefined,
  ): Promise<number> {
    await before;
    let lost = 0;
    for (const message of messages) {
      // What cannot be read now is not kept for later.
      const outcome = await lookUpAndHandOver(sender, message).catch(() => undefined);
      if (typeof outcome !== "number") lost += 1;
    }
    return lost;
  }

  function joinLine(
    sender: MailSender,
    messages: readonly AgentMessage[],
    undelivered: (count: number) => void,
  ): void {
    const key = `${sender.meshUid}/${sender.name}`;
    const line = lines.get(key);
    if (line !== undefined && line.waiting >= PUBLISHES_WAITING_MAX) {
      undelivered(messages.length);
      return;
    }
    const last = inLine(sender, messages, line?.last).then((lost) => {
      const now = lines.get(key)!;
      if (now.waiting === 1) lines.delete(key);
      else lines.set(key, { ...now, waiting: now.waiting - 1 });
      if (lost > 0) undelivered(lost);
    });
    lines.set(key, { last, waiting: (line?.waiting ?? 0) + 1 });
  }

  return {
    send: async (sender, message) => {
      const outcome = await lookUpAndHandOver(sender, message);
      if (typeof outcome !== "number") throw outcome;
      return outcome;
    },
    publish: (sender, messages, undelivered) => {
      const waits =
        lines.has(`${sender.meshUid}/${sender.name}`) ||
        messages.some(({ target }) => target.case === "selector");
      if (waits) {
        joinLine(sender, messages, undelivered);
        return;
      }
      let lost = 0;
      for (const message of messages) if (typeof handOver(sender, message) !== "number") lost += 1;
      if (lost > 0) undelivered(lost);
    },
  };
}

/** NO_RECEIVER for an agent, with why. */
export function noReceiver(agentId: string, why: string): DomainError {
  return new DomainError("NO_RECEIVER", `agent ${agentId} ${why}`, {
    metadata: { agent_id: agentId },
    precondition: { type: "CONNECTED", subject: `agents/${agentId}`, description: why },
  });
}

function noneReached({ target }: AgentMessage, full: number): DomainError {
  const whom = target.case === "topic" ? `topic ${target.value}` : (target.case ?? "");
  const why =
    full === 0
      ? "no agent that is meant is connected: send it at least once, or later"
      : `of ${full} connected agents none has room: send it at least once, or later`;
  return new DomainError("NO_RECEIVER", `${whom}: ${why}`, {
    metadata: { target: target.case ?? "", full: String(full) },
    precondition: { type: "CONNECTED", subject: whom, description: why },
  });
}
