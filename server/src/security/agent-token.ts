// The JWT that an agent signs for itself with its own Ed25519 key.
import type { webcrypto } from "node:crypto";
import { decodeJwt, jwtVerify } from "jose";

/** From `iat` to `exp`, seconds. */
export const AGENT_TOKEN_LIFETIME_SECONDS_MAX = 60;
/** How far the clocks of agent and server may be apart. */
export const AGENT_TOKEN_SKEW_SECONDS = 5;
export const AGENT_TOKEN_CHARACTERS_MAX = 4096;

/** A public key ready for use. */
export type AgentKey = webcrypto.CryptoKey;

const uidShape = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Whose token it claims to be: an agent's uid. Proves nothing; undefined if it is no such token. */
export function claimedAgent(token: string): string | undefined {
  if (token.length > AGENT_TOKEN_CHARACTERS_MAX) return undefined;
  try {
    const { sub } = decodeJwt(token);
    return typeof sub === "string" && uidShape.test(sub) ? sub : undefined;
  } catch {
    return undefined;
  }
}

/** Turns the 32 bytes of an Ed25519 public key into a key; undefined if they are none. */
export async function importAgentKey(publicKey: Uint8Array): Promise<AgentKey | undefined> {
  try {
    const raw = new Uint8Array(publicKey);
    return await crypto.subtle.importKey("raw", raw, { name: "Ed25519" }, false, ["verify"]);
  } catch {
    return undefined;
  }
}

/** A key that nobody can sign with; verifying with it takes as long as with any other. */
export async function placeholderKey(): Promise<AgentKey> {
  const pair: unknown = await crypto.subtle.generateKey({ name: "Ed25519" }, false, [
    "sign",
    "verify",
  ]);
  return (pair as webcrypto.CryptoKeyPair).publicKey;
}

/**
 * Answers when the token runs out, in milliseconds since 1970; undefined if it is not a good one: the
 * algorithm is EdDSA and nothing else, whatever the header says, the key is the one handed in, whatever
 * `kid` says, and subject, audience and times are exact.
 */
export async function verifyAgentToken(
  token: string,
  expected: {
    readonly key: AgentKey;
    readonly agentUid: string;
    readonly meshUid: string;
    readonly nowMs: number;
  },
): Promise<number | undefined> {
  try {
    const { payload } = await jwtVerify(token, expected.key, {
      algorithms: ["EdDSA"],
      subject: expected.agentUid,
      audience: expected.meshUid,
      requiredClaims: ["iat", "exp"],
      clockTolerance: AGENT_TOKEN_SKEW_SECONDS,
      currentDate: new Date(expected.nowMs),
    });
    const { aud, iat, exp } = payload as { aud: unknown; iat: number; exp: number };
    const lifetime = exp - iat;
    const born = iat <= expected.nowMs / 1000 + AGENT_TOKEN_SKEW_SECONDS;
    // A token for several audiences could be shown to each by the others.
    if (aud !== expected.meshUid || !born) return undefined;
    if (!(lifetime > 0 && lifetime <= AGENT_TOKEN_LIFETIME_SECONDS_MAX)) return undefined;
    return exp * 1000;
  } catch {
    return undefined;
  }
}
