// Runs an agent in this process: joins, works, and ends politely.
import { readFile } from "node:fs/promises";
import {
  createManagerAgent,
  createWorkerAgent,
  type IAgent,
  type LaunchOptions,
} from "@meshwork/agents-node";
import { currentTarget } from "../connect.ts";
import type { TargetFlags } from "../contexts/target.ts";
import { exitCodes, usageError } from "../errors/cli-error.ts";
import { out } from "../output/stdout.ts";
import { pairsOf } from "../rpc/pairs.ts";
import { processSources } from "../rpc/sources.ts";
import { loadAgentModule, type AgentModule } from "./agent-module.ts";
import { builtInCapabilities } from "./built-in-capabilities.ts";
import { printMail } from "./built-in-mail.ts";
import { loadLaunchFile } from "./launch-file.ts";
import { untilStopped } from "./until-stopped.ts";

/** How to run. */
export interface AgentRun {
  readonly module: string | undefined;
  readonly agentId: string | undefined;
  readonly role: "worker" | "manager";
  readonly joinTokenFile: string | undefined;
  readonly credentialFile: string | undefined;
  readonly labels: readonly string[];
  readonly folders: readonly string[];
  /** Topics and groups that an agent without a module receives from. */
  readonly topics: readonly string[];
  readonly groups: readonly string[];
  /** File with the templates by which a manager launches others. */
  readonly launchFile: string | undefined;
  /** The mesh that it is meant for. Undefined: whichever its credential opens. */
  readonly mesh: string | undefined;
  readonly exitWithStdin: boolean;
  readonly target: TargetFlags;
}

/** Runs until the agent is stopped or ended, and gives the exit code. Throws what it cannot start with. */
export async function runAgent(run: AgentRun): Promise<number> {
  if (run.exitWithStdin && run.joinTokenFile === "-") {
    throw usageError(
      "--join-token-file - reads stdin to its end, at which --exit-with-stdin would stop",
    );
  }
  if (run.launchFile !== undefined && run.role !== "manager") {
    throw usageError("--launch is for managers", "add --role manager");
  }
  if (run.module !== undefined && run.topics.length + run.groups.length > 0) {
    throw usageError(
      "--topic and --group are for an agent without a module",
      "a module subscribes by itself: agent.subscribe(…)",
    );
  }
  const { endpoint } = await currentTarget(run.target);
  const module: AgentModule =
    run.module === undefined
      ? { capabilities: builtInCapabilities(run.folders), setUp: undefined }
      : await loadAgentModule(run.module);
  const joinToken = await joinTokenOf(run.joinTokenFile);
  const options = {
    endpoint: endpoint.value,
    ...(run.agentId === undefined ? {} : { agentId: run.agentId }),
    ...(joinToken === undefined ? {} : { joinToken }),
    ...(run.credentialFile === undefined ? {} : { credentialFile: run.credentialFile }),
    labels: await pairsOf(run.labels, "labels"),
    capabilities: module.capabilities,
  };
  const agent: IAgent =
    run.role === "manager"
      ? createManagerAgent({ ...options, ...(await launchOf(run.launchFile)) })
      : createWorkerAgent(options);
  if (run.module === undefined) printMail(agent, run.topics, run.groups);
  await module.setUp?.(agent);
  tell(agent, endpoint.value);
  const refuse = () => meshProblem(agent, run.mesh);
  const ending = await untilStopped(agent, { exitWithStdin: run.exitWithStdin, refuse });
  return ending === "forced" ? exitCodes.interrupted : exitCodes.ok;
}

async function launchOf(file: string | undefined): Promise<{ launch?: LaunchOptions }> {
  return file === undefined ? {} : { launch: await loadLaunchFile(file) };
}

function meshProblem(agent: IAgent, meant: string | undefined): Error | undefined {
  const { meshId } = agent.status;
  if (meant === undefined || meshId === meant) return undefined;
  return usageError(
    `the agent's credential opens the mesh ${meshId ?? "?"}, not ${meant}`,
    `make a token with \`mesh agents provision --mesh ${meant}\`, and keep it apart with --credential-file`,
  );
}

/** One line for each turn of the agent's life. */
function tell(agent: IAgent, endpoint: string): void {
  const say = (text: string) => void out(`${agent.status.agentId ?? "agent"} ${text}\n`);
  let first = true;
  agent.on("connected", ({ epoch, resumed }) => {
    const { meshId, credentialPlace } = agent.status;
    if (first)
      say(`is in mesh ${meshId ?? "?"} at ${endpoint}, its credential in ${credentialPlace}`);
    first = false;
    say(`connected (epoch ${epoch.toString()}${resumed ? ", resumed" : ""})`);
  });
  agent.on("disconnected", ({ error, retryInMs }) => {
    say(`disconnected: ${error.message}; trying again in ${(retryInMs / 1_000).toFixed(1)} s`);
  });
  agent.on("fenced", ({ silentMs }) => {
    say(`fenced: nothing heard for ${(silentMs / 1_000).toFixed(1)} s`);
  });
  agent.on("notice", ({ kind, message }) => {
    say(`notice ${kind}: ${message}`);
  });
  agent.on("terminated", ({ reason }) => {
    say(`terminated${reason === "" ? "" : `: ${reason}`}`);
  });
  agent.on("error", (error) => {
    // What ends the agent is told when the command ends.
    if (agent.status.phase !== "failed") say(`error: ${error.message}`);
  });
}

async function joinTokenOf(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  if (file === "-") return (await processSources().stdin()).toString("utf8").trim();
  try {
    return (await readFile(file, "utf8")).trim();
  } catch (error) {
    throw usageError(
      `--join-token-file cannot read ${JSON.stringify(file)}: ${(error as Error).message}`,
      "`mesh agents provision NAME` makes a token",
    );
  }
}
