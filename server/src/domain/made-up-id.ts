import type { Ids } from "./ids.ts";

const letters = "abcdefghijkmnpqrstuvwxyz23456789";

/** An id for what nobody named: the prefix and 8 of 32 characters, at random. */
export function madeUpId(prefix: string, ids: Ids): string {
  return `${prefix}-${Array.from(ids.bytes(8), (byte) => letters[byte % letters.length]!).join("")}`;
}
