const AUTHORITY_CHARACTERS_MAX = 261;
const KNOWN_MAX = 256;
const pattern = /^(\[[0-9a-f:.]+\]|[a-z0-9._~-]+)(?::(\d{1,5}))?$/i;

/**
 * Decides about the host that a request names: the status to answer with, or undefined where the host
 * is acceptable.
 */
export type AuthorityCheck = (authority: string | undefined) => 400 | 421 | undefined;

/**
 * Checks the Host header or `:authority` of requests: it has to be a host and a port that a URL can
 * hold, and one of `allowedHosts` where those are given (against DNS rebinding).
 */
export function createAuthorityCheck(allowedHosts?: readonly string[]): AuthorityCheck {
  const allowed = allowedHosts && new Set(allowedHosts.map((host) => host.toLowerCase()));
  // Callers name the same few hosts over and over; parsing a URL for each call is dear.
  const known = new Set<string>();
  return (authority) => {
    if (authority === undefined) return 400;
    if (known.has(authority)) return undefined;
    if (authority.length > AUTHORITY_CHARACTERS_MAX) return 400;
    const match = pattern.exec(authority);
    if (match === null || Number(match[2] ?? 0) > 65_535) return 400;
    if (!URL.canParse(`http://${authority}/`)) return 400;
    const host = match[1]!.toLowerCase();
    if (allowed !== undefined && !allowed.has(host)) return 421;
    if (known.size >= KNOWN_MAX) known.clear();
    known.add(authority);
    return undefined;
  };
}

/** Whether a listener on this host can only be reached from the same machine. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\.\d+\.\d+\.\d+$/.test(host);
}
