// What a program says, what the environment adds, checked as one.
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import {
  AgentConfigurationError,
  agentConfigEntries,
  createOutboxMemory,
  endpointEntry,
  outboxEntries,
  type AgentConfig,
  type ConfigurationProblem,
  type CredentialStore,
  type Outbox,
  type OutboxLimits,
} from "@meshwork/agents-core";
import { problemsOf } from "@meshwork/agents-core";
import * as v from "valibot";
import { systemCode } from "./system-error.ts";
import { createCredentialFile, createCredentialMemory } from "./credential-file.ts";
import { createDiskOutbox } from "./disk-outbox.ts";

export const ENDPOINT_DEFAULT = "http://127.0.0.1:7400";

export interface NodeAgentOptions extends Omit<AgentConfig, "outbox"> {
  /** `http://host:port` or `https://host:port`; default MESH_ENDPOINT, then `http://127.0.0.1:7400`. */
  readonly endpoint?: string;
  /** File that holds the join token; default MESH_JOIN_TOKEN_FILE. MESH_JOIN_TOKEN holds one itself. */
  readonly joinTokenFile?: string;
  /**
   * Where the agent's credential is kept. Default MESH_CREDENTIAL_FILE; then a file named after
   * `agentId`, else after the join token, under `$XDG_STATE_HOME/meshwork` (`~/.local/state`), apart
   * by endpoint; with neither, the credential lives as long as the process.
   */
  readonly credentialFile?: string;
  readonly outbox?: OutboxOptions;
  /** PEM file of the authorities to trust instead of the machine's, for `https`. */
  readonly authoritiesFile?: string;
}

/** Where at-least-once messages are kept until the server has confirmed them, and how many. */
export interface OutboxOptions extends OutboxLimits {
  /**
   * Made with the first message. Default: beside the credential, its name ending in `.outbox`; where the
   * credential lives as long as the process, so do the messages.
   */
  readonly file?: string;
}

export interface EffectiveOptions {
  readonly endpoint: string;
  readonly authorities: string | undefined;
  readonly credentials: CredentialStore;
  readonly outbox: Outbox;
  readonly config: AgentConfig;
}

const path = v.pipe(v.string(), v.minLength(1, "has to name a file; name one, or leave it out"));
const schema = v.strictObject({
  ...agentConfigEntries,
  endpoint: endpointEntry,
  joinTokenFile: v.optional(path),
  credentialFile: v.optional(path),
  outbox: v.optional(v.strictObject({ ...outboxEntries(), file: v.optional(path) })),
  authoritiesFile: v.optional(path),
});

/**
 * Fills in the environment's values, reads the files that are named, and checks everything. Throws
 * AgentConfigurationError with all that is wrong, files and `further` included.
 */
export function effectiveOptions(
  options: NodeAgentOptions,
  env: NodeJS.ProcessEnv,
  further: readonly ConfigurationProblem[] = [],
): EffectiveOptions {
  const given = withEnvironment(options, env);
  const result = v.safeParse(schema, given);
  const problems = [...(result.success ? [] : problemsOf(result.issues)), ...further];
  const tokenText =
    given.joinToken === undefined
      ? readNamed(given.joinTokenFile, "joinTokenFile", problems)
      : undefined;
  const authorities = readNamed(given.authoritiesFile, "authoritiesFile", problems);
  if (problems.length > 0) throw new AgentConfigurationError(problems);
  const { endpoint, credentialFile, outbox: { file: outboxFile, ...outboxLimits } = {} } = given;
  const config = Object.fromEntries(
    Object.entries({ ...given, outbox: outboxLimits }).filter(([key]) => key in agentConfigEntries),
  ) as AgentConfig;
  const joinToken = given.joinToken ?? tokenText?.trim();
  const name = given.agentId ?? joinTokenId(joinToken);
  const file = credentialFile ?? defaultFile(endpoint, name, env);
  return {
    endpoint,
    authorities,
    credentials: file === undefined ? createCredentialMemory() : createCredentialFile(file),
    outbox: outboxAt(outboxFile ?? (file === undefined ? undefined : besideCredential(file))),
    config: { ...config, ...(joinToken !== undefined && { joinToken }) },
  };
}

function withEnvironment(
  options: NodeAgentOptions,
  env: NodeJS.ProcessEnv,
): NodeAgentOptions & { endpoint: string } {
  const fromEnv = {
    agentId: env["MESH_AGENT_ID"],
    joinToken: env["MESH_JOIN_TOKEN"],
    joinTokenFile: env["MESH_JOIN_TOKEN_FILE"],
    credentialFile: env["MESH_CREDENTIAL_FILE"],
    authoritiesFile: env["MESH_AUTHORITIES_FILE"],
  };
  // A token in the environment must not stand in for one that the program names by file.
  if (options.joinTokenFile !== undefined) fromEnv.joinToken = undefined;
  const present = Object.entries(fromEnv).filter(
    ([, value]) => value !== undefined && value !== "",
  );
  const endpoint = options.endpoint ?? env["MESH_ENDPOINT"] ?? ENDPOINT_DEFAULT;
  return { ...Object.fromEntries(present), ...defined(options), endpoint };
}

/** Keys set to undefined count as left out, whatever the compiler's options say. */
function defined(options: NodeAgentOptions): NodeAgentOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function readNamed(
  file: unknown,
  key: string,
  problems: ConfigurationProblem[],
): string | undefined {
  if (typeof file !== "string" || file === "") return undefined;
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const why = systemCode(error) || String(error);
    problems.push({
      path: key,
      value: JSON.stringify(file),
      limit: `cannot be read (${why})`,
      cure: "name a file that this user may read",
    });
    return undefined;
  }
}

/** Names an agent that nobody named, as long as it is started with the token it joined by. */
function joinTokenId(joinToken: string | undefined): string | undefined {
  return /^meshjoin_([0-9a-f-]{36})_/.exec(joinToken ?? "")?.[1];
}

function defaultFile(
  endpoint: string,
  name: string | undefined,
  env: NodeJS.ProcessEnv,
): string | undefined {
  if (name === undefined) return undefined;
  const state = env["XDG_STATE_HOME"] ?? join(homedir(), ".local", "state");
  const { hostname, port } = new URL(endpoint);
  return join(state, "meshwork", "agents", `${hostname}_${port || "default"}`, `${name}.json`);
}

function outboxAt(file: string | undefined): Outbox {
  return file === undefined ? createOutboxMemory() : createDiskOutbox(file);
}

function besideCredential(file: string): string {
  return `${file.replace(/\.json$/, "")}.outbox`;
}
