// The demo's agents as processes of their own.
import { type ChildProcess, spawn } from "node:child_process";
import { delimiter, resolve } from "node:path";
import { createInterface } from "node:readline";
import { AgentRole } from "@meshwork/gen/mesh/v1/agent";
import type { DemoAgent } from "./demo-mesh.ts";

/** Time between SIGTERM and SIGKILL. An agent drains well within it. */
const stopMsMax = 8_000;

const bin = resolve(import.meta.dirname, "../../../bin/mesh.js");
const managerModule = resolve(import.meta.dirname, "../../demo/manager.ts");

/** What the agents are started with. */
export interface AgentsOptions {
  readonly agents: readonly DemoAgent[];
  readonly endpoint: string;
  readonly folders: readonly string[];
  readonly report: string | undefined;
  readonly print: (line: string) => void;
}

/** Starts the agents; `stop` drains and ends them, and settles when all are gone. */
export function startAgents(options: AgentsOptions): { stop(): Promise<void> } {
  let stopping = false;
  const children = options.agents.map((agent) => {
    const child = startAgent(agent, options);
    options.print(`${agent.agentId} started as process ${child.pid}`);
    child.on("exit", (status, signal) => {
      if (!stopping) {
        options.print(
          `${agent.agentId} ended (${signal ?? `exit ${status}`}); start it again: ${againLine(agent, options)}`,
        );
      }
    });
    return child;
  });
  return {
    async stop() {
      stopping = true;
      await Promise.all(children.map(stopChild));
    },
  };
}

function startAgent(agent: DemoAgent, options: AgentsOptions): ChildProcess {
  // Detached, so that a Ctrl-C at the terminal reaches only the server, which then drains them. The
  // pipe to their standard input tells them when the server is gone, however it died.
  const child = spawn(
    process.execPath,
    [bin, ...argumentsOf(agent, options), "--exit-with-stdin"],
    {
      detached: true,
      stdio: ["pipe", "pipe", "pipe"],
      env: {
        ...process.env,
        MESHWORK_DEMO_FOLDERS: options.folders.join(delimiter),
        ...(options.report === undefined ? {} : { MESHWORK_DEMO_REPORT: options.report }),
      },
    },
  );
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", options.print);
  }
  child.stdin.on("error", () => undefined);
  return child;
}

function argumentsOf(agent: DemoAgent, { endpoint, folders }: AgentsOptions): string[] {
  return [
    "agent",
    "run",
    ...(agent.role === AgentRole.MANAGER
      ? [managerModule, "--role", "manager"]
      : folders.flatMap((folder) => ["--folder", folder])),
    ...["--agent", agent.agentId, "--endpoint", endpoint],
    ...["--credential-file", agent.credentialFile],
    ...(agent.joinTokenFile === undefined ? [] : ["--join-token-file", agent.joinTokenFile]),
  ];
}

function againLine(agent: DemoAgent, options: AgentsOptions): string {
  return ["npx mesh", ...argumentsOf(agent, options)].join(" ");
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((done) => child.once("exit", () => done()));
  child.kill("SIGTERM");
  const force = setTimeout(() => child.kill("SIGKILL"), stopMsMax);
  await gone;
  clearTimeout(force);
}
