// The commands written by hand, as the overview and completion tell of them.

/** Headings of the overview, in order. */
export const groups = ["Run", "Inspect", "Change", "Operate", "Configure"] as const;

/** A heading. */
export type Group = (typeof groups)[number];

/** A command in the overview. */
export interface ManualCommand {
  /** Words joined by colons, as oclif has them. */
  readonly id: string;
  readonly group: Group;
  readonly summary: string;
  readonly hidden?: true;
}

/** All commands written by hand. */
export const manualCommands: readonly ManualCommand[] = [
  { id: "dev", group: "Run", summary: "Start a server with a demo mesh, for this machine." },
  { id: "server", group: "Run", summary: "Start a server." },
  { id: "agent:run", group: "Run", summary: "Run an agent in this process." },
  { id: "call", group: "Operate", summary: "Call a capability of an agent and print its answers." },
  { id: "gather", group: "Operate", summary: "Gather the answers of many agents to one call." },
  {
    id: "send",
    group: "Operate",
    summary: "Send a message to an agent, to one of a group, or to many.",
  },
  { id: "rpc", group: "Operate", summary: "Call any RPC with JSON." },
  {
    id: "top",
    group: "Inspect",
    summary: "Show how a mesh and its agents fare, kept up to date.",
  },
  {
    id: "ping",
    group: "Inspect",
    summary: "Measure the round trip to the server, or to an agent.",
  },
  { id: "explain", group: "Inspect", summary: "Tell the fields of a type." },
  { id: "login", group: "Configure", summary: "Store a key for a server." },
  { id: "context:add", group: "Configure", summary: "Add a context, or change one." },
  { id: "context:list", group: "Configure", summary: "List the contexts." },
  { id: "context:use", group: "Configure", summary: "Select a context; - selects the one before." },
  { id: "context:show", group: "Configure", summary: "Show a context without its secret." },
  { id: "context:rename", group: "Configure", summary: "Rename a context." },
  { id: "context:remove", group: "Configure", summary: "Remove a context." },
  { id: "config:explain", group: "Configure", summary: "Tell where each setting comes from." },
  { id: "completion", group: "Configure", summary: "Print a completion script for a shell." },
  { id: "complete", group: "Configure", summary: "Complete a command line.", hidden: true },
];
