// The store port: what the domain may ask of an engine. `store.suite.ts` defines the meaning of each
// call; every engine passes it.

/** What an engine needs to know of a set of records. */
export interface AnyKind {
  /** Table or collection name: lower-case letters, digits and underscores. */
  readonly name: string;
  /** Whether commits on this kind appear in `Store.watch`. */
  readonly watched: boolean;
  /** Version of the record's shape; raised with an `upgrade`. */
  readonly schema: number;
  /**
   * Turns a record of an older shape into the current one, when it is read. Queries see the fields as
   * they were written.
   */
  readonly upgrade?: (old: object, schema: number) => object;
  /** Combinations of fields that `Query` may name, in the order of the index; scalars only. */
  readonly indexes?: readonly (readonly string[])[];
  /** `erase` forgets the record; a tombstone keeps its version counting for so long. */
  readonly delete: "erase" | { readonly tombstoneSeconds: number };
  /**
   * Field with the `Date` from which the record may be swept away. That is a delete like any other:
   * the version rises, a watch sees it, with the write id "expired" where the engine names one.
   */
  readonly expireAt?: string;
}

/**
 * Declares a set of records of one type. It stands beside the type it describes.
 *
 * A record is a plain object of JSON values, `Uint8Array`s and `Date`s; ids are strings of 1 to
 * `ID_BYTES_MAX` bytes. The fields `version` and `deletedAt` and names that begin with `_` are the
 * store's own. A field that is undefined is not stored.
 */
export interface Kind<T extends object> extends AnyKind {
  readonly upgrade?: (old: object, schema: number) => T;
  readonly indexes?: readonly (readonly (keyof T & string)[])[];
  readonly expireAt?: keyof T & string;
}

/** Counts the writes of one record: 1, 2, 3 …, also across its tombstones. */
export type Version = number;
/** What a write expects to find. */
export type Expect = Version | "absent" | "any";
/** A point in the history of the store; opaque, and refused by a store of another epoch. */
export type Cursor = string & { readonly brand?: "cursor" };

export interface Rec<T> {
  readonly id: string;
  readonly version: Version;
  /** `Commit.writeId` of the record's last write. */
  readonly writeId: string;
  readonly doc: T;
}

export type Change =
  | {
      readonly put: AnyKind;
      readonly id: string;
      readonly doc: object;
      readonly expect: Expect;
    }
  | { readonly delete: AnyKind; readonly id: string; readonly expect: Version | "any" };

/** A put whose record is checked against its kind. */
export function put<T extends object>(kind: Kind<T>, id: string, doc: T, expect: Expect): Change {
  return { put: kind, id, doc, expect };
}

/** A live record that has to be unchanged when the commit lands. Absence cannot be required. */
export interface Require {
  readonly kind: AnyKind;
  readonly id: string;
  readonly version: Version;
}

/** The stored outcome of a request, found again by its key. */
export interface Replay {
  readonly requestHash: Uint8Array;
  readonly reply: Uint8Array;
}

/** At most one change per record, at most `COMMIT_CHANGES_MAX` changes and `COMMIT_BYTES_MAX` bytes. */
export interface Commit {
  /** Names the write; kept with each record it changes. */
  readonly writeId: string;
  readonly changes: readonly Change[];
  readonly require?: readonly Require[];
  /** Kept for 24 h, in the same commit. */
  readonly idempotency?: Replay & { readonly key: string };
}

export interface Committed {
  /** One per change, in order; a delete yields the tombstone's version, 0 where nothing was. Empty when replayed. */
  readonly versions: readonly Version[];
  readonly cursor: Cursor;
  /** Set when the idempotency key was there already: nothing was written, this was the outcome. */
  readonly replayed?: Replay;
}

type Scalar = string | number | boolean | Date;

/** Records whose ids, compared by their UTF-8 bytes, are from `from` (included) to `to` (not). */
export interface IdRange {
  readonly from?: string;
  readonly to?: string;
}

/** What is counted; the fields named are the first ones of a combination that the kind declares. */
export interface CountQuery<T> {
  readonly eq?: Readonly<Partial<Record<keyof T & string, Scalar>>>;
  readonly ids?: IdRange;
}

/** The fields named, in any order, are the first ones of a combination that the kind declares. */
export interface Query<T> {
  readonly eq?: Readonly<Partial<Record<keyof T & string, Scalar>>>;
  /** `from` is included, `to` is not; records without the field are in no range. */
  readonly range?: {
    readonly field: keyof T & string;
    readonly from?: Scalar;
    readonly to?: Scalar;
  };
  /** Only these ids; not with an `order`. */
  readonly ids?: IdRange;
  /**
   * Sorted by id unless a field is named; ties are broken by id, in the same direction. Text is
   * compared by its UTF-8 bytes; records without the field come first.
   */
  readonly order?: { readonly field: keyof T & string; readonly descending?: boolean };
  /** `next` of the page before, of the same query. */
  readonly after?: string;
  /** 1 to `PAGE_RECORDS_MAX`. */
  readonly limit: number;
}

