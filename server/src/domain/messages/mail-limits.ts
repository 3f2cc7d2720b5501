// What mailboxes, their sessions and producers take, by name and unit.

/** Messages that may wait in one mailbox, delayed ones included. */
export const MAILBOX_MESSAGES_MAX = 10_000;
/** Messages of one mailbox that are kept in memory, to be delivered next. */
export const HEAD_MESSAGES_MAX = 500;
/** Bytes of these; the first one is kept in any case. */
export const HEAD_BYTES_MAX = 4 * 1024 * 1024;
/** When fewer are left and the store has more, it is read again. */
export const HEAD_MESSAGES_LOW = 100;
/** Messages that wait for their time and are kept in memory, of one mailbox; without their content. */
export const SCHEDULED_MESSAGES_MAX = 500;

/** Messages handed over in one frame. */
export const DELIVER_MESSAGES_MAX = 256;
/** Bytes of their payloads; one message goes in any case. */
export const DELIVER_BYTES_MAX = 1024 * 1024;

/** Time in which a delivered message has to be settled. */
export const ACK_WAIT_MS = 30_000;
/** Longest time that the receiver may ask for at once. */
export const EXTEND_MAX_MS = 60 * 60_000;
/** Wait before the second delivery; doubled for each one after it. */
export const BACK_OFF_MS = 1_000;
export const BACK_OFF_MAX_MS = 60_000;
/** Deliveries of one message; then it is a dead letter. */
export const ATTEMPTS_MAX = 8;
/** Wait before the store is tried again when it failed. */
export const STORE_RETRY_MS = 1_000;

/** Records rewritten in one commit; each takes up to three changes. */
export const REWRITES_MAX = 150;
/** Bytes of one such commit; below what the store takes. */
export const REWRITE_BYTES_MAX = 2 * 1024 * 1024;
/** What a record counts for beside its content. */
export const RECORD_BYTES_EACH = 1_024;

/** Agents that are away and of which it is remembered what they had in their hands. */
export const AWAY_SESSIONS_KEPT = 10_000;
/** Messages that these had. */
export const AWAY_FLIGHTS_KEPT = 200_000;
/** Mailboxes whose depth is kept in mind. */
export const DEPTHS_KEPT = 100_000;
/** How long a count of a full mailbox is believed. */
export const FULL_BELIEVED_MS = 1_000;

/** At-least-once messages of one session that are not confirmed. */
export const UNCONFIRMED_MESSAGES_MAX = 256;
/** Outcomes that a producer's record keeps. */
export const OUTCOMES_KEPT = 256;
/** How long a producer's record outlives its last message; more than the longest ttl. */
export const PRODUCER_KEPT_MS = 31 * 24 * 60 * 60_000;
/** Writes of one commit of a producer; below what the store takes. */
export const PUBLISH_CHANGES_MAX = 498;
/** Bytes of these. */
export const PUBLISH_BYTES_MAX = 2.5 * 1024 * 1024;

/** How long a dead letter is kept. */
export const DEAD_LETTER_KEPT_MS = 14 * 24 * 60 * 60_000;
/** Dead letters replayed or purged by one call. */
export const DEAD_LETTERS_PER_CALL_MAX = 500;
/** Dead letters looked at by one replay; those refused stay and are passed over. */
export const DEAD_LETTERS_LOOKED_AT_MAX = 5_000;
/** No count goes further. */
export const COUNT_MAX = 10_000;
/** No count of a mesh's dead letters or scheduled messages goes further. */
export const MESH_COUNT_MAX = 100_000;

/** How long a count of all waiting messages is believed. */
export const STATISTICS_BELIEVED_MS = 5_000;

/** How often mail is looked at that is past its time. */
export const SWEEP_INTERVAL_MS = 5_000;
/** Pages of one kind that one sweep goes through. */
export const SWEEP_PAGES_MAX = 25;
/** Mailboxes whose receiver is looked up in one sweep. */
export const SWEEP_MAILBOXES_MAX = 100;

/** Messages whose steps are kept in memory. */
export const TRACED_MESSAGES_MAX = 100_000;
/** Steps kept in memory, of all messages. */
export const TRACED_STEPS_MAX = 600_000;
/** Steps of one message that are kept and told. */
export const STEPS_PER_MESSAGE_MAX = 10_000;
/** Receivers of one message that are told of. */
export const DELIVERIES_TOLD_MAX = 1_000;

/** How messages are delivered again; tests hand in their own. */
export interface MailRules {
  readonly ackWaitMs: number;
  readonly backOffMs: number;
  readonly backOffMaxMs: number;
  readonly attemptsMax: number;
  readonly headMessagesMax: number;
  readonly headMessagesLow: number;
  readonly mailboxMessagesMax: number;
}

export const mailRulesDefault: MailRules = {
  ackWaitMs: ACK_WAIT_MS,
  backOffMs: BACK_OFF_MS,
  backOffMaxMs: BACK_OFF_MAX_MS,
  attemptsMax: ATTEMPTS_MAX,
  headMessagesMax: HEAD_MESSAGES_MAX,
  headMessagesLow: HEAD_MESSAGES_LOW,
  mailboxMessagesMax: MAILBOX_MESSAGES_MAX,
};
