// A launcher that a test holds in its hand, with real processes.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { AgentDesiredState, ProcessStateSchema } from "@meshwork/gen/mesh/v1/agent";
import { type LaunchChild, LaunchChildSchema } from "@meshwork/gen/mesh/v1/link";
import { type Clock, type LaunchedReport, systemClock } from "@meshwork/agents-core";
import { createLauncher } from "../launcher/launcher.ts";
import { identityOf } from "../launcher/process-identity.ts";
import { checkedTemplates, type LaunchTemplateInit } from "../launcher/template.ts";

const cleanups: (() => Promise<void>)[] = [];

/** Ends every launcher with its children and removes its folder. */
export async function cleanUpLaunchers(): Promise<void> {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
}

/** A folder that is removed after the test, once what writes to it has ended. */
export function launchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "launcher-"));
  cleanups.push(() => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    return Promise.resolve();
  });
  return folder;
}

/** A child that shall run, or end. */
export function childOf(
  template: string,
  more: MessageInitShape<typeof LaunchChildSchema> = {},
): LaunchChild {
  const desiredState = AgentDesiredState.RUNNING;
  const base = { agentId: "w1", agentUid: "u1", template, desiredState };
  return create(LaunchChildSchema, { ...base, ...more });
}

/** The same, which shall end. */
export function endingOf(template: string, graceMs: number, agentUid = "u1"): LaunchChild {
  const desiredState = AgentDesiredState.TERMINATED;
  const grace = { seconds: BigInt(Math.trunc(graceMs / 1_000)), nanos: (graceMs % 1_000) * 1e6 };
  return childOf(template, { agentUid, desiredState, grace });
}

/** Opens a launcher on the templates. */
export async function openLauncher(options: {
  readonly templates: Readonly<Record<string, LaunchTemplateInit>>;
  readonly folder?: string;
  readonly clock?: Clock;
  readonly env?: NodeJS.ProcessEnv;
  readonly joinToken?: (agentId: string) => Promise<string>;
}) {
  const { folder = launchFolder(), clock = systemClock, env = process.env } = options;
  const machine = { path: process.env["PATH"] ?? "", platform: process.platform };
  const { templates, problems } = checkedTemplates(options.templates, "test", machine);
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  const reports: LaunchedReport[] = [];
  const errors: string[] = [];
  const launcher = createLauncher({
    ...{ templates, stateFolder: folder, env, clock },
    endpoint: "http://127.0.0.1:7400",
    random: () => 0,
  });
  const run = await launcher.open({
    meshId: "demo",
    joinToken: options.joinToken ?? (() => Promise.resolve("secret-token")),
    report: (said) => void reports.push(said),
    failed: ({ message }) => void errors.push(message),
  });
  cleanups.push(async () => {
    // Ends those too that would be kept.
    run.children([]);
    if (clock === systemClock) await until("no children", () => launcher.list().length === 0);
    await run.close();
  });
  const states = (agentUid = "u1") =>
    reports
      .filter((said) => said.agentUid === agentUid)
      .map(({ state }) => ProcessStateSchema.value[state!]!.localName);
  return {
    ...{ launcher, run, reports, errors, folder, states },
    /** Waits for the newest report to be of this state, and answers it. */
    said: (state: string, agentUid = "u1") =>
      until(`${agentUid} is ${state}`, () => {
        const last = reports.filter((said) => said.agentUid === agentUid).at(-1);
        return states(agentUid).at(-1) === state ? last : undefined;
      }),
    output: (agentUid = "u1", file = "output.log") => {
      try {
        return readFileSync(join(folder, "children", agentUid, file), "utf8");
      } catch {
        return "";
      }
    },
  };
}

/** Looks again every 10 ms until there is something. */
export async function until<T>(what: string, look: () => T, timeoutMs = 20_000) {
  const endMs = performance.now() + timeoutMs;
  for (;;) {
    const found = look();
    if (found !== undefined && found !== false) return found as Exclude<T, undefined | false>;
    if (performance.now() > endMs) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Whether a process runs under this id. */
export function runs(pid: number | undefined): boolean {
  return pid !== undefined && pid > 0 && identityOf(pid) !== undefined;
}
