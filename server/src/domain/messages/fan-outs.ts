import { toBinary } from "@bufbuild/protobuf";
import { AgentMessageSchema } from "@meshwork/gen/mesh/v1/message";
import { put, type Store } from "../../store/store.ts";
import type { Committer } from "../commit.ts";
import { quotaExceeded } from "../errors.ts";
import { address, type AddressingDeps } from "./fan-out-addressing.ts";
import type { FanOutBodies } from "./fan-out-bodies.ts";
import type { FanOutExpander } from "./fan-out-expander.ts";
import {
  fanOutKind,
  fanOutProgressKind,
  type FanOutRecord,
  recipientsOf,
  recipientsText,
} from "./fan-out-record.ts";
import { FAN_OUT_KEPT_AFTER_MS, FAN_OUT_ROWS_MAX, FAN_OUTS_WAITING_MAX } from "./limits.ts";
import type { Acceptance, Letter, MailboxAddress, MailSender } from "./mail.ts";

/** Messages to many: accepted in one bounded commit, and put into mailboxes by and by. */
export interface FanOuts {
  /**
   * The writes that put the message on record, and into the mailboxes of its first receivers. Fails
   * with QUOTA_EXCEEDED where too many messages of the sender still have to be put into mailboxes.
   */
  accept(
    sender: MailSender,
    letter: Letter,
    recipients: readonly MailboxAddress[],
  ): Promise<Pick<Acceptance, "changes" | "receivers" | "landed" | "unsure">>;
  /** Receivers whose mailboxes the message has still to be put into. */
  unaddressed(messageId: string): Promise<number>;
  /** Puts it into no more mailboxes; answers how many receivers that spares. */
  cancel(messageId: string): Promise<number>;
}

export interface FanOutsDeps extends AddressingDeps {
  readonly store: Store;
  readonly committer: Pick<Committer, "runSystem">;
  readonly bodies: FanOutBodies;
  readonly expander: FanOutExpander;
}

export function createFanOuts(deps: FanOutsDeps): FanOuts {
  const { store, committer, bodies, expander } = deps;

  return {
    accept: async (sender, letter, recipients) => {
      const { messageId } = letter.message;
      const senderKey = `${sender.meshUid}/${sender.name}`;
      if (expander.waiting(senderKey) >= FAN_OUTS_WAITING_MAX) throw tooMany(sender);
      // Where an earlier one of the sender is not done, this one may not overtake it.
      const first = expander.busy(senderKey) ? [] : recipients.slice(0, FAN_OUT_ROWS_MAX);
      const part = await address(deps, letter, first);
      const doc = recordOf(senderKey, letter, recipients);
      const { expireTime } = doc;
      const isComplete = first.length === recipients.length;
      const progress = { senderKey, addressed: first.length, expireTime };
      if (!isComplete) expander.expect(senderKey, messageId);
      return {
        changes: [
          put(fanOutKind, messageId, doc, "any"),
          ...(isComplete ? [] : [put(fanOutProgressKind, messageId, progress, "any")]),
          ...part.changes,
        ],
        receivers: recipients.length - part.leftOut,
        landed: () => {
          if (recipients.length > 0) bodies.keep(letter.message);
          part.landed();
          if (!isComplete) expander.enqueue(senderKey, messageId);
        },
        unsure: () => {
          part.unsure();
          // What is not on record is found done.
          if (!isComplete) expander.enqueue(senderKey, messageId);
        },
      };
    },
    unaddressed: (messageId) => remaining(store, messageId),
    cancel: (messageId) =>
      expander.whileHeld(messageId, () =>
        committer.runSystem(async () => {
          const progress = await store.get(fanOutProgressKind, messageId);
          if (progress === undefined) return { changes: [], reply: 0 };
          const reply = await remaining(store, messageId);
          const { version } = progress;
          return {
            changes: [{ delete: fanOutProgressKind, id: messageId, expect: version }],
            reply,
          };
        }),
      ),
  };
}

async function remaining(store: Store, messageId: string): Promise<number> {
  const progress = await store.get(fanOutProgressKind, messageId);
  if (progress === undefined) return 0;
  const fanOut = await store.get(fanOutKind, messageId);
  const recipients = recipientsOf(fanOut?.doc.recipients ?? "");
  return Math.max(0, recipients.length - progress.doc.addressed);
}

function recordOf(
  senderKey: string,
  { message, meshUid, acceptTime, expireTime, dueTime }: Letter,
  recipients: readonly MailboxAddress[],
): FanOutRecord {
  // One that nobody gets is on record for whoever repeats its request, but not its content.
  const isEmpty = recipients.length === 0;
  const lastMs = (isEmpty ? acceptTime : expireTime).getTime();
  return {
    meshUid,
    senderKey,
    ...(!isEmpty && { body: toBinary(AgentMessageSchema, message) }),
    recipients: recipientsText(recipients.map(({ name, key }) => ({ agentId: name, uid: key }))),
    acceptTime,
    endTime: expireTime,
    ...(dueTime && { dueTime }),
    expireTime: new Date(lastMs + FAN_OUT_KEPT_AFTER_MS),
  };
}

function tooMany({ name }: MailSender): Error {
  const cure = "wait until they are in the mailboxes of their receivers";
  return quotaExceeded(`senders/${name}`, "fanOutsWaitingMax", FAN_OUTS_WAITING_MAX, cure);
}
