// What messages and calls take, by name and unit.

/** A message: its payload with subject, headers and the rest of what the sender gives. */
export const MESSAGE_BYTES_MAX = 1024 * 1024;
/** How long an at-least-once message may take where its sender says nothing: 7 days. */
export const TTL_DEFAULT_MS = 7 * 24 * 60 * 60_000;

/** Receivers of a message to many that are addressed in one commit; each takes up to two changes. */
export const FAN_OUT_ROWS_MAX = 200;
/** Messages to many of one sender that wait to be addressed. */
export const FAN_OUTS_WAITING_MAX = 1_000;
/** Senders whose messages are addressed at the same time. */
export const FAN_OUT_SENDERS_AT_ONCE = 4;
/** Longest pause of the expander after a failure of the store. */
export const FAN_OUT_RETRY_MAX_MS = 30_000;
/** Bodies of messages to many that are kept in memory. */
export const FAN_OUT_BODY_BYTES_KEPT = 32 * 1024 * 1024;
/** How long a message to many stays on record after the last of its receivers may have it. */
export const FAN_OUT_KEPT_AFTER_MS = 60 * 60_000;

/** Agents that are away and whose uid is kept in mind for whoever sends to them. */
export const AWAY_AGENTS_KEPT = 10_000;
/** How long that is good for. */
export const AWAY_AGENT_KEPT_MS = 5_000;

/** Subscriptions of one agent, durable or not. */
export const SUBSCRIPTIONS_PER_AGENT_MAX = 256;
/** Frames of one session with changes of its subscriptions that wait for the store. */
export const SUBSCRIBES_WAITING_MAX = 64;
/** Messages that wait for one caller of Subscribe. */
export const TAP_BYTES_MAX = 1024 * 1024;
/** What a waiting message counts for beside its content: an empty one takes memory too. */
export const TAP_BYTES_EACH = 256;
/** Frames of one agent that wait while a selector of it is evaluated. */
export const PUBLISHES_WAITING_MAX = 64;

/** Nodes of an expression. */
export const EXPRESSION_NODES_MAX = 512;
/** How deep an expression may be nested. */
export const EXPRESSION_DEPTH_MAX = 32;
/** Time that one expression may take over all agents of a mesh. */
export const EXPRESSION_TIME_MAX_MS = 2_000;
/** After so long others get their turn. */
export const EXPRESSION_SLICE_MS = 5;
/** Expressions that are kept compiled. */
export const EXPRESSIONS_KEPT = 1_000;

/** Replies of one call that may wait for a slow caller. */
export const REPLY_BYTES_WAITING_MAX = 1024 * 1024;
/** What a waiting reply counts for beside its content: an empty one takes memory too. */
export const REPLY_BYTES_EACH = 128;
/** Time to answer where the caller sets no deadline. */
export const CALL_TIMEOUT_DEFAULT_MS = 30_000;
/** Longest time that a caller may give. */
export const CALL_TIMEOUT_MAX_MS = 10 * 60_000;

/** Agents that one gathering calls. */
export const GATHER_AGENTS_MAX = 1_000;
/** Arguments of one gathering that are under way at the same time. */
export const GATHER_BYTES_AT_ONCE = 64 * 1024 * 1024;
/** Agents that are called at the same time however large the argument is. */
export const GATHER_CALLS_MIN = 16;
/**
 * What of the caller's time is kept to tell how it went: this share within these bounds, and never more than
 * half of the time.
 */
export const GATHER_RESERVED_SHARE = 0.05;
export const GATHER_RESERVED_MIN_MS = 200;
export const GATHER_RESERVED_MAX_MS = 1_000;
/** Replies of one gathering that may wait for a slow caller. */
export const GATHER_BYTES_WAITING_MAX = 16 * 1024 * 1024;
