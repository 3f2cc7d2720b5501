// Decides a group of commits in order, in memory, against the versions that they touch.
import type { Expect } from "../store.ts";
import type { KindSpec } from "./kinds.ts";
import type { WriteChange, WriteCommit, WriteFailure } from "./protocol.ts";

/** A record as it will be after the commits judged so far. */
export interface RecordState {
  readonly version: number;
  readonly live: boolean;
  /** What has to be written; undefined where only looked at. */
  readonly write?: { readonly op: string; readonly json: string | undefined } | "erase";
}

export interface Judge {
  /** Undefined when all is as expected. Changes nothing. */
  refusal(commit: WriteCommit): WriteFailure | undefined;
  /** Answers the record's new version, 0 where there was nothing to delete. */
  apply(change: WriteChange, op: string): number;
  /** Answers whether the record was there. */
  erase(kind: number, id: string): boolean;
  /** The records touched, by kind. */
  readonly touched: readonly ReadonlyMap<string, RecordState>[];
}

const NOTHING: RecordState = { version: 0, live: false };

/**
 * `read` looks up a stored record, once per group. `eraseStored` removes one that the group has not
 * touched, and answers whether it was there: an erase is decided by nothing else.
 */
export function createJudge(
  kinds: readonly KindSpec[],
  read: (kind: number, id: string) => RecordState | undefined,
  eraseStored: (kind: number, id: string) => boolean,
): Judge {
  const touched = kinds.map(() => new Map<string, RecordState>());
  const current = (kind: number, id: string): RecordState => {
    const known = touched[kind]!.get(id);
    if (known !== undefined) return known;
    const state = read(kind, id) ?? NOTHING;
    touched[kind]!.set(id, state);
    return state;
  };
  const conflict = (kind: number, id: string, expect: Expect, state: RecordState): WriteFailure => {
    const found = state.live ? `version ${state.version}` : "nothing";
    const wanted = expect === "absent" ? "nothing" : `version ${expect}`;
    const record = { kind: kinds[kind]!.name, id };
    const message = `record "${id}" of kind "${record.kind}": expected ${wanted}, found ${found}`;
    return { code: "CONFLICT", message, record };
  };
  return {
    touched,
    refusal(commit) {
      for (const { kind, id, version } of commit.require) {
        const state = current(kind, id);
        if (!state.live || state.version !== version) return conflict(kind, id, version, state);
      }
      for (const { kind, id, expect } of commit.changes) {
        const state = current(kind, id);
        if (!meets(state, expect)) return conflict(kind, id, expect, state);
      }
      return undefined;
    },
    apply(change, op) {
      const { kind, id, json } = change;
      const state = current(kind, id);
      if (json === undefined && !state.live) return 0;
      const version = state.version + 1;
      if (json === undefined && kinds[kind]!.tombstoneSeconds === undefined) {
        touched[kind]!.set(id, { ...NOTHING, write: "erase" });
      } else {
        touched[kind]!.set(id, { version, live: json !== undefined, write: { op, json } });
      }
      return version;
    },
    erase(kind, id) {
      const known = touched[kind]!.get(id);
      if (known === undefined) return eraseStored(kind, id);
      if (!known.live) return false;
      touched[kind]!.set(id, { ...NOTHING, write: "erase" });
      return true;
    },
  };
}

function meets(state: RecordState, expect: Expect): boolean {
  if (expect === "any") return true;
  if (expect === "absent") return !state.live;
  return state.live && state.version === expect;
}
