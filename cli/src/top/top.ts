// Looks at a mesh, once or again and again, and shows what it saw.
import { toJson } from "@bufbuild/protobuf";
import { ConnectError, createClient, type Transport } from "@connectrpc/connect";
import { AgentSchema, type Agent } from "@meshwork/gen/mesh/v1/agent";
import { AgentService } from "@meshwork/gen/mesh/v1/agent_service";
import { MeshStatusSchema } from "@meshwork/gen/mesh/v1/mesh";
import { MeshService } from "@meshwork/gen/mesh/v1/mesh_service";
import { setTimeout as sleep } from "node:timers/promises";
import { currentTarget, openTransport } from "../connect.ts";
import { meshOf, type TargetFlags } from "../contexts/target.ts";
import { exitCodes, usageError } from "../errors/cli-error.ts";
import type { OutputStyle } from "../output/format-names.ts";
import { out } from "../output/stdout.ts";
import { isPassing } from "../rpc/follow.ts";
import { onStopSignals } from "../stop-signals.ts";
import { openScreen, type Screen } from "./screen.ts";
import { topLines, type Seen } from "./top-lines.ts";

/** What to look at and how often. */
export interface Top {
  readonly once: boolean;
  readonly intervalMs: number;
  /** Of each call. */
  readonly timeoutMs: number;
  readonly flags: TargetFlags;
  readonly style: OutputStyle;
}

/** Looks at a mesh; at most so many of its agents. */
type Look = (agentsMax: number, signal: AbortSignal) => Promise<Seen>;

/** Agents asked for at a time; the contract gives no more. */
const pageItems = 1_000;

/** Shows it and gives the exit code. Throws what the first look fails with. */
export async function top(wanted: Top): Promise<number> {
  const { once, style } = wanted;
  const table = style.format === "table" || style.format === "wide";
  if (!once && !(process.stdout.isTTY && process.stdin.isTTY))
    throw usageError("there is no terminal to keep up to date", "give --once to show it once");
  if (!once && !table)
    throw usageError(`-o ${style.format} is for --once`, `mesh top --once -o ${style.format}`);
  const target = await currentTarget(wanted.flags);
  const look = lookAt(await openTransport(target), meshOf(target), wanted.timeoutMs);
  const stop = new AbortController();
  let exit: number = exitCodes.ok;
  const interrupt = () => {
    exit = exitCodes.interrupted;
    stop.abort();
  };
  onStopSignals(interrupt, () => process.exit(exitCodes.interrupted));
  if (once) await out(await onceText(await look(Infinity, stop.signal), style));
  else await keepUp(look, wanted, { interrupt, stop });
  return exit;
}

/** How the loop ends: by what a person asks for. */
interface Ending {
  readonly interrupt: () => void;
  readonly stop: AbortController;
}

async function keepUp(look: Look, { intervalMs, style }: Top, end: Ending): Promise<void> {
  const { signal } = end.stop;
  const over = () => signal.aborted;
  let seen: Seen | undefined;
  let screen: Screen | undefined;
  try {
    while (!over()) {
      let problem = "";
      try {
        seen = await look(screen?.rows() ?? process.stdout.rows, signal);
      } catch (error) {
        if (over()) return;
        const { code, rawMessage } = ConnectError.from(error);
        if (seen === undefined || !isPassing(code)) throw error;
        problem = `connection lost (${rawMessage}); trying again`;
      }
      // What the first look fails with stays on the terminal, so the screen is opened after it.
      screen ??= openScreen({ quit: () => end.stop.abort(), interrupt: end.interrupt });
      const shown = seen;
      screen.draw(() => [
        ...topLines(shown, { ...style, nowMs: Date.now() }),
        ...(problem === "" ? [] : ["", problem]),
      ]);
      await sleep(intervalMs, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    screen?.close();
  }
}

function lookAt(transport: Transport, meshId: string, timeoutMs: number): Look {
  const meshes = createClient(MeshService, transport);
  const agentService = createClient(AgentService, transport);
  return async (agentsMax, signal) => {
    const options = { timeoutMs, signal };
    const { status } = await meshes.getMeshStatus({ meshId }, options);
    const agents: Agent[] = [];
    let pageToken = "";
    do {
      const pageSize = Math.min(pageItems, agentsMax - agents.length);
      const page = await agentService.listAgents({ meshId, pageSize, pageToken }, options);
      agents.push(...page.agents);
      pageToken = page.nextPageToken;
    } while (pageToken !== "" && agents.length < agentsMax);
    return { status, agents };
  };
}

async function onceText({ status, agents }: Seen, style: OutputStyle): Promise<string> {
  const json = () => ({
    status: status === undefined ? {} : toJson(MeshStatusSchema, status),
    agents: agents.map((each) => toJson(AgentSchema, each)),
  });
  switch (style.format) {
    case "json":
      return `${JSON.stringify(json(), undefined, 2)}\n`;
    case "jsonl":
      return `${JSON.stringify(json())}\n`;
    case "yaml":
      return (await import("yaml")).stringify(json());
    case "name":
      return agents.map(({ agentId }) => `${agentId}\n`).join("");
    default:
      return topLines({ status, agents }, style)
        .map((line) => `${line}\n`)
        .join("");
  }
}
