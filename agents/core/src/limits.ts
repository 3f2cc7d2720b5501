// What an agent waits for and takes, by name and unit.

/** Calls in flight that an agent takes unless configured. */
export const CALLS_MAX_DEFAULT = 64;
export const CALLS_MAX = 1_024;
/** Time to finish calls in flight when an agent stops, unless configured. */
export const DRAIN_GRACE_DEFAULT_MS = 10_000;
export const DRAIN_GRACE_MAX_MS = 3_600_000;
/** How long to wait for the server to end the link after a goodbye. */
export const GOODBYE_WAIT_MS = 1_000;
/** How long a welcome may take. */
export const WELCOME_TIMEOUT_MS = 10_000;

/** Upper bound of the first wait before connecting again; doubles with each failure. */
export const RECONNECT_FIRST_MS = 200;
export const RECONNECT_MAX_MS = 30_000;
/** Spread of the first try after the server asked to come back. */
export const RECONNECT_DRAINED_SPREAD_MS = 50;
/** How long refusals of a credential that has worked in this process are put down to the clocks. */
export const CREDENTIAL_DOUBT_MS = 5 * 60_000;
/** Answers that took longer are not believed on what time it is. */
export const SERVER_TIME_ROUND_TRIP_MAX_MS = 5_000;
/** Before the first welcome tells the mesh's. */
export const LOST_AFTER_DEFAULT_MS = 30_000;
export const HEARTBEAT_INTERVAL_DEFAULT_MS = 10_000;
/** A beat comes this share of the interval early at most: early keeps clear of "missed". */
export const HEARTBEAT_JITTER = 0.1;

/** Lifetime of the tokens that an agent signs; the server takes no longer ones. */
export const TOKEN_LIFETIME_SECONDS = 60;

/** Waiting bytes above which streamed answers pause. */
export const BUFFERED_BYTES_HIGH = 256 * 1024;
/** Waiting bytes above which messages and the answers of a broken link are refused. */
export const BUFFERED_BYTES_MAX = 4 * 1024 * 1024;
/** Messages and their bytes that wait for the program's handler; what comes above is dropped. */
export const MESSAGES_WAITING_MAX = 4_096;
export const MESSAGES_WAITING_BYTES_MAX = 16 * 1024 * 1024;
/** At-least-once messages that an agent has in hand unless configured, and the bytes of their payloads. */
export const DELIVERIES_MAX_DEFAULT = 64;
export const DELIVERIES_MAX = 1_024;
export const DELIVERY_BYTES_MAX_DEFAULT = 4 * 1024 * 1024;
export const DELIVERY_BYTES_MAX = 64 * 1024 * 1024;
/** Ids of acknowledged messages that are remembered, so that one that comes again is not handled again. */
export const ACKNOWLEDGED_REMEMBERED_MAX = 4_096;
/** Settlements that one frame holds. */
export const SETTLEMENTS_PER_FRAME_MAX = 1_024;
/** Settlements that may wait to be confirmed: one for each message in hand, and requests for more time. */
export const SETTLEMENTS_UNCONFIRMED_MAX = 4_096;
/** Longest wait that a NAK or an EXTEND can ask for. */
export const SETTLE_DURATION_MAX_MS = 3_600_000;

/** At-least-once messages that an outbox keeps unless configured, and their bytes. */
export const OUTBOX_MESSAGES_MAX_DEFAULT = 10_000;
export const OUTBOX_MESSAGES_MAX = 1_000_000;
export const OUTBOX_BYTES_MAX_DEFAULT = 64 * 1024 * 1024;
export const OUTBOX_BYTES_MAX = 1024 * 1024 * 1024;
/** At-least-once messages sent and not confirmed, unless the welcome says how many. */
export const UNCONFIRMED_MESSAGES_DEFAULT = 256;
/** Messages of one publish frame; the contract's limit. */
export const PUBLISH_MESSAGES_MAX = 256;
/** How long a message may wait to be settled, and before it is first delivered. */
export const MESSAGE_TTL_MIN_MS = 1_000;
export const MESSAGE_TTL_DEFAULT_MS = 7 * 86_400_000;
export const MESSAGE_TTL_MAX_MS = 30 * 86_400_000;
export const MESSAGE_DELAY_MAX_MS = MESSAGE_TTL_MAX_MS;
/** Subscriptions of one agent; the contract's limit. */
export const SUBSCRIPTIONS_MAX = 256;

/** JSON of an effective configuration; the server takes no more. */
export const CONFIGURATION_BYTES_MAX = 64 * 1024;
/** Levels of an effective configuration: three messages each, and decoders commonly follow 100. */
export const CONFIGURATION_DEPTH_MAX = 32;
/** What a frame holds besides its payload, at most: headers and names, all within their own limits. */
const FRAME_OVERHEAD_BYTES = 48 * 1024;
/** Largest frame that a server takes. */
export const FRAME_BYTES_MAX = 1024 * 1024;
/** Largest answer or message. */
export const PAYLOAD_BYTES_MAX = FRAME_BYTES_MAX - FRAME_OVERHEAD_BYTES;
/** What a publish frame holds besides its messages, at most. */
export const PUBLISH_OVERHEAD_BYTES = 1024;
/** Share of the server's frame rate that an agent uses. */
export const FRAME_RATE_SHARE = 0.8;

/** Deadline of a call whose caller names none. */
export const CALL_TIMEOUT_DEFAULT_MS = 30_000;
export const CALL_TIMEOUT_MAX_MS = 600_000;
export const HEADERS_MAX = 32;
export const STATUS_MESSAGE_CHARACTERS_MAX = 1_024;
export const REASON_CHARACTERS_MAX = 256;
