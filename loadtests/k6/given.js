/* global open */
// What the driver hands over, and what it gets back. Credentials come in a file that only this user may
// read: arguments and variables of a process are seen by more.

/** `address` (host:port), `meshId`, `key` (an admin's), `agents` (`agentId`, `token`), `protoFolders`,
 * `summaryFile`, `vus`, `durationMs`. */
export const given = JSON.parse(open(__ENV.MESHWORK_GIVEN));

/** Writes k6's own summary where the driver reads it, and nothing to the terminal. */
export function summary(data) {
  return { [given.summaryFile]: JSON.stringify(data) };
}
