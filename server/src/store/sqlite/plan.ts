// Checks what a caller hands in and turns it into what the writer takes.
import {
  type AnyKind,
  COMMIT_BYTES_MAX,
  COMMIT_CHANGES_MAX,
  type Change,
  type Commit,
  ID_BYTES_MAX,
  PAGE_RECORDS_MAX,
  StoreError,
} from "../store.ts";
import { encodeDoc } from "./codec.ts";
import type { KindTable } from "./kinds.ts";
import type { WriteChange, WriteCommit, WriteErase } from "./protocol.ts";

/** Fails with INVALID; `bytes` is what the commit counts against its limit. */
export function planCommit(
  kinds: KindTable,
  commit: Commit,
): { write: WriteCommit; bytes: number } {
  checkId(commit.writeId, "write id");
  if (commit.changes.length > COMMIT_CHANGES_MAX) {
    const text = `a commit has ${commit.changes.length} changes; at most ${COMMIT_CHANGES_MAX} are allowed`;
    throw new StoreError("INVALID", text);
  }
  const require = (commit.require ?? []).map(({ kind, id, version }) => {
    checkId(id, "id");
    checkExpect(version);
    return { kind: kinds.indexOf(kind), id, version };
  });
  const size = { bytes: 0 };
  const changes = commit.changes.map((change) => planChange(kinds, change, size));
  checkDistinct(changes);
  const outcome = commit.idempotency;
  if (outcome !== undefined) {
    checkId(outcome.key, "idempotency key");
    size.bytes += outcome.requestHash.length + outcome.reply.length;
  }
  if (size.bytes > COMMIT_BYTES_MAX) {
    throw new StoreError(
      "INVALID",
      `a commit has ${size.bytes} bytes; at most ${COMMIT_BYTES_MAX} are allowed`,
    );
  }
  return { write: { writeId: commit.writeId, changes, require, outcome }, bytes: size.bytes };
}

/** Fails with INVALID for a kind that may not be erased. */
export function planErase(kinds: KindTable, kind: AnyKind, ids: readonly string[]): WriteErase {
  const erase = kinds.indexOf(kind);
  if (kind.watched || kind.delete !== "erase") {
    const text = `records of kind "${kind.name}" cannot be erased in bulk; delete them in a commit`;
    throw new StoreError("INVALID", text);
  }
  checkIds(ids);
  return { erase, ids };
}

/** Fails with INVALID for an id that no record can have. */
export function checkId(id: string, what: string): void {
  // a string of 512 UTF-16 units may have thrice as many bytes, one of more units never has fewer
  const fits = id.length <= ID_BYTES_MAX && Buffer.byteLength(id) <= ID_BYTES_MAX;
  if (id.length > 0 && fits && id.isWellFormed()) return;
  const text = `${what} "${id.slice(0, 40)}" must be well-formed text of 1 to ${ID_BYTES_MAX} bytes`;
  throw new StoreError("INVALID", text);
}

export function checkIds(ids: readonly string[]): void {
  if (ids.length > PAGE_RECORDS_MAX) {
    throw new StoreError(
      "INVALID",
      `${ids.length} ids in one call; at most ${PAGE_RECORDS_MAX} are allowed`,
    );
  }
  for (const id of ids) checkId(id, "id");
}

function planChange(kinds: KindTable, change: Change, size: { bytes: number }): WriteChange {
  const { id, expect } = change;
  checkId(id, "id");
  if (expect !== "any" && expect !== "absent") checkExpect(expect);
  size.bytes += Buffer.byteLength(id);
  if ("delete" in change) {
    if (expect === "absent")
      throw new StoreError("INVALID", `a delete of "${id}" cannot expect absence`);
    return { kind: kinds.indexOf(change.delete), id, json: undefined, expect };
  }
  const { json, bytes } = encodeDoc(change.doc);
  size.bytes += bytes;
  checkExpiry(change.put, change.doc);
  return { kind: kinds.indexOf(change.put), id, json, expect };
}

function checkExpect(version: number): void {
  if (Number.isSafeInteger(version) && version >= 1) return;
  throw new StoreError(
    "INVALID",
    `expected version ${version} is not a version; versions begin at 1`,
  );
}

/** A number would never expire on MongoDB, so it does not here either. */
function checkExpiry(kind: AnyKind, doc: object): void {
  if (kind.expireAt === undefined) return;
  const value = (doc as Readonly<Record<string, unknown>>)[kind.expireAt];
  if (value === undefined || value === null || value instanceof Date) return;
  throw new StoreError("INVALID", `field "${kind.expireAt}" of kind "${kind.name}" must be a date`);
}

function checkDistinct(changes: readonly WriteChange[]): void {
  if (changes.length < 2) return;
  const seen = new Set<string>();
  for (const { kind, id } of changes) {
    const record = `${kind} ${id}`;
    if (seen.has(record)) throw new StoreError("INVALID", `a commit changes record "${id}" twice`);
    seen.add(record);
  }
}
