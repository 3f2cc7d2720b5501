// Starts the processes of other agents from templates, and keeps what the mesh wants and what runs equal.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Code } from "@connectrpc/connect";
import { AgentDesiredState } from "@meshwork/gen/mesh/v1/agent";
import type { LaunchChild } from "@meshwork/gen/mesh/v1/link";
import { durationMs } from "@bufbuild/protobuf/wkt";
import {
  AgentError,
  agentErrorOf,
  type Clock,
  type Launcher,
  type LaunchRun,
  type LaunchWay,
} from "@meshwork/agents-core";
import { type FileLock, lockFile } from "../file-lock.ts";
import { type Child, createChild } from "./child.ts";
import {
  isAgentUid,
  keptChildren,
  type KeptChild,
  openChildFolder,
  removeChildFolder,
} from "./child-folder.ts";
import { isAgentId, type LaunchTemplate } from "./template.ts";

export interface LauncherOptions {
  /** As `checkedTemplates` answered them. */
  readonly templates: readonly LaunchTemplate[];
  /** What outlives this process; of this launcher alone. */
  readonly stateFolder: string;
  /** Where the children find the server. */
  readonly endpoint: string;
  readonly env: NodeJS.ProcessEnv;
  readonly clock: Clock;
  readonly random: () => number;
}

/** Children at once; the server hands out fewer. */
const CHILDREN_MAX = 1_000;

/** Makes a launcher; nothing happens before `open`. */
export function createLauncher(options: LauncherOptions): Launcher {
  let children: ReadonlyMap<string, Child> = new Map();

  async function opened(way: LaunchWay, lock: FileLock): Promise<LaunchRun> {
    try {
      const run = openRun(options, way, lock);
      children = run.known;
      return run;
    } catch (thrown) {
      await lock.release();
      throw thrown;
    }
  }

  return {
    templates: options.templates.map(({ name }) => name),
    list: () => [...children.values()].map(({ said }) => said),
    open: async (way) => {
      const { stateFolder } = options;
      try {
        mkdirSync(stateFolder, { recursive: true, mode: 0o700 });
        const lock = await lockFile(join(stateFolder, "launcher"));
        if ("heldBy" in lock) throw inUse(stateFolder, lock.heldBy);
        return await opened(way, lock);
      } catch (thrown) {
        throw thrown instanceof AgentError ? thrown : unusable(stateFolder, thrown);
      }
    },
  };
}

function openRun(
  options: LauncherOptions,
  way: LaunchWay,
  lock: FileLock,
): LaunchRun & { readonly known: ReadonlyMap<string, Child> } {
  const { stateFolder } = options;
  const templates = new Map(options.templates.map((template) => [template.name, template]));
  const known = new Map<string, Child>();
  /** Children that the mesh does not know any more. */
  const dropped = new Set<string>();
  let closed: Promise<void> | undefined;

  function changed(child: Child): void {
    if (!dropped.has(child.agentUid)) way.report(child.said);
    else if (child.over) forget(child);
  }

  function forget({ agentUid }: Child): void {
    known.delete(agentUid);
    dropped.delete(agentUid);
    try {
      removeChildFolder(stateFolder, agentUid);
    } catch (thrown) {
      way.failed(unusable(stateFolder, thrown));
    }
  }

  function obtain(spec: LaunchChild | KeptChild, kept?: KeptChild): Child {
    const { agentUid, template } = spec;
    const found = known.get(agentUid);
    if (found !== undefined) return found;
    const folder = openChildFolder(stateFolder, agentUid);
    const by = templates.get(template) ?? missingTemplate(template);
    const child = createChild({ ...options, way, folder, changed }, spec, by, kept);
    known.set(agentUid, child);
    return child;
  }

  function reconcile(wanted: readonly LaunchChild[]): void {
    if (closed !== undefined) return;
    const named = new Set<string>();
    for (const spec of wanted.slice(0, CHILDREN_MAX)) {
      const { agentId, agentUid, desiredState, grace } = spec;
      if (!isAgentId(agentId) || !isAgentUid(agentUid)) {
        way.failed(misnamed(spec));
        continue;
      }
      named.add(agentUid);
      try {
        const child = obtain(spec);
        if (desiredState === AgentDesiredState.TERMINATED)
          child.end(grace === undefined ? 0 : durationMs(grace));
        else child.run();
      } catch (thrown) {
        way.failed(unusable(stateFolder, thrown));
      }
    }
    for (const child of [...known.values()]) {
      if (named.has(child.agentUid)) continue;
      dropped.add(child.agentUid);
      child.end(0);
    }
  }

  const { kept, damaged } = keptChildren(stateFolder);
  for (const file of damaged) way.failed(unreadable(file));
  for (const child of kept) obtain(child, child);

  return {
    known,
    connected: () => {
      for (const child of known.values())
        if (child.said.state !== undefined && !dropped.has(child.agentUid)) way.report(child.said);
    },
    children: reconcile,
    close: () =>
      (closed ??= (async () => {
        await Promise.all([...known.values()].map((child) => child.close()));
        await lock.release();
      })()),
  };
}

/** Stands in for a template that is there no more: nothing starts by it, what runs is ended. */
function missingTemplate(name: string): LaunchTemplate {
  return {
    name,
    argv: [],
    cwd: undefined,
    env: {},
    limits: {},
    restart: {
      backoffMinMs: 0,
      backoffMaxMs: 0,
      restartsMax: 0,
      windowMs: 0,
      healthyAfterMs: 0,
    },
    stopSignal: "SIGTERM",
    killAfterMs: 5_000,
    onLauncherDeath: "stop",
  };
}

function inUse(folder: string, processId: number): AgentError {
  return new AgentError(
    Code.FailedPrecondition,
    `the launcher's folder ${folder} is in use by process ${processId}: stop it first, or name another folder`,
    { metadata: { folder } },
  );
}

function unusable(folder: string, cause: unknown): AgentError {
  const message = `the launcher's folder ${folder} cannot be used: ${agentErrorOf(cause).message}`;
  return new AgentError(Code.FailedPrecondition, message, { metadata: { folder }, cause });
}

function unreadable(file: string): AgentError {
  return new AgentError(
    Code.DataLoss,
    `${file} is damaged: a process that it names is not looked after; end it and remove the file's folder`,
    { metadata: { file } },
  );
}

function misnamed({ agentId, agentUid }: LaunchChild): AgentError {
  return new AgentError(
    Code.InvalidArgument,
    `a child of id ${JSON.stringify(agentId)} and uid ${JSON.stringify(agentUid)} was asked for: neither becomes a path here`,
  );
}
