import { Permission } from "@meshwork/gen/mesh/options/v1/access";
import { DomainError } from "../../domain/errors.ts";
import type { Principal } from "../../security/principal.ts";
import type { Exchange } from "../exchange.ts";
import type { RateBuckets } from "../rate-buckets.ts";

/** Proves a credential. Throws DomainError CREDENTIAL_INVALID. */
export type Authenticate = (credential: string, peerAddress: string) => Promise<Principal>;

const CREDENTIAL_CHARACTERS_MAX = 8192;

/** Finds out who calls, from `authorization: Bearer …`; RPCs for everybody need no credential. */
export function createAuthenticate(
  authenticate: Authenticate,
  buckets: RateBuckets,
  failurePoints: number,
) {
  return async (exchange: Exchange, header: Headers): Promise<void> => {
    if (exchange.access.permission === Permission.PUBLIC) return;
    try {
      const credential = bearerOf(header);
      exchange.principal = await authenticate(credential, exchange.peerAddress);
    } catch (error) {
      if (error instanceof DomainError && error.reason.startsWith("CREDENTIAL_")) {
        exchange.refused = true;
        buckets.penalize(exchange.peerAddress, failurePoints);
      }
      throw error;
    }
  };
}

/** The bearer credential of a request. Throws CREDENTIAL_MISSING or CREDENTIAL_INVALID. */
export function bearerOf(header: Headers): string {
  const value = header.get("authorization");
  if (value === null || value === "") {
    throw new DomainError(
      "CREDENTIAL_MISSING",
      "the call carries no credential; send one as authorization: Bearer …",
    );
  }
  const match = /^bearer +(\S+)$/i.exec(value);
  if (match === null || match[1]!.length > CREDENTIAL_CHARACTERS_MAX) {
    throw new DomainError(
      "CREDENTIAL_INVALID",
      "the credential is unknown, wrong, expired or revoked",
    );
  }
  return match[1]!;
}
