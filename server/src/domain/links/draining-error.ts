import { DomainError } from "../errors.ts";

/** What an agent hears when its server stops: it may come back, here or elsewhere. */
export function drainingError(): DomainError {
  return new DomainError("SERVER_DRAINING", "the server is stopping: come back in a moment");
}
