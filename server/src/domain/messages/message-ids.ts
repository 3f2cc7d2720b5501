import type { Ids } from "../ids.ts";

/**
 * An id for the next message of a sender: above the one before, also where that was made by a clock that
 * goes ahead of this one, since by id messages are in order.
 */
export function nextMessageId(ids: Ids, lastMessageId: string): string {
  const messageId = ids.uuid();
  if (messageId > lastMessageId) return messageId;
  // Time and counter of the one before, counted on: 48 and 12 bits, around the version.
  const digits = lastMessageId.replaceAll("-", "");
  const count = BigInt(`0x${digits.slice(0, 12)}${digits.slice(13, 16)}`) + 1n;
  const hex = count.toString(16).padStart(15, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(12)}${messageId.slice(18)}`;
}
