import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import * as v from "valibot";

/** What a server is started with. Every key may come from a flag, the environment, a file. */
export interface ServerConfiguration {
  /** Where to listen. */
  readonly listen: { readonly host: string; readonly port: number };
  /** The database file. */
  readonly storePath: string;
  readonly logLevel: "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "silent";
  /** Host names that requests may name; empty: any. */
  readonly allowedHosts: readonly string[];
  readonly acceptOlderStore: boolean;
  readonly allowCleartext: boolean;
  /** Time that calls in flight get when the server stops, in milliseconds. */
  readonly drainGraceMs: number;
}

/** A key as people set it. */
export interface ConfigurationKey {
  /** Name in a file; the flag is the same in kebab-case, the variable in upper case with MESH_SERVER_. */
  readonly name: string;
  readonly meaning: string;
  readonly default: string;
}

/** A value that cannot be used, with where it came from and the cure. */
export interface ConfigurationProblem {
  readonly key: string;
  readonly value: string;
  readonly source: string;
  readonly problem: string;
}

/** Every problem of a configuration at once. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
  readonly problems: readonly ConfigurationProblem[];

  constructor(problems: readonly ConfigurationProblem[]) {
    super(problems.map((p) => `${p.key} = ${p.value} (${p.source}): ${p.problem}`).join("\n"));
    this.problems = problems;
  }
}

const text = v.string("is not a string");
const drainGraceMsMax = 25_000;

const schemas = {
  listen: v.pipe(
    text,
    v.regex(/^(\[[0-9a-fA-F:]+\]|[^:\s]+):\d{1,5}$/, "is not HOST:PORT; try 127.0.0.1:7400"),
    v.transform((value) => {
      const at = value.lastIndexOf(":");
      return {
        host: value.slice(0, at).replace(/^\[|\]$/g, ""),
        port: Number(value.slice(at + 1)),
      };
    }),
    v.check(({ port }) => port <= 65_535, "has a port above 65535"),
  ),
  store: v.pipe(
    text,
    v.regex(/^sqlite:.+$/, "is not sqlite:PATH, the only store there is"),
    v.transform((value) => resolve(value.slice("sqlite:".length))),
  ),
  logLevel: v.picklist(
    ["trace", "debug", "info", "warn", "error", "fatal", "silent"],
    "is not one of trace, debug, info, warn, error, fatal, silent",
  ),
  allowedHosts: v.array(
    v.pipe(text, v.regex(/^[a-z0-9.-]+$/, "is not a host name")),
    "is not a list",
  ),
  acceptOlderStore: v.boolean("is not true or false"),
  allowCleartext: v.boolean("is not true or false"),
  drainGraceMs: v.pipe(
    v.number("is not a number of milliseconds"),
    v.integer("is not a whole number of milliseconds"),
    v.minValue(0, "is negative"),
    v.maxValue(drainGraceMsMax, `is above the limit of ${drainGraceMsMax} ms`),
  ),
};

type KeyName = keyof typeof schemas;

/** Values by key, and where they come from, such as `--listen` or `/etc/mesh.json`. */
export interface ConfigurationSource {
  readonly name: (key: string) => string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** The keys, for help texts and `--print-config`. */
export function configurationKeys(env: NodeJS.ProcessEnv): readonly ConfigurationKey[] {
  return [
    {
      name: "listen",
      meaning: "HOST:PORT to listen on; port 0 picks a free one",
      default: "127.0.0.1:7400",
    },
    {
      name: "store",
      meaning: "where the records are: sqlite:PATH",
      default: `sqlite:${defaultStorePath(env)}`,
    },
    {
      name: "logLevel",
      meaning: "lines below it are not written: trace, debug, info, warn, error, fatal, silent",
      default: "info",
    },
    {
      name: "allowedHosts",
      meaning: "host names that requests may name, by comma; empty: any",
      default: "",
    },
    {
      name: "acceptOlderStore",
      meaning: "take a store that went back in time or lost commits, once, knowingly",
      default: "false",
    },
    {
      name: "allowCleartext",
      meaning: "listen beyond loopback although nothing is encrypted",
      default: "false",
    },
    {
      name: "drainGraceMs",
      meaning: "milliseconds that calls in flight get when the server stops",
      default: "10000",
    },
  ];
}

/** Folder of data by the XDG rules: `$XDG_DATA_HOME/meshwork`, by default below `~/.local/share`. */
export function dataHome(env: NodeJS.ProcessEnv): string {
  const base = env["XDG_DATA_HOME"];
  return join(
    base !== undefined && isAbsolute(base) ? base : join(homedir(), ".local/share"),
    "meshwork",
  );
}

/** The environment as a source: `MESH_SERVER_LOG_LEVEL` is `logLevel`. */
export function environmentSource(env: NodeJS.ProcessEnv): ConfigurationSource {
  const values: Record<string, unknown> = {};
  for (const { name } of configurationKeys(env)) {
    const value = env[variable(name)];
    if (value !== undefined) values[name] = fromText(name, value);
  }
  return { name: variable, values };
}

/** A JSON file as a source. Throws a ConfigurationError when it is not an object. */
export function fileSource(path: string, content: string): ConfigurationSource {
  const bad = (problem: string): ConfigurationError =>
    new ConfigurationError([{ key: "file", value: path, source: path, problem }]);
  let values: unknown;
  try {
    values = JSON.parse(content);
  } catch (error) {
    throw bad(`is not JSON: ${(error as Error).message}`);
  }
  if (typeof values !== "object" || values === null || Array.isArray(values))
    throw bad("is not a JSON object");
  return { name: () => path, values: values as Record<string, unknown> };
}

/** What was typed for a key, as a file would hold it. */
export function fromText(name: string, value: string): unknown {
  if (name === "allowedHosts")
    return value === "" ? [] : value.split(",").map((host) => host.trim());
  if (name === "acceptOlderStore" || name === "allowCleartext")
    return value === "true" ? true : value === "false" ? false : value;
  return name === "drainGraceMs" && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
}

/**
 * Takes each key from the first source that has it, else its default. Throws a ConfigurationError with
 * every problem of every source: unknown keys, wrong types, values out of bounds.
 */
export function resolveConfiguration(
  sources: readonly ConfigurationSource[],
  env: NodeJS.ProcessEnv,
): {
  configuration: ServerConfiguration;
  shown: readonly (ConfigurationKey & { value: string; source: string })[];
} {
  const keys = configurationKeys(env);
  const problems: ConfigurationProblem[] = sources.flatMap((source) =>
    Object.entries(source.values)
      .filter(([name]) => !(name in schemas))
      .map(([name, value]) => ({
        key: name,
        value: show(value),
        source: source.name(name),
        problem: `is not known; known are ${keys.map((key) => key.name).join(", ")}`,
      })),
  );
  const parsed: Record<string, unknown> = {};
  const shown = keys.map((key) => {
    const source = sources.find(({ values }) => values[key.name] !== undefined);
    const value = source === undefined ? fromText(key.name, key.default) : source.values[key.name];
    const from = source?.name(key.name) ?? "default";
    const result = v.safeParse(schemas[key.name as KeyName], value);
    if (result.success) parsed[key.name] = result.output;
    else
      problems.push({
        key: key.name,
        value: show(value),
        source: from,
        problem: result.issues[0].message,
      });
    return { ...key, value: show(value), source: from };
  });
  const values = parsed as { [K in KeyName]: v.InferOutput<(typeof schemas)[K]> };
  if (problems.length === 0 && !values.allowCleartext && !isLoopbackHost(values.listen.host)) {
    problems.push({
      key: "listen",
      value: values.listen.host,
      source: shown.find(({ name }) => name === "listen")!.source,
      problem:
        "is reachable from outside and nothing is encrypted; listen on 127.0.0.1, or set allowCleartext behind a proxy that speaks TLS",
    });
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
  const { store: storePath, ...rest } = values;
  return { configuration: { ...rest, storePath }, shown };
}

function defaultStorePath(env: NodeJS.ProcessEnv): string {
  return join(dataHome(env), "server", "mesh.db");
}

function variable(name: string): string {
  return `MESH_SERVER_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

function isLoopbackHost(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}

function show(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
