import { DomainError } from "../errors.ts";

/** One text for whatever is wrong with a credential, so that it tells a guesser nothing. */
export function credentialInvalid(): DomainError {
  return new DomainError(
    "CREDENTIAL_INVALID",
    "the credential is unknown, wrong, expired or revoked",
  );
}
