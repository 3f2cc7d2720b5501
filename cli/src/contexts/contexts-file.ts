// The file of contexts: named pairs of server and credential. Only its owner may read it.
import { randomUUID } from "node:crypto";
import { chmod, mkdir, open, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parse, stringify } from "yaml";
import { configError } from "../errors/cli-error.ts";

/** A server and how to come in. */
export interface Context {
  readonly endpoint: string;
  readonly token?: string;
  /** The mesh that commands mean when they name none. */
  readonly mesh?: string;
  /** Whether changes ask before they are made. */
  readonly protected?: boolean;
}

/** What the file holds. */
export interface Contexts {
  readonly current?: string;
  /** The one that was current before: `mesh context use -`. */
  readonly previous?: string;
  readonly contexts: Readonly<Record<string, Context>>;
}

/** A lock older than this was left behind by a process that died. */
const lockStaleMs = 10_000;
const lockWaitMs = 5_000;
const lockRetryMs = 20;

/** Where the file is: `$XDG_CONFIG_HOME/meshwork/contexts.yaml`, by default below `~/.config`. */
export function contextsPath(env: NodeJS.ProcessEnv): string {
  const base = env["XDG_CONFIG_HOME"];
  return join(
    base?.startsWith("/") ? base : join(homedir(), ".config"),
    "meshwork",
    "contexts.yaml",
  );
}

/** Reads the file; no file means no contexts. Throws a config error for one that cannot be used. */
export async function readContexts(path: string): Promise<Contexts> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { contexts: {} };
    throw configError(`${path} cannot be read: ${(error as Error).message}`);
  }
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    throw configError(
      `${path} is not YAML: ${(error as Error).message}`,
      "mend it, or move it away",
    );
  }
  return checked(value, path);
}

/**
 * Changes the file under a lock and writes it whole or not at all, with mode 0600 in a folder of mode
 * 0700. Throws a config error if another process holds the lock for 5 s.
 */
export async function updateContexts(
  path: string,
  change: (contexts: Contexts) => Contexts,
): Promise<Contexts> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await chmod(dirname(path), 0o700);
  const unlock = await lock(`${path}.lock`);
  try {
    const next = change(await readContexts(path));
    const draft = `${path}.${randomUUID()}`;
    await writeFile(draft, stringify(next), { mode: 0o600, flag: "wx" });
    await rename(draft, path);
    return next;
  } finally {
    await unlock();
  }
}

/** The contexts with one more, or another in its place; the first one, or a selected one, is current. */
export function withContext(
  contexts: Contexts,
  name: string,
  context: Context,
  select = false,
): Contexts {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(name)) {
    throw configError(
      `a context cannot be called ${JSON.stringify(name)}: it takes 1 to 63 letters, digits, dots, hyphens and underscores`,
    );
  }
  const next = { ...contexts, contexts: { ...contexts.contexts, [name]: context } };
  return select || contexts.current === undefined ? selected(next, name) : next;
}

/** The contexts with another current one. */
export function selected(contexts: Contexts, name: string): Contexts {
  if (contexts.current === name) return contexts;
  return {
    ...contexts,
    current: name,
    ...(contexts.current === undefined ? {} : { previous: contexts.current }),
  };
}

async function lock(path: string): Promise<() => Promise<void>> {
  for (let waitedMs = 0; ; waitedMs += lockRetryMs) {
    try {
      const handle = await open(path, "wx", 0o600);
      await handle.close();
      return () => rm(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") {
        throw configError(`${path} cannot be made: ${(error as Error).message}`);
      }
    }
    await dropStale(path);
    if (waitedMs >= lockWaitMs) {
      throw configError(
        `another mesh command holds ${path}`,
        "try again, or delete that file if no other runs",
      );
    }
    await sleep(lockRetryMs);
  }
}

async function dropStale(path: string): Promise<void> {
  const info = await stat(path).catch(() => undefined);
  if (info !== undefined && Date.now() - info.mtimeMs > lockStaleMs)
    await rm(path, { force: true });
}

function checked(value: unknown, path: string): Contexts {
  if (value === null || value === undefined) return { contexts: {} };
  const { current, previous, contexts } = value as Record<string, unknown>;
  if (typeof contexts !== "object" || contexts === null || Array.isArray(contexts)) {
    throw configError(`${path} has no map "contexts"`, "mend it, or move it away");
  }
  for (const [name, context] of Object.entries(contexts))
    checkContext(context, `${path}: contexts.${name}`);
  return {
    ...(typeof current === "string" ? { current } : {}),
    ...(typeof previous === "string" ? { previous } : {}),
    contexts: contexts as Record<string, Context>,
  };
}

const contextKeys: Readonly<Record<string, string>> = {
  endpoint: "string",
  token: "string",
  mesh: "string",
  protected: "boolean",
};

function checkContext(context: unknown, where: string): void {
  if (typeof context !== "object" || context === null) throw configError(`${where} is not a map`);
  for (const [key, value] of Object.entries(context)) {
    const type = contextKeys[key];
    if (type === undefined) {
      throw configError(
        `${where} has an unknown key ${JSON.stringify(key)}`,
        `known are ${Object.keys(contextKeys).join(", ")}`,
      );
    }
    if (typeof value !== type) throw configError(`${where}.${key} is not a ${type}`);
  }
  if (!("endpoint" in context)) throw configError(`${where} has no endpoint`);
}
