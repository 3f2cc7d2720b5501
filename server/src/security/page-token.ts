import { createHmac, timingSafeEqual } from "node:crypto";

const MAC_BYTES = 16;

/**
 * Seals a position in a list into an opaque token that only opens for the same `binding`: the list,
 * its filters and what the caller may see.
 */
export function sealPageToken(key: Uint8Array, binding: string, position: string): string {
  return Buffer.concat([macOf(key, binding, position), Buffer.from(position)]).toString(
    "base64url",
  );
}

/** The position, or undefined if the token was changed or made for another binding. */
export function openPageToken(key: Uint8Array, binding: string, token: string): string | undefined {
  const bytes = Buffer.from(token, "base64url");
  // Decoding skips what is no base64url; only the spelling that was handed out is accepted.
  if (bytes.length < MAC_BYTES || bytes.toString("base64url") !== token) return undefined;
  const position = bytes.subarray(MAC_BYTES).toString();
  const valid = timingSafeEqual(bytes.subarray(0, MAC_BYTES), macOf(key, binding, position));
  return valid ? position : undefined;
}

function macOf(key: Uint8Array, binding: string, position: string): Buffer {
  const mac = createHmac("sha256", key);
  // The length keeps binding and position apart.
  mac.update(`${binding.length}:${binding}${position}`);
  return mac.digest().subarray(0, MAC_BYTES);
}
