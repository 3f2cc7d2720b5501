// What the main thread and the writer say to each other. Plain data, as it is cloned.
import type { Expect, StoreErrorCode } from "../store.ts";
import type { KindSpec } from "./kinds.ts";

/** `json` undefined deletes. */
export interface WriteChange {
  readonly kind: number;
  readonly id: string;
  readonly json: string | undefined;
  readonly expect: Expect;
}

export interface WriteCommit {
  readonly writeId: string;
  readonly changes: readonly WriteChange[];
  readonly require: readonly {
    readonly kind: number;
    readonly id: string;
    readonly version: number;
  }[];
  readonly outcome:
    | { readonly key: string; readonly requestHash: Uint8Array; readonly reply: Uint8Array }
    | undefined;
}

export interface WriteErase {
  readonly erase: number;
  readonly ids: readonly string[];
}

export type Write = WriteCommit | WriteErase;

export interface WriteFailure {
  readonly code: StoreErrorCode;
  readonly message: string;
  readonly record?: { readonly kind: string; readonly id: string };
}

/** An erase answers its count as the only version. */
export interface WriteSuccess {
  readonly rev: number;
  readonly versions: readonly number[];
  readonly replayed?: { readonly requestHash: Uint8Array; readonly reply: Uint8Array };
}

export type WriteResult = WriteSuccess | WriteFailure;

/** Expired records that a sweep deleted, as one commit. */
export interface Swept {
  readonly rev: number;
  readonly events: readonly {
    readonly kind: number;
    readonly id: string;
    readonly version: number;
  }[];
}

export interface EngineConfig {
  readonly path: string;
  readonly kinds: readonly KindSpec[];
  /** Begins a new epoch, in which no older cursor is valid. */
  readonly newEpoch: string | undefined;
  readonly freeBytesMin: number;
  readonly historySeconds: number;
  readonly synchronous: "FULL" | "OFF";
}

/** `now` is the caller's clock, in milliseconds since 1970. */
export type ToWriter =
  | { readonly type: "write"; readonly writes: readonly Write[]; readonly now: number }
  | { readonly type: "sweep"; readonly now: number }
  | { readonly type: "close" };

/** `fatal` comes with the results that it left unknown, and is the last word. */
export type FromWriter =
  | { readonly type: "opened" }
  | { readonly type: "written"; readonly results: readonly WriteResult[]; readonly fatal?: string }
  | {
      readonly type: "swept";
      readonly swept: Swept | undefined;
      readonly more: boolean;
      readonly fatal?: string;
    }
  | { readonly type: "failed"; readonly message: string };
