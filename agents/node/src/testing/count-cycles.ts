// Starts and stops agents, and tells what that left behind. A process of its own, so that nothing else
// is counted: node count-cycles.ts CYCLES FOLDER, with --expose-gc.
import { join } from "node:path";
import { createWorkerAgent } from "../agents-node.ts";
import { startLinkServer } from "./link-server.ts";

/** What the process tells its parent. */
export interface CycleReport {
  readonly welcomed: number;
  readonly left: number;
  readonly called: number;
  /** At-least-once messages that went out and came back. */
  readonly handled: number;
  readonly handlesBefore: Readonly<Record<string, number>>;
  readonly handlesAfter: Readonly<Record<string, number>>;
  readonly listenersBefore: number;
  readonly listenersAfter: number;
  readonly heapGrowthBytes: number;
}

const [cycles, folder] = [Number(process.argv[2]), process.argv[3]!];
const warmUpCycles = 100;
const server = await startLinkServer();
let called = 0;
let handled = 0;

async function cycle(): Promise<void> {
  let answer: () => void = () => undefined;
  const answered = new Promise<void>((resolve) => (answer = resolve));
  const agent = createWorkerAgent({
    endpoint: server.endpoint,
    agentId: "w1",
    joinToken: "jt",
    credentialFile: join(folder, "w1.json"),
    capabilities: {
      echo: ({ payload }) => {
        called += 1;
        answer();
        return payload;
      },
    },
  });
  const came = new Promise<void>((resolve) => {
    agent.onMessage(() => {
      handled += 1;
      resolve();
    });
  });
  await agent.start();
  await agent.send("w1", { subject: "note" }, { guarantee: "atLeastOnce" });
  await Promise.all([answered, came]);
  await agent.stop();
}

/** Both ends are here: the server's sockets close a moment after the agents'. */
async function settle(): Promise<void> {
  while (server.connections > 0) await new Promise((resolve) => setImmediate(resolve));
  for (let turn = 0; turn < 10; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    // Weak references and finalizers need turns of the event loop between collections.
    globalThis.gc!();
  }
}

function handles(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of process.getActiveResourcesInfo()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

function listeners(): number {
  return process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0);
}

for (let count = 0; count < warmUpCycles; count += 1) await cycle();
await settle();
const before = { handles: handles(), listeners: listeners(), heap: process.memoryUsage().heapUsed };
for (let count = warmUpCycles; count < cycles; count += 1) await cycle();
await settle();
const report: CycleReport = {
  welcomed: server.welcomed,
  left: server.left,
  called,
  handled,
  handlesBefore: before.handles,
  handlesAfter: handles(),
  listenersBefore: before.listeners,
  listenersAfter: listeners(),
  heapGrowthBytes: process.memoryUsage().heapUsed - before.heap,
};
await server.stop();
process.send!(report, () => {
  process.disconnect();
});
