// What `mesh dev` does, step by step.
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { dataHome, type RunningServer } from "@meshwork/server/main";
import { contextsPath } from "../../contexts/contexts-file.ts";
import { configError } from "../../errors/cli-error.ts";
import { effectiveConfiguration, startedServer } from "../server-run.ts";
import { runUntilSignal } from "../run-until-signal.ts";
import { startAgents } from "./demo-agents.ts";
import { prepareDemoMesh } from "./demo-mesh.ts";
import { devKey } from "./dev-context.ts";
import { firstScreen, whatToTry } from "./first-screen.ts";

/** What `mesh dev` is asked for. */
export interface DevOptions {
  readonly folders: readonly string[] | undefined;
  readonly report: string | undefined;
  readonly listen: string;
  readonly data: string | undefined;
  readonly ephemeral: boolean;
}

/** The project's own root: what the demo works on unless told otherwise. */
const projectRoot = resolve(import.meta.dirname, "../../../..");

/** Runs the demo until a signal ends it, and returns the exit code. */
export async function runDev(options: DevOptions): Promise<number> {
  const folders = await foldersOf(options.folders);
  const data = options.ephemeral
    ? await mkdtemp(join(tmpdir(), "meshwork-dev-"))
    : resolve(options.data ?? join(dataHome(process.env), "dev"));
  const { configuration } = await effectiveConfiguration(
    { listen: options.listen, store: `sqlite:${join(data, "mesh.db")}`, "log-level": "warn" },
    undefined,
  );
  const server = await startedServer(configuration);
  const cleanUp = async (): Promise<void> => {
    if (options.ephemeral) await rm(data, { recursive: true, force: true });
  };
  try {
    return await runDemo(server, { ...options, folders, data }, cleanUp);
  } catch (error) {
    await server.stop();
    await cleanUp();
    throw error;
  }
}

async function runDemo(
  server: RunningServer,
  options: DevOptions & { readonly folders: readonly string[]; readonly data: string },
  cleanUp: () => Promise<void>,
): Promise<number> {
  const token = await devKey(server, contextsPath(process.env));
  const agents = await prepareDemoMesh(server.url, token, options.data);
  process.stdout.write(
    firstScreen({
      url: server.url,
      data: options.data,
      ephemeral: options.ephemeral,
      adminToken: await server.issueAdminToken(),
      contexts: contextsPath(process.env),
    }),
  );
  let worked = false;
  const print = (line: string): void => {
    process.stdout.write(`${line}\n`);
    if (worked || !line.startsWith("totals:")) return;
    worked = true;
    process.stdout.write(whatToTry(server.url));
  };
  const running = startAgents({
    agents,
    endpoint: server.url,
    folders: options.folders,
    report: options.report === undefined ? undefined : resolve(options.report),
    print,
  });
  return runUntilSignal(async () => {
    process.stdout.write("stopping: the agents drain, then the server\n");
    await running.stop();
    await server.stop();
    await cleanUp();
  });
}

async function foldersOf(given: readonly string[] | undefined): Promise<readonly string[]> {
  const folders = given?.map((folder) => resolve(folder)) ?? [
    join(projectRoot, "proto"),
    join(projectRoot, "server"),
  ];
  for (const folder of folders) {
    const found = await stat(folder).catch(() => undefined);
    if (found?.isDirectory() !== true) {
      throw configError(
        `folder = ${folder}: is not a folder that can be read`,
        "name another with --folder",
      );
    }
  }
  return folders;
}