export interface Page<T> {
  /** May be fewer than asked for before the last page too, when they are big. */
  readonly items: readonly Rec<T>[];
  /** Absent on the last page. */
  readonly next?: string;
  /** The point in history of which the page is a snapshot. */
  readonly cursor: Cursor;
}

/** One change of a watched kind. A delete carries no `doc`. */
export interface Event {
  readonly kind: string;
  readonly id: string;
  readonly version: Version;
  readonly writeId: string;
  readonly doc?: object;
}

/** One whole commit or more; without events it is a bookmark. */
export interface Batch {
  readonly events: readonly Event[];
  readonly cursor: Cursor;
}

export interface CallOptions {
  /** Milliseconds from now after which the call fails with UNAVAILABLE or UNKNOWN_OUTCOME. */
  readonly deadlineMs?: number;
  /** Aborting fails the call as a deadline does. */
  readonly signal?: AbortSignal;
  /** The answer includes everything up to this point. */
  readonly atLeast?: Cursor;
}

export interface WatchOptions {
  /** Watched ones only. */
  readonly kinds: readonly AnyKind[];
  /** "now" is the moment of the call, not of the first read. */
  readonly from: Cursor | "now";
  /** Keeps only the events it answers true to; the cursor moves on all the same. */
  readonly where?: (event: Event) => boolean;
  /** Aborting ends the watch, without an error. */
  readonly signal?: AbortSignal;
  /** Events waiting for a slow reader before the watch fails with OUT_OF_RANGE; default 10,000. */
  readonly maxQueued?: number;
}

export interface Store {
  get<T extends object>(
    kind: Kind<T>,
    id: string,
    options?: CallOptions,
  ): Promise<Rec<T> | undefined>;
  /** Answers in the order of the ids, `undefined` where there is none; at most `PAGE_RECORDS_MAX` ids. */
  getMany<T extends object>(
    kind: Kind<T>,
    ids: readonly string[],
    options?: CallOptions,
  ): Promise<readonly (Rec<T> | undefined)[]>;
  list<T extends object>(kind: Kind<T>, query: Query<T>, options?: CallOptions): Promise<Page<T>>;
  /** How many there are; counts no further than `max`, which is at least 1. */
  count<T extends object>(
    kind: Kind<T>,
    query: CountQuery<T>,
    max: number,
    options?: CallOptions,
  ): Promise<number>;
  /** The newest point of history. */
  head(options?: CallOptions): Promise<Cursor>;
  /**
   * Writes all of the commit or nothing. It is durable when this resolves, and serializable against
   * what it changed or required. Fails with CONFLICT, UNAVAILABLE, EXHAUSTED,
   * UNKNOWN_OUTCOME or INVALID.
   */
  commit(commit: Commit, options?: CallOptions): Promise<Committed>;
  /** The outcome kept under an idempotency key. */
  replay(key: string, options?: CallOptions): Promise<Replay | undefined>;
  /**
   * Hard delete of at most `PAGE_RECORDS_MAX` records of an `erase` kind that is not watched; safe to
   * repeat, allowed on a full disk. Answers how many were there.
   */
  eraseMany(kind: AnyKind, ids: readonly string[], options?: CallOptions): Promise<number>;
  /**
   * Whole commits in order, each once, without gap. The first batch comes at once, as a bookmark when
   * nothing has happened since `from`; a quiet watch gets bookmarks. Ends when the store is closed.
   * Fails with OUT_OF_RANGE when `from` is too old or from another store, or when the reader is too slow;
   * UNAVAILABLE when the store failed; INVALID for a kind that is not
   * watched. The call itself or the first read may throw these. Events are shared between watches: do not change them.
   */
  watch(options: WatchOptions): AsyncIterable<Batch>;
  /** Ends when everything accepted is on disk. Idempotent. */
  close(): Promise<void>;
}

/**
 * - CONFLICT: a record is not as expected; `record` names it
 * - OUT_OF_RANGE: the cursor is too old, or belongs to another store
 * - UNAVAILABLE: nothing was written; a retry may help
 * - EXHAUSTED: nothing was written; the disk is too full
 * - UNKNOWN_OUTCOME: the write may have happened or not
 * - INVALID: the caller broke a rule of this port
 */
export type StoreErrorCode =
  "CONFLICT" | "OUT_OF_RANGE" | "UNAVAILABLE" | "EXHAUSTED" | "UNKNOWN_OUTCOME" | "INVALID";

/** The one error that a store throws. */
export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly code: StoreErrorCode;
  /** The record that a CONFLICT is about. */
  readonly record: { readonly kind: string; readonly id: string } | undefined;

  constructor(
    code: StoreErrorCode,
    message: string,
    options?: ErrorOptions & { record?: { kind: string; id: string } },
  ) {
    super(message, options);
    this.code = code;
    this.record = options?.record;
  }
}

export const COMMIT_CHANGES_MAX = 500;
export const COMMIT_BYTES_MAX = 3 * 1024 * 1024;
export const PAGE_RECORDS_MAX = 1000;
export const ID_BYTES_MAX = 512;
/** How long an idempotency record is kept. */
export const IDEMPOTENCY_SECONDS = 24 * 60 * 60;
/** How long history stays watchable, at least. */
export const HISTORY_SECONDS = 60 * 60;
