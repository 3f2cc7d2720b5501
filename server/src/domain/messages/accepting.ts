import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import {
  type AgentMessage,
  DeliveryGuarantee,
  MessageStep_Kind,
} from "@meshwork/gen/mesh/v1/message";
import type { Clock } from "../clock.ts";
import type { AwayAgents } from "./away-agents.ts";
import type { FanOuts } from "./fan-outs.ts";
import {
  type Acceptance,
  type Accepting,
  agentAddress,
  groupAddress,
  type Letter,
  type MailboxAddress,
  type Mailboxes,
  type MailCounts,
  type MailSender,
  type MessageTraces,
} from "./mail.ts";
import { delayMs, messageFault, ttlMs } from "./message-rules.ts";
import type { Receivers } from "./receivers.ts";
import type { Selectors } from "./selectors.ts";
import type { AgentSubscriptions } from "./subscriptions.ts";
import type { TopicTaps } from "./topic-taps.ts";

export interface AcceptingDeps {
  readonly clock: Clock;
  readonly mailboxes: Mailboxes;
  readonly receivers: Receivers;
  readonly awayAgents: AwayAgents;
  readonly subscriptions: Pick<AgentSubscriptions, "subscribersOf">;
  readonly selectors: Selectors;
  readonly fanOuts: FanOuts;
  readonly taps: TopicTaps;
  readonly traces: MessageTraces;
  readonly counts: MailCounts;
}

/** Writes for a message whose receivers are known, and what follows once they are on disk. */
type Placed = Pick<Acceptance, "changes" | "receivers" | "landed" | "unsure">;

/** Decides who gets an at-least-once message: one mailbox, one group's queue, or many mailboxes. */
export function createAccepting(deps: AcceptingDeps): Accepting {
  const { clock, mailboxes, receivers, fanOuts, traces, counts } = deps;

  async function uidOf(meshUid: string, agentId: string): Promise<string> {
    const connected = receivers.get(meshUid, agentId);
    return connected?.agentUid ?? deps.awayAgents.uidOf(meshUid, agentId);
  }

  async function placeInOne(address: MailboxAddress, letter: Letter): Promise<Placed> {
    const error = await mailboxes.admit(address);
    if (error !== undefined) throw error;
    return {
      changes: mailboxes.changesOf(address, letter),
      receivers: 1,
      landed: () => {
        mailboxes.landed(address, letter);
        traces.note(letter.message.messageId, { kind: MessageStep_Kind.ADDRESSED, address });
      },
      unsure: () => mailboxes.doubt(address),
    };
  }

  async function selected(meshUid: string, message: AgentMessage): Promise<MailboxAddress[]> {
    const selector = message.target.case === "selector" ? message.target.value : undefined;
    const agents = await deps.selectors.select(meshUid, selector, "message.selector");
    return agents.map(agentAddress);
  }

  async function place(sender: MailSender, message: AgentMessage): Promise<[Letter, Placed]> {
    const { meshUid } = sender;
    const { target } = message;
    switch (target.case) {
      case "agentId": {
        const uid = await uidOf(meshUid, target.value);
        const address = agentAddress({ uid, meshUid, agentId: target.value });
        const letter = letterOf(meshUid, message, false);
        return [letter, await placeInOne(address, letter)];
      }
      case "group": {
        const letter = letterOf(meshUid, message, false);
        return [letter, await placeInOne(groupAddress(meshUid, target.value), letter)];
      }
      case "topic": {
        const agents = [...deps.subscriptions.subscribersOf(meshUid, target.value)];
        const letter = letterOf(meshUid, message, true);
        return [letter, await fanOuts.accept(sender, letter, agents.map(agentAddress))];
      }
      default: {
        const recipients = await selected(meshUid, message);
        const letter = letterOf(meshUid, message, true);
        return [letter, await fanOuts.accept(sender, letter, recipients)];
      }
    }
  }

  function letterOf(meshUid: string, message: AgentMessage, isFanOut: boolean): Letter {
    const nowMs = clock.now();
    message.acceptTime = timestampFromMs(nowMs);
    const waitMs = delayMs(message);
    return {
      message,
      meshUid,
      acceptTime: new Date(nowMs),
      expireTime: new Date(nowMs + ttlMs(message)),
      ...(waitMs > 0 && { dueTime: new Date(nowMs + waitMs) }),
      isFanOut,
    };
  }

  return {
    accept: async (sender, message, messageId): Promise<Acceptance> => {
      const fault = messageFault(message);
      if (fault !== undefined) throw fault;
      message.messageId = messageId;
      message.sender = sender.name;
      message.guarantee = DeliveryGuarantee.AT_LEAST_ONCE;
      message.attempt = 0;
      const [letter, placed] = await place(sender, message);
      return {
        letter,
        changes: placed.changes,
        require: [],
        receivers: placed.receivers,
        landed: () => {
          traces.note(messageId, { kind: MessageStep_Kind.ACCEPTED });
          traces.note(messageId, { kind: MessageStep_Kind.STORED });
          counts.accepted(sender.meshUid);
          placed.landed();
          const { target } = message;
          if (target.case === "topic") deps.taps.offer(sender.meshUid, target.value, message);
        },
        unsure: () => placed.unsure(),
      };
    },
  };
}
