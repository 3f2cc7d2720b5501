// Bounds of the SQLite engine that are not part of the port.

/** Commits judged and written in one transaction. */
export const GROUP_COMMITS_MAX = 1000;
/** Bytes of documents written in one transaction; one bigger commit still goes alone. */
export const GROUP_BYTES_MAX = 8 * 1024 * 1024;
/** Groups at the writer at one time: one being written, one ready for when it is done. */
export const GROUPS_IN_FLIGHT_MAX = 2;
/** Commits that may wait for the writer; more are refused with UNAVAILABLE. */
export const WAITING_COMMITS_MAX = 20_000;
/** Bytes that may wait for the writer. */
export const WAITING_BYTES_MAX = 128 * 1024 * 1024;
/** Levels of nesting in a document. */
export const DOC_DEPTH_MAX = 100;
/** A page or a batch ends early when it holds so many bytes. */
export const READ_BYTES_MAX = 4 * 1024 * 1024;
/** Events handed over in one batch of a watch, give or take the last commit. */
export const BATCH_EVENTS_MAX = 500;
/** Events waiting in one watch, unless the caller says otherwise. */
export const WATCH_EVENTS_MAX = 10_000;
/** Bytes of documents waiting in one watch. */
export const WATCH_BYTES_MAX = 64 * 1024 * 1024;
/** Rows that one sweep removes from one table before it lets commits through. */
export const SWEEP_ROWS_MAX = 500;
/** How often old rows are looked for, and how often a quiet watch gets a bookmark. */
export const TICK_MS = 1000;
/** Longest time for which a written stamp may stay unsynced. */
export const STAMP_SYNC_MS = 1000;
/** How long an answer about free space is believed: what is written meanwhile comes out of what is kept free. */
export const FREE_SPACE_CHECK_MS = 100;
/** Writes are refused with EXHAUSTED when the disk has less room than this. */
export const FREE_BYTES_MIN = 64 * 1024 * 1024;
/** Pages in the write-ahead log after which it is copied into the database. */
export const CHECKPOINT_PAGES = 4000;
