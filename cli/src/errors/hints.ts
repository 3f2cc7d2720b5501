// What to do next about an error of the server, by its reason or code.

/** Values that a hint may name. */
export interface HintFacts {
  readonly endpoint?: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  readonly retryAfter?: string | undefined;
}

type Hint = (facts: HintFacts) => string;

const byReason: Readonly<Record<string, Hint>> = {
  CREDENTIAL_MISSING: () => "sign in with `mesh login`, or set MESH_TOKEN",
  CREDENTIAL_INVALID: () =>
    "sign in anew with `mesh login`; `mesh config explain` tells which credential was used",
  PERMISSION_MISSING: ({ metadata }) => {
    return `ask for a key whose role holds ${metadata["permission"] ?? "it"}; \`mesh auth whoami\` tells what yours may do`;
  },
  RESOURCE_NOT_FOUND: () => "list what there is, and check the mesh: `mesh config explain`",
  RESOURCE_EXISTS: () => "choose another name, or update the one that is there",
  ETAG_MISMATCH: () => "read it again and repeat with the new etag",
  CONTENDED: () => "try again",
  REQUEST_ID_REUSED: () => "use a new --request-id, or leave it out",
  SECRET_NOT_REPLAYED: () => "revoke what was made and make a new one",
  MESH_NOT_EMPTY: () => "terminate and delete its agents first: `mesh agents list`",
  AGENT_NOT_TERMINATED: () => "terminate it first: `mesh agents terminate AGENT`",
  JOIN_TOKEN_USED: () => "make another: `mesh join-tokens create`",
  NO_RECEIVER: () => "see whether the agent is there: `mesh agents get AGENT`",
  CAPABILITY_UNKNOWN: () => "see what it can do: `mesh agents get AGENT -o wide`",
  OUTCOME_UNKNOWN: () => "look whether it took effect; repeat only with the same --request-id",
  NOT_SENT: ({ metadata }) => {
    if (metadata["endpoint"] === undefined) return "nothing happened; try again";
    return "`mesh dev` starts a server here; `mesh config explain` tells where this endpoint comes from";
  },
  RATE_LIMITED: ({ retryAfter }) => `wait ${retryAfter ?? "a little"} and try again`,
  CURSOR_TOO_OLD: () => "list again and watch from there",
  INVALID_PAGE_TOKEN: () => "list again from the first page",
  SERVER_DRAINING: () => "try again in a moment",
  STORE_FULL: () => "free space on the server's disk",
  METHOD_UNKNOWN: () => "server and command are of different versions: compare `mesh --version`",
  INTERNAL: () => "the server's log tells more under the call id",
};

const byCode: Readonly<Record<string, Hint>> = {
  UNAVAILABLE: ({ endpoint }) => {
    return `is a server running${endpoint === undefined ? "" : ` at ${endpoint}`}? start one with \`mesh dev\`, or name another with --endpoint or --context`;
  },
  DEADLINE_EXCEEDED: () => "give it longer with --timeout",
  UNAUTHENTICATED: () => "sign in with `mesh login`, or set MESH_TOKEN",
};

/** What to do next; undefined where there is nothing useful to say. */
export function hintFor(
  code: string,
  reason: string | undefined,
  facts: HintFacts,
): string | undefined {
  const hint = reason === undefined ? byCode[code] : (byReason[reason] ?? byCode[code]);
  return hint?.(facts);
}
