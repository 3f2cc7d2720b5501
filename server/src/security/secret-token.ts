// Secrets that people and programs carry: API keys, join tokens, the bootstrap token. A checksum lets
// scanners and typing errors be told from guesses without asking the store; it guards nothing.
import { hash, timingSafeEqual } from "node:crypto";
import { crc32 } from "node:zlib";

/** `mesh_<id>_<secret><crc>`, `meshjoin_<id>_<secret><crc>`, `meshadmin_<secret><crc>` */
export type SecretPrefix = "mesh" | "meshjoin" | "meshadmin";

export interface SecretToken {
  /** Names the record; empty for `meshadmin`. */
  readonly id: string;
  /** SHA-256 of the secret: all that is ever stored. */
  readonly hash: Uint8Array;
}

/** 160 random bits, so that a plain hash is enough: there is no dictionary to try. */
export const SECRET_BYTES = 20;

const shapes: Readonly<Record<SecretPrefix, RegExp>> = {
  mesh: /^mesh_([0-9a-f-]{36})_([0-9a-f]{40})([0-9a-f]{8})$/,
  meshjoin: /^meshjoin_([0-9a-f-]{36})_([0-9a-f]{40})([0-9a-f]{8})$/,
  meshadmin: /^meshadmin_()([0-9a-f]{40})([0-9a-f]{8})$/,
};
const TOKEN_CHARACTERS_MAX = 128;

/** Makes a token out of `SECRET_BYTES` random bytes. The text is shown once; the hash is kept. */
export function mintSecretToken(
  prefix: SecretPrefix,
  id: string,
  random: Uint8Array,
): { readonly text: string; readonly hash: Uint8Array } {
  const secret = Buffer.from(random).toString("hex");
  const head = id === "" ? prefix : `${prefix}_${id}`;
  return { text: `${head}_${secret}${checksum(`${head}_${secret}`)}`, hash: hashOf(secret) };
}

/** Undefined for what was never minted: wrong shape or checksum. Cheap, however long the text. */
export function parseSecretToken(prefix: SecretPrefix, text: string): SecretToken | undefined {
  if (text.length > TOKEN_CHARACTERS_MAX) return undefined;
  const match = shapes[prefix].exec(text);
  if (match === null) return undefined;
  const [, id, secret, crc] = match as unknown as [string, string, string, string];
  return checksum(text.slice(0, -8)) === crc ? { id, hash: hashOf(secret) } : undefined;
}

/** Compares in constant time. An unknown record is compared too, so that it takes as long. */
export function secretMatches(token: SecretToken, stored: Uint8Array | undefined): boolean {
  const same = timingSafeEqual(token.hash, stored ?? unknownHash);
  return same && stored !== undefined;
}

const unknownHash = new Uint8Array(32);

function hashOf(secret: string): Uint8Array {
  return new Uint8Array(hash("sha256", secret, "buffer"));
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, "0");
}
