// What a client of the wire sends, takes and waits for, by name and unit.

/** Largest message sent; the server takes no larger one. */
export const MESSAGE_SENT_BYTES_MAX = 1024 * 1024;
/** Largest message taken. */
export const MESSAGE_RECEIVED_BYTES_MAX = 4 * 1024 * 1024;
/** Deadline of a unary call whose caller names none. */
export const UNARY_TIMEOUT_DEFAULT_MS = 30_000;
/** How often a connection with something open is asked for a sign of life. */
export const KEEPALIVE_TIME_MS = 20_000;
/** How long to wait for that sign before the connection counts as dead. */
export const KEEPALIVE_TIMEOUT_MS = 10_000;
/** How long one attempt to connect may take. */
export const CONNECT_TIMEOUT_MS = 10_000;
/** Answers of a stream that are read before they are asked for. */
export const MESSAGES_READ_AHEAD = 16;
