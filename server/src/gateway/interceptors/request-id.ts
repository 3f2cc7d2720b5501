const pattern = /^[A-Za-z0-9._-]{1,64}$/;

/** Header with the id of a call, on requests and responses. */
export const requestIdHeader = "x-request-id";

/** The caller's id of the call where it is a harmless one, else a new one. */
export function requestId(header: Headers, make: () => string): string {
  const given = header.get(requestIdHeader);
  return given !== null && pattern.test(given) ? given : make();
}
