// What a link takes, by name and unit.

/** Within which the first frame has to be there. */
export const HELLO_TIMEOUT_MS = 5_000;
/** Frames that may wait while the session's epoch is being written. */
export const BACKLOG_FRAMES_MAX = 64;
/** Payload bytes of these frames. */
export const BACKLOG_BYTES_MAX = 1024 * 1024;

/** Size of one frame of an agent; the gateway refuses larger ones. */
export const FRAME_BYTES_MAX = 1024 * 1024;
/** Messages in one publish frame. */
export const PUBLISH_MESSAGES_MAX = 256;
/** Frames a second of one agent, on average. */
export const FRAMES_PER_SECOND_MAX = 2_000;
/** Messages a second of one agent, on average, however few frames bring them. */
export const MESSAGES_PER_SECOND_MAX = 20_000;
/**
 * Settlements a second of one agent, on average: more than can be delivered to it, so that only one that
 * settles what it has not got comes near.
 */
export const SETTLEMENTS_PER_SECOND_MAX = 100_000;
/** Seconds' worth of frames, and of messages, that may come at once after silence. */
export const FRAME_BURST_SECONDS = 2;

/** Bytes that may wait in a link before at-most-once messages to it are dropped. */
export const QUEUED_MESSAGE_BYTES_MAX = 1024 * 1024;
/** Bytes that may wait in a link before calls to it are refused. */
export const QUEUED_CALL_BYTES_MAX = 4 * 1024 * 1024;
/** Bytes that may wait beyond that, answers to heartbeats and all; a link with more is closed. */
export const QUEUED_FRAME_BYTES_MAX = 2 * 1024 * 1024;
/** A link that takes no byte for so long while something waits is closed. */
export const STALL_MS = 10_000;
/** How often a link with something waiting is looked at. */
export const STALL_CHECK_MS = 1_000;

/** At-least-once messages in flight to an agent that does not say how many it takes. */
export const DELIVERIES_MAX_DEFAULT = 64;
/** Payload bytes of these. */
export const DELIVERY_BYTES_MAX_DEFAULT = 4 * 1024 * 1024;

/** Calls in flight to an agent that does not say how many it takes. */
export const CALLS_MAX_DEFAULT = 64;
/** Characters of an error message of an agent's that are passed on. */
export const STATUS_MESSAGE_CHARACTERS_MAX = 1_024;

/** Longest round trip or delay that an agent may tell of. */
export const TOLD_DURATION_MAX_SECONDS = 3_600;

/** Heartbeats a second that one node wants to answer, all its agents together. */
export const HEARTBEATS_PER_SECOND = 2_000;
/** Longest interval that this asks for; a mesh may set a longer one. */
export const HEARTBEAT_INTERVAL_RAISED_MAX_MS = 30_000;
/** Silence, in intervals, after which an agent is SUSPECT. */
export const SUSPECT_INTERVALS = 2;
/** Least `lost_after`, in intervals, where the node had to raise the interval. */
export const LOST_INTERVALS_RAISED = 3;

/** How often the deadlines of all sessions are looked at. */
export const TICK_MS = 100;
/** A tick later than that means that the process stood still; nobody is judged by that silence. */
export const TICK_LATE_MS = 1_000;
/** Time to read what came in while the process stood still. */
export const DEAF_GRACE_MS = 1_000;

/** Wait before a write of a session is tried again when the store failed. */
export const WRITE_RETRY_MS = 1_000;
/** Children of a launcher of which a report may wait; it tells of all again when it is back. */
export const REPORTS_WAITING_MAX = 1_024;
/** Writes of one agent's that may wait for the store; of more, the oldest is given up. */
export const WRITES_WAITING_MAX = 16;

/** Pairs of agents of one mesh whose traffic is counted. */
export const FLOW_PAIRS_MAX = 10_000;
/** Span of the rates in a mesh's traffic. */
export const RATE_WINDOW_SECONDS = 10;

/** Wait that a goodbye asks for before the agent comes back. */
export const RECONNECT_AFTER_MS = 1_000;
/** Span over which the agents of a stopping server are asked to come back. */
export const DRAIN_RECONNECT_SPREAD_MS = 2_000;
