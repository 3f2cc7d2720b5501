// Cursors: the store's epoch and a revision.
import { type Cursor, StoreError } from "../store.ts";

export function formatCursor(epoch: string, rev: number): Cursor {
  return `${epoch}.${rev}`;
}

/** The revision; fails with OUT_OF_RANGE for a cursor of another store or of the future. */
export function parseCursor(
  cursor: Cursor,
  store: { readonly epoch: string; head(): number },
): number {
  const match = /^([0-9a-f]{16})\.(\d{1,16})$/.exec(cursor);
  const rev = Number(match?.[2]);
  if (match?.[1] !== store.epoch || rev > store.head()) {
    throw new StoreError(
      "OUT_OF_RANGE",
      `cursor "${cursor.slice(0, 64)}" is of another store; list again`,
    );
  }
  return rev;
}
