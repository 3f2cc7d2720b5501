import { toBinary } from "@bufbuild/protobuf";
import { AgentMessageSchema } from "@meshwork/gen/mesh/v1/message";
import { type Change, type Kind, put } from "../../store/store.ts";
import { TTL_DEFAULT_MS } from "./limits.ts";
import type { Letter, MailboxAddress } from "./mail.ts";

/** One message that waits for one mailbox, or that one of its receivers has in its hands. */
export interface MailRecord {
  readonly messageId: string;
  readonly meshUid: string;
  /** The agent's id, or the group. */
  readonly name: string;
  /** The `AgentMessage`, without attempt; absent where the message went to many (`FanOutBodies`). */
  readonly body?: Uint8Array;
  readonly expireTime: Date;
  /**
   * Deliveries that were put on record. Absent is none: the first delivery of what lies in an agent's own
   * mailbox writes nothing.
   */
  readonly attempts?: number;
  /** Sessions that died with it in their hands. Absent is none. */
  readonly deaths?: number;
  /** Who has it, where its delivery was put on record. */
  readonly claim?: Claim;
  /** Who had it last, where nobody has it: what that agent did with it may be told late. */
  readonly lastAgentUid?: string;
}

export interface Claim {
  readonly agentUid: string;
  readonly epoch: number;
  /** When it is given up on, if the server that watches it is gone by then. */
  readonly untilTime: Date;
}

/** Id: `mailKey`; by id they are in the order in which a sender's messages are delivered. */
export const mailKind: Kind<MailRecord> = {
  name: "mail",
  watched: false,
  schema: 1,
  indexes: [["messageId"]],
  delete: "erase",
};

/** Mail that has to wait for its time, or has had to. It stays of this kind until it is settled. */
export interface ParkedRecord extends MailRecord {
  readonly mailboxKey: string;
  readonly dueTime: Date;
}

/** Id: as of mail. */
export const parkedKind: Kind<ParkedRecord> = {
  name: "parked_mail",
  watched: false,
  schema: 1,
  indexes: [["mailboxKey", "dueTime"], ["messageId"], ["expireTime"], ["meshUid"]],
  delete: "erase",
};

/**
 * When mail runs out whose ttl is not the default; all other mail is found by the age of its id. It may
 * outlive the mail.
 */
export interface MailExpiryRecord {
  readonly expireTime: Date;
}

/** Id: the mail's. */
export const mailExpiryKind: Kind<MailExpiryRecord> = {
  name: "mail_expiries",
  watched: false,
  schema: 1,
  indexes: [["expireTime"]],
  delete: "erase",
};

/** The store's id of one message in one mailbox. */
export function mailKey(mailboxKey: string, messageId: string): string {
  return `${mailboxKey}/${messageId}`;
}

/** The mailbox that a record lies in. */
export function mailboxKeyOf(id: string): string {
  return id.slice(0, id.lastIndexOf("/"));
}

/** The ids of all mail of one mailbox. */
export function mailboxIds(mailboxKey: string): { readonly from: string; readonly to: string } {
  // "0" is the character after "/".
  return { from: `${mailboxKey}/`, to: `${mailboxKey}0` };
}

/** Whether somebody has it in his hands, by what is on record. */
export function isClaimed({ claim }: MailRecord, nowMs: number): boolean {
  return claim !== undefined && claim.untilTime.getTime() > nowMs;
}

/** Where a record's mail is for. */
export function addressOf(mailboxKey: string, doc: MailRecord): MailboxAddress {
  const { meshUid, name } = doc;
  return { key: mailboxKey, meshUid, name, isGroup: mailboxKey.startsWith("g~") };
}

/** The writes that put a letter into a mailbox. */
export function letterChanges(address: MailboxAddress, letter: Letter): readonly Change[] {
  const { message, meshUid, expireTime, acceptTime, dueTime } = letter;
  const { messageId } = message;
  const id = mailKey(address.key, messageId);
  const doc: MailRecord = {
    messageId,
    meshUid,
    name: address.name,
    ...(!letter.isFanOut && { body: toBinary(AgentMessageSchema, message) }),
    expireTime,
  };
  if (dueTime !== undefined)
    return [put(parkedKind, id, { ...doc, mailboxKey: address.key, dueTime }, "absent")];
  const isUsual = expireTime.getTime() - acceptTime.getTime() === TTL_DEFAULT_MS;
  const mail = put(mailKind, id, doc, "absent");
  return isUsual ? [mail] : [mail, put(mailExpiryKind, id, { expireTime }, "absent")];
}
