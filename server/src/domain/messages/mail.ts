// The ports between the rooms of at-least-once messages: mailboxes, what puts mail into them, and the
// sessions that empty them.
import type { HeldDelivery, Settlement, SettleOutcome } from "@meshwork/gen/mesh/v1/link";
import type { AgentMessage } from "@meshwork/gen/mesh/v1/message";
import type { Change, Require } from "../../store/store.ts";
import type { DomainError } from "../errors.ts";

/** Where mail waits: the mailbox of an agent, or the queue of a group. */
export interface MailboxAddress {
  /** The agent's uid, or `g~<mesh uid>~<group>`; part of record ids. */
  readonly key: string;
  readonly meshUid: string;
  /** The agent's id, or the group. */
  readonly name: string;
  readonly isGroup: boolean;
}

/** The address of an agent's mailbox. */
export function agentAddress(agent: {
  readonly uid: string;
  readonly meshUid: string;
  readonly agentId: string;
}): MailboxAddress {
  return { key: agent.uid, meshUid: agent.meshUid, name: agent.agentId, isGroup: false };
}

/** The address of a group's queue. */
export function groupAddress(meshUid: string, group: string): MailboxAddress {
  return { key: `g~${meshUid}~${group}`, meshUid, name: group, isGroup: true };
}

/** A message as it was accepted. */
export interface Letter {
  /** Complete: id, sender, accept time; `attempt` is 0. Shared by all its receivers, never changed. */
  readonly message: AgentMessage;
  readonly meshUid: string;
  readonly acceptTime: Date;
  readonly expireTime: Date;
  /** Not before; absent: at once. */
  readonly dueTime?: Date;
  /** Whether the body lies in a record of its own, since many get it. */
  readonly isFanOut: boolean;
}

/** What puts mail into mailboxes. */
export interface Mailboxes {
  /** MAILBOX_FULL when there is no room for one more; counted without waiting for what is on its way. */
  admit(address: MailboxAddress): Promise<DomainError | undefined>;
  /** The writes that put the letter there; to be committed with whatever accepts it. */
  changesOf(address: MailboxAddress, letter: Letter): readonly Change[];
  /** To be called once these are on disk, in the order of the commits. */
  landed(address: MailboxAddress, letter: Letter): void;
  /** Something may have landed there that nobody told of: what is known of it is read again. */
  doubt(address: MailboxAddress): void;
  /** A session begins to empty the agent's mailbox. */
  attach(consumer: MailConsumer): Promise<MailSession>;
}

/** The session of an agent, as mailboxes see it. */
export interface MailConsumer {
  readonly agent: { readonly uid: string; readonly meshUid: string; readonly agentId: string };
  readonly epoch: number;
  /** The epoch's record as the session has it: what its claims require. */
  readonly fence: Require;
  readonly deliveriesMax: number;
  readonly deliveryBytesMax: number;
  /** How the session before ended, and what is left of it. */
  readonly before: Before;
  /** Hands messages over in one frame, each with its attempt. */
  deliver(messages: readonly AgentMessage[]): void;
}

/** What a session takes over of the one before. */
export type Before =
  /** There was none, or it ended politely. */
  | { readonly kind: "clean" }
  /** The agent goes on with it, and has these in its hands. */
  | { readonly kind: "resumed"; readonly held: readonly HeldDelivery[] }
  /** It died: as many as this may have been in its hands. */
  | { readonly kind: "died"; readonly deliveriesMax: number };

/** One session's way out of its mailbox, and of the groups that it is a member of. */
export interface MailSession {
  /** Outcomes in the order of the settlements, once they are on disk. Never rejects. */
  settle(settlements: readonly Settlement[]): Promise<readonly SettleOutcome[]>;
  join(group: string): void;
  leave(group: string): void;
  /** Nothing is delivered while paused; what is in flight stays so. */
  pause(): void;
  resume(): void;
  /** The session is over; `politely` when nothing is to be counted against what was in flight. */
  detach(politely: boolean): void;
}

/** What becomes of one at-least-once message when it is accepted. */
export interface Acceptance {
  readonly letter: Letter;
  readonly changes: readonly Change[];
  readonly require: readonly Require[];
  /** Receivers known so far, without those whose mailbox is known to be full. */
  readonly receivers: number;
  /** To be called once the changes are on disk, in the order of the commits. */
  landed(): void;
  /** To be called instead where it is not known whether they are; `landed` may follow. */
  unsure(): void;
}

/** Who sends, and in which mesh. */
export interface MailSender {
  readonly meshUid: string;
  /** An agent's id, or `key:` and the id of an API key. */
  readonly name: string;
}

/** Decides who gets an at-least-once message. */
export interface Accepting {
  /**
   * Fills in id, sender and time, and answers the writes; throws why it is refused for good
   * (RESOURCE_NOT_FOUND, MAILBOX_FULL, MESSAGE_TOO_LARGE, INVALID_REQUEST …).
   */
  accept(sender: MailSender, message: AgentMessage, messageId: string): Promise<Acceptance>;
}

/** The steps of messages, for who asks what became of one. */
export interface MessageTraces {
  note(messageId: string, step: TraceStep): void;
}

export interface TraceStep {
  /** `MessageStep_Kind`. */
  readonly kind: number;
  /** Absent where the step concerns the message as a whole. */
  readonly address?: MailboxAddress;
  /** The agent whose session took part, of a group. */
  readonly agentId?: string;
  readonly attempt?: number;
  readonly detail?: string;
}

/** Counts of a mesh, for its status; of this process, since it started. */
export interface MailCounts {
  accepted(meshUid: string): void;
  redelivered(meshUid: string, messages: number): void;
  acknowledged(meshUid: string, messages: number): void;
  deadLettered(meshUid: string, messages: number): void;
  /** Receivers of a message to many whose mailboxes were full. */
  leftOut(meshUid: string, receivers: number): void;
}
