// What messages and calls take, by name and unit.

/** A message: its payload with subject, headers and the rest of what the sender gives. */
export const MESSAGE_BYTES_MAX = 1024 * 1024;
/** Replies of one call that may wait for a slow caller. */
export const REPLY_BYTES_WAITING_MAX = 1024 * 1024;
/** What a waiting reply counts for beside its content: an empty one takes memory too. */
export const REPLY_BYTES_EACH = 128;
/** Time to answer where the caller sets no deadline. */
export const CALL_TIMEOUT_DEFAULT_MS = 30_000;
/** Longest time that a caller may give. */
export const CALL_TIMEOUT_MAX_MS = 10 * 60_000;
