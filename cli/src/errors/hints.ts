// What to do next about an error of the server, by its reason or code.

/** The command line that met an error, as far as hints need it. */
export interface Asked {
  readonly endpoint?: string | undefined;
  /** Words of the command, such as `agents provision`; empty where it is not known. */
  readonly command?: string | undefined;
  /** The deadline as it was typed, or its default. */
  readonly timeout?: string | undefined;
  /** Whether a repeat does no harm: it only reads, or it can be told apart by a request id. */
  readonly repeat?: "reads" | "request-id" | undefined;
}

/** Values that a hint may name. */
export interface HintFacts extends Asked {
  /** Canonical code. */
  readonly code: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly retryAfter?: string | undefined;
}

type Hint = (facts: HintFacts) => string | readonly string[];

const byReason: Readonly<Record<string, Hint>> = {
  CREDENTIAL_MISSING: (facts) =>
    isAgent(facts) ? agentCredential : "sign in with `mesh login`, or set MESH_TOKEN",
  CREDENTIAL_INVALID: (facts) =>
    isAgent(facts)
      ? agentCredential
      : "sign in anew with `mesh login`; `mesh config explain` tells which credential was used",
  PERMISSION_MISSING: ({ metadata }) => {
    return `ask for a key whose role holds ${metadata["permission"] ?? "it"}; \`mesh auth whoami\` tells what yours may do`;
  },
  RESOURCE_NOT_FOUND: () => "list what there is, and check the mesh: `mesh config explain`",
  RESOURCE_EXISTS: (facts) => {
    if (facts.command !== "agents provision")
      return "choose another name, or update the one that is there";
    const name = facts.metadata["resource"]?.split("/").at(-1) ?? "NAME";
    return ["choose another name, or replace the agent that is there:", ...anew(name)];
  },
  ETAG_MISMATCH: () => "read it again and repeat with the new etag",
  CONTENDED: () => "try again",
  REQUEST_ID_REUSED: () => "use a new --request-id, or leave it out",
  SECRET_NOT_REPLAYED: () => "revoke what was made and make a new one",
  MESH_NOT_EMPTY: () => "terminate and delete its agents first: `mesh agents list`",
  AGENT_NOT_TERMINATED: () => "terminate it first: `mesh agents terminate AGENT`",
  JOIN_TOKEN_USED: () => [
    "if the agent is on record, start it where it joined, with its credential file, or make it anew:",
    ...anew("NAME"),
    "for an agent that is not on record, make another token: `mesh join-tokens create`",
  ],
  NO_RECEIVER: ({ command }) => [
    "see whether the agent is there: `mesh agents get AGENT`",
    ...(command?.startsWith("send") === true
      ? ["a message that has to reach it later is sent with --guarantee at-least-once"]
      : []),
  ],
  CAPABILITY_UNKNOWN: () => "see what it can do: `mesh agents get AGENT -o wide`",
  CAPABILITY_FAILED: () => "the agent itself answered so: what it wrote tells more",
  OUTCOME_UNKNOWN: ({ repeat }) => {
    if (repeat === "reads") return "it only reads: try again";
    return [
      "whether it took effect is unknown: look before you repeat it",
      repeat === "request-id"
        ? "a repeat is safe with the same --request-id, if one was given"
        : "a repeat is safe only where doing it twice does no harm",
    ];
  },
  NOT_SENT: ({ metadata }) => {
    if (metadata["endpoint"] === undefined) return "nothing happened; try again";
    return "`mesh dev` starts a server here; `mesh config explain` tells where this endpoint comes from";
  },
  RATE_LIMITED: ({ retryAfter }) => `wait ${retryAfter ?? "a little"} and try again`,
  MESSAGE_TOO_LARGE: () => "send less at once, or a reference to where it lies",
  CURSOR_TOO_OLD: () => "list again and watch from there",
  INVALID_PAGE_TOKEN: () => "list again from the first page",
  SERVER_DRAINING: () => "the server is stopping or starting anew: try again in a moment",
  STORE_FULL: () => "free space on the server's disk",
  METHOD_UNKNOWN: () => "server and command are of different versions: compare `mesh --version`",
  SEQUENCE_GAP: () => "send the messages before it first, in their order",
  SEQUENCE_FORGOTTEN: () => [
    "the message was accepted or refused before, and how is no longer known: look before you send it anew",
    "`mesh messages trace ID` tells the way of a message whose id is known",
  ],
  MAILBOX_FULL: ({ metadata }) => [
    metadata["group"] === undefined
      ? `see whether its receiver is there and takes messages: \`mesh agents get ${metadata["agent_id"] ?? "AGENT"}\``
      : "see whether members of the group are there and take messages: `mesh agents list`",
    "send again when it has caught up; `mesh meshes status` tells what waits",
  ],
  CREDIT_EXCEEDED: () => "wait for what was sent to be confirmed before sending more",
  NOT_IN_FLIGHT: () =>
    "it was settled before, or given back when its time ran out: `mesh messages trace ID` tells which",
  LAUNCHER_UNFIT: ({ metadata }) =>
    `see whether the launcher is there and which templates it has: \`mesh agents get ${metadata["launcher_id"] ?? "LAUNCHER"} --columns agent_id,status.liveness,launch_templates\``,
  PROCESS_RUNNING: ({ metadata }) =>
    `wait until its launcher has ended the process: \`mesh agents get ${metadata["agent_id"] ?? "AGENT"} -w\``,
  INTERNAL: () => "the server's log tells more under the call id",
};

const byCode: Readonly<Record<string, Hint>> = {
  UNAVAILABLE: ({ endpoint }) => {
    return `is a server running${endpoint === undefined ? "" : ` at ${endpoint}`}? start one with \`mesh dev\`, or name another with --endpoint or --context`;
  },
  DEADLINE_EXCEEDED: ({ repeat }) =>
    repeat === "reads"
      ? "give it longer with --timeout"
      : ["give it longer with --timeout", "it may have taken effect: look before you repeat it"],
  UNAUTHENTICATED: () => "sign in with `mesh login`, or set MESH_TOKEN",
};

/** What to do next, a line each; empty where there is nothing useful to say. */
export function hintsFor(reason: string | undefined, facts: HintFacts): readonly string[] {
  const known = reason === undefined ? undefined : byReason[reason];
  // A server that gave a reason is there: that it may not run says its absence alone.
  const fallback = facts.code === "UNAVAILABLE" && reason ? undefined : byCode[facts.code];
  const hint = (known ?? fallback)?.(facts) ?? [];
  return typeof hint === "string" ? [hint] : hint;
}

const agentCredential = [
  "this is the agent's own credential or join token, not yours: `mesh agents provision NAME` makes a token for a new agent",
  "start an agent that has joined with its own --credential-file, at the server that it joined",
];

function isAgent({ command }: HintFacts): boolean {
  return command === "agent run";
}

function anew(name: string): string[] {
  return [
    `mesh agents terminate ${name}`,
    `mesh agents delete ${name}`,
    `mesh agents provision ${name}`,
  ];
}
