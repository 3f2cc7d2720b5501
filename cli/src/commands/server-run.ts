// What `mesh server` does: settings from all their sources, then a server until a signal.
import { readFile } from "node:fs/promises";
import {
  ConfigurationError,
  environmentSource,
  fileSource,
  fromText,
  resolveConfiguration,
  type ServerConfiguration,
  startServer,
} from "@meshwork/server/main";
import { CliError, configError, exitCodes } from "../errors/cli-error.ts";
import { runUntilSignal } from "./run-until-signal.ts";

type Effective = ReturnType<typeof resolveConfiguration>;

/** Settings as flags, environment, file and defaults make them; throws a config error with every problem. */
export async function effectiveConfiguration(
  flags: Readonly<Record<string, string | boolean | undefined>>,
  file: string | undefined,
): Promise<Effective> {
  const values = Object.fromEntries(
    Object.entries(flags)
      .filter(([, value]) => value !== undefined)
      .map(([flag, value]) => {
        const name = flag.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
        return [name, fromText(name, String(value))];
      }),
  );
  const kebab = (name: string): string =>
    `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  try {
    const fromFile = file === undefined ? [] : [fileSource(file, await readFileOf(file))];
    return resolveConfiguration(
      [{ name: kebab, values }, environmentSource(process.env), ...fromFile],
      process.env,
    );
  } catch (error) {
    if (error instanceof ConfigurationError) throw configurationFailure(error);
    throw error;
  }
}

/** One line a setting: name, value, source, meaning. */
export function printedConfiguration(shown: Effective["shown"]): string {
  const rows = shown.map(({ name, value, source, meaning }) => [name, value, source, meaning]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** Runs a server until a signal ends it, and returns the exit code. */
export async function runServer(configuration: ServerConfiguration): Promise<number> {
  const server = await startedServer(configuration);
  // Before anything is printed: whoever reads it may ask for the end at once.
  const ended = runUntilSignal(() => server.stop());
  const talk = (line: string): boolean => process.stderr.write(`${line}\n`);
  talk(`listening on ${server.url}, data in ${configuration.storePath}`);
  const admin = await server.adminToken();
  if (admin !== undefined) {
    talk(
      "no API key is on record yet; sign in with the one-time admin token (good for 15 minutes):",
    );
    talk(`  mesh login --endpoint ${server.url}`);
    talk(`  ${admin}`);
  }
  return ended;
}

const elsewhere = [
  "choose another place: --store sqlite:PATH for mesh server, --data FOLDER or --ephemeral for mesh dev",
];

/** Starts a server; what stands in its way is told as what a person can mend. */
export async function startedServer(
  configuration: ServerConfiguration,
): Promise<Awaited<ReturnType<typeof startServer>>> {
  try {
    return await startServer(configuration);
  } catch (error) {
    const { code, message, syscall } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    if (syscall !== "listen") {
      const what = `store = sqlite:${configuration.storePath}: ${message}`;
      throw new CliError(what, exitCodes.config, elsewhere, error);
    }
    const { host, port } = configuration.listen;
    const why =
      code === "EADDRINUSE" ? "another process has the port" : `the system refuses it (${code})`;
    throw configError(`listen = ${host}:${port}: ${why}`, "choose another with --listen");
  }
}

async function readFileOf(path: string): Promise<string> {
  return readFile(path, "utf8").catch((error: unknown) => {
    throw configError(
      `config = ${path}: ${(error as Error).message}`,
      "name a file that this user may read",
    );
  });
}

function configurationFailure({ problems }: ConfigurationError): CliError {
  const lines = problems.map(
    ({ key, value, source, problem }) => `${key} = ${value} (from ${source}) ${problem}`,
  );
  return configError(lines.join("\n"), "`mesh server --print-config` shows what is in force");
}
