import { setTimeout } from "node:timers/promises";
import { type Breach, check } from "./checker.ts";
import type { SoakEvent } from "./history.ts";
import { between, pick, type Random, seededRandom } from "./random.ts";
import { AGENTS, createSoakWorld, type SoakWorld } from "./soak-world.ts";
import { deadMessages, storedMessages, waitingCount } from "./stored.ts";

export interface SoakOptions {
  readonly cycles: number;
  readonly seed: number;
  readonly print: (line: string) => void;
}

export interface SoakVerdict {
  readonly breaches: readonly Breach[];
  /** Cycles in which nothing was in flight at a kill. */
  readonly idleCycles: number;
  readonly counts: SoakCounts;
}

export interface SoakCounts {
  readonly acknowledged: number;
  readonly delivered: number;
  readonly redelivered: number;
  readonly dead: number;
}

/** Messages that one agent sends in a cycle. */
const BURST_MIN = 10;
const BURST_MAX = 40;
const SETTLE_MS_MAX = 90_000;
const KILL_MS_MAX = 400;

/**
 * Runs cycles of load and SIGKILL: in each, all agents send a burst, the server or agents or both are
 * killed with messages in flight and started again, and the cycle ends when all is settled.
 */
export async function runSoak({ cycles, seed, print }: SoakOptions): Promise<SoakVerdict> {
  const random = seededRandom(seed);
  const kills: SoakEvent[] = [];
  const world = await createSoakWorld(seed);
  let idleCycles = 0;
  let before = countsOf([], 0);
  try {
    for (let cycle = 1; cycle <= cycles; cycle += 1) {
      const victims = await runCycle(world, random, kills);
      if (victims.inFlight === 0) idleCycles += 1;
      const dead = deadMessages(world.database).length;
      const now = countsOf(historiesOf(world).flat(), dead);
      print(cycleLine(cycle, victims, before, now));
      before = now;
    }
    const breaches = check([...historiesOf(world), kills, deadEvents(world)]);
    return { breaches, idleCycles, counts: before };
  } finally {
    await world.stop();
  }
}

interface Victims {
  readonly names: readonly string[];
  /** Messages in flight at the kills, the fewest of them. */
  readonly inFlight: number;
}

async function runCycle(world: SoakWorld, random: Random, kills: SoakEvent[]): Promise<Victims> {
  const startMs = Date.now();
  sendBursts(world, random);
  await setTimeout(between(random, 5, KILL_MS_MAX));
  const choice = random();
  const names: string[] = [];
  const found: number[] = [];
  const killsServer = choice < 0.7;
  if (killsServer) {
    names.push("server");
    found.push(await killServer(world, random, kills));
  }
  const agentId = choice > 0.4 ? victimAgent(world, random, !killsServer) : undefined;
  if (agentId !== undefined) {
    names.push(agentId);
    found.push(await killAgent(world, random, agentId, !killsServer));
    await setTimeout(between(random, 0, 200));
  }
  if (killsServer) await restartServer(world, random, kills);
  if (agentId !== undefined) await world.startAgent(agentId);
  await settled(world, startMs);
  return { names, inFlight: Math.min(...found) };
}

function sendBursts(world: SoakWorld, random: Random): void {
  for (const agentId of AGENTS)
    world.tell(agentId, { burst: between(random, BURST_MIN, BURST_MAX) });
}

async function killServer(world: SoakWorld, random: Random, kills: SoakEvent[]): Promise<number> {
  await stopInFlight(world, random, true, () => waitingCount(world.database), world.server());
  await world.killServer();
  const atMs = Date.now();
  const stored = storedMessages(world.database);
  kills.push({ kind: "server killed", atMs, restartMs: Infinity, stored });
  return waitingCount(world.database);
}

