// A server and agents as processes of their own, for a soak: started, killed and started again.
import type { ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { provisionedAgent } from "../harness/agent.ts";
import { createHome, type Home, type Running } from "../harness/home.ts";
import { startServerProcess } from "../harness/server.ts";
import type { SoakEvent } from "./history.ts";
import type { SoakAgentSettings, SoakCommand } from "./soak-agent.ts";

export const AGENTS = ["a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8"] as const;
const MEMBERS: readonly string[] = AGENTS.slice(0, 4);
const SUBSCRIBERS: readonly string[] = AGENTS.slice(4);
const START_MS_MAX = 60_000;

export interface SoakWorld {
  readonly database: string;
  server(): ChildProcess;
  agent(agentId: string): ChildProcess;
  killServer(): Promise<void>;
  startServer(): Promise<void>;
  killAgent(agentId: string): Promise<void>;
  startAgent(agentId: string): Promise<void>;
  tell(agentId: string, command: SoakCommand): void;
  /** Messages that the agent has not settled, and that are not confirmed to it. */
  leftOf(agentId: string): Promise<number>;
  history(agentId: string): readonly SoakEvent[];
  stop(): Promise<void>;
}

export async function createSoakWorld(seed: number): Promise<SoakWorld> {
  const home = createHome();
  const folder = join(home.folder, "soak");
  mkdirSync(folder);
  const database = join(folder, "mesh.db");
  const store = ["--store", `sqlite:${database}`];
  let server = await startServerProcess(home, 0, store);
  const { url } = server;
  const port = Number(new URL(url).port);
  await signIn(home, url, server.running);
  const agents = new Map<string, Running>();
  let asked = 0;

  async function startAgent(agentId: string): Promise<void> {
    const settings = settingsOf(home, folder, agentId, url, seed + (asked += 1));
    const program = join(import.meta.dirname, "soak-agent.ts");
    const running = home.spawn(process.execPath, [program, JSON.stringify(settings)]);
    agents.set(agentId, running);
    await running.until(/^ready$/m, START_MS_MAX);
  }

  async function startServer(): Promise<void> {
    server = await startServerProcess(home, port, store);
  }

  for (const agentId of AGENTS) await provisionedAgent(home, agentId);
  await Promise.all(AGENTS.map(startAgent));

  return {
    database,
    server: () => server.running.child,
    agent: (agentId) => agents.get(agentId)!.child,
    startServer,
    startAgent,
    killServer: () => kill(server.running),
    killAgent: (agentId) => kill(agents.get(agentId)!),
    tell: (agentId, command) => {
      agents.get(agentId)!.child.stdin!.write(`${JSON.stringify(command)}\n`);
    },
    leftOf: async (agentId) => {
      const running = agents.get(agentId)!;
      asked += 1;
      running.child.stdin!.write(`${JSON.stringify({ status: asked })}\n`);
      const [line] = await running.until(new RegExp(`^.*"status":${asked},.*$`, "m"));
      const { unconfirmed, unsettled } = JSON.parse(line) as Record<string, number>;
      return (unconfirmed ?? 0) + (unsettled ?? 0);
    },
    history: (agentId) => readHistory(join(folder, `${agentId}.history`)),
    stop: () => home.close(),
  };
}

async function signIn(home: Home, url: string, running: Running): Promise<void> {
  const [token] = await running.until(/meshadmin_\S+/);
  const login = await home.mesh(["login", "--endpoint", url, "--mesh", "demo"], {
    input: `${token}\n`,
  });
  if (login.status !== 0) throw new Error(`login: exit ${login.status}\n${login.stderr}`);
  const settings = '{"heartbeatInterval":"0.5s","lostAfter":"3s"}';
  await home.json(["meshes", "create", "demo", "--settings", settings]);
}

function settingsOf(
  home: Home,
  folder: string,
  agentId: string,
  endpoint: string,
  seed: number,
): SoakAgentSettings {
  return {
    agentId,
    endpoint,
    joinTokenFile: join(home.folder, `${agentId}.join-token`),
    credentialFile: join(folder, `${agentId}.credential.json`),
    historyFile: join(folder, `${agentId}.history`),
    sentFile: join(folder, `${agentId}.sent`),
    agents: AGENTS.filter((other) => other !== agentId),
    group: "crew",
    topic: "soak.news",
    subscribers: SUBSCRIBERS.length,
    isMember: MEMBERS.includes(agentId),
    isSubscriber: SUBSCRIBERS.includes(agentId),
    seed,
  };
}

/** SIGKILL leaves at most the last line torn. */
function readHistory(file: string): SoakEvent[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n");
  const torn = lines.pop();
  if (torn !== "") writeFileSync(file, `${lines.join("\n")}\n`);
  return lines.map((line) => JSON.parse(line) as SoakEvent);
}

async function kill(running: Running): Promise<void> {
  running.child.kill("SIGKILL");
  await running.ended;
  // The kernel gives the port back.
  await setTimeout(1);
}