/** One of those that have messages in their hands; any where none has, unless none can get some. */
function victimAgent(world: SoakWorld, random: Random, serverRuns: boolean): string | undefined {
  const busy = AGENTS.filter((agentId) => inHandsOf(world, agentId) > 0);
  if (busy.length > 0) return pick(random, busy);
  return serverRuns ? pick(random, AGENTS) : undefined;
}

/** What an agent handles, and what it was not told is acknowledged, is in flight. */
async function killAgent(
  world: SoakWorld,
  random: Random,
  agentId: string,
  serverRuns: boolean,
): Promise<number> {
  const inHands = (): number => inHandsOf(world, agentId);
  await stopInFlight(world, random, serverRuns, inHands, world.agent(agentId));
  await world.killAgent(agentId);
  return inHands();
}

function inHandsOf(world: SoakWorld, agentId: string): number {
  let inHands = 0;
  for (const { kind } of world.history(agentId)) {
    if (kind === "handled") inHands += 1;
    if (kind === "acknowledged") inHands -= 1;
  }
  return inHands;
}

/**
 * Stops the victim at a moment when something is in flight, so that nothing changes until it is killed.
 * While nothing is, more is sent; after a while the kill finds nothing, and the cycle says so.
 */
async function stopInFlight(
  world: SoakWorld,
  random: Random,
  serverRuns: boolean,
  count: () => number,
  victim: { kill(signal: NodeJS.Signals): boolean },
): Promise<void> {
  const endMs = Date.now() + 5_000;
  for (let looks = 1; Date.now() < endMs; looks += 1) {
    victim.kill("SIGSTOP");
    if (count() > 0) return;
    victim.kill("SIGCONT");
    if (serverRuns && looks % 20 === 0) sendBursts(world, random);
    await setTimeout(between(random, 1, 5));
  }
}

async function restartServer(world: SoakWorld, random: Random, kills: SoakEvent[]): Promise<void> {
  await setTimeout(between(random, 0, 300));
  const kill = kills.at(-1);
  if (kill?.kind === "server killed") kills[kills.length - 1] = { ...kill, restartMs: Date.now() };
  await world.startServer();
}

async function settled(world: SoakWorld, startMs: number): Promise<void> {
  for (;;) {
    const left = await Promise.all(AGENTS.map((agentId) => world.leftOf(agentId)));
    const waiting = waitingCount(world.database);
    const sum = left.reduce((total, each) => total + each, waiting);
    if (sum === 0) return;
    if (Date.now() - startMs > SETTLE_MS_MAX) {
      const text = `${waiting} messages wait on disk, agents have ${left.join(", ")} left`;
      throw new Error(`not settled after ${SETTLE_MS_MAX} ms: ${text}`);
    }
    await setTimeout(20);
  }
}

function historiesOf(world: SoakWorld): (readonly SoakEvent[])[] {
  return AGENTS.map((agentId) => world.history(agentId));
}

function deadEvents(world: SoakWorld): SoakEvent[] {
  return deadMessages(world.database).map((dead): SoakEvent => ({ kind: "dead", ...dead }));
}

function countsOf(events: readonly SoakEvent[], dead: number): SoakCounts {
  const counts = { acknowledged: 0, delivered: 0, redelivered: 0, dead };
  for (const event of events) {
    if (event.kind === "acknowledged") counts.acknowledged += 1;
    if (event.kind !== "handled") continue;
    counts.delivered += 1;
    if (event.attempt > 1) counts.redelivered += 1;
  }
  return counts;
}

function cycleLine(cycle: number, victims: Victims, before: SoakCounts, now: SoakCounts): string {
  const since = (name: keyof SoakCounts): number => now[name] - before[name];
  return [
    `cycle ${cycle}: killed ${victims.names.join(" and ")} with ${victims.inFlight} in flight,`,
    `acknowledged ${since("acknowledged")}, delivered ${since("delivered")},`,
    `redelivered ${since("redelivered")}, dead ${since("dead")}`,
  ].join(" ");
}
