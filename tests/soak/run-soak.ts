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
  for (const agentId of AGENTS)
    world.tell(agentId, { burst: between(random, BURST_MIN, BURST_MAX) });
  await setTimeout(between(random, 5, KILL_MS_MAX));
  const choice = random();
  const names: string[] = [];
  const found: number[] = [];
  if (choice < 0.7) {
    names.push("server");
    found.push(await killServer(world, kills));
  }
  if (choice > 0.4) {
    const agentId = pick(random, AGENTS);
    names.push(agentId);
    found.push(await killAgent(world, agentId));
    await setTimeout(between(random, 0, 200));
    if (choice < 0.7) await restartServer(world, random, kills);
    await world.startAgent(agentId);
  } else await restartServer(world, random, kills);
  await settled(world, startMs);
  return { names, inFlight: Math.min(...found) };
}

async function killServer(world: SoakWorld, kills: SoakEvent[]): Promise<number> {
  await untilInFlight(() => waitingCount(world.database));
  await world.killServer();
  const atMs = Date.now();
  const stored = storedMessages(world.database);
  kills.push({ kind: "server killed", atMs, restartMs: Infinity, stored });
  return waitingCount(world.database);
}

async function restartServer(world: SoakWorld, random: Random, kills: SoakEvent[]): Promise<void> {
  await setTimeout(between(random, 0, 300));
  const kill = kills.at(-1);
  if (kill?.kind === "server killed") kills[kills.length - 1] = { ...kill, restartMs: Date.now() };
  await world.startServer();
}

/** An agent has messages in flight that it handles and that it was not told are acknowledged. */
async function killAgent(world: SoakWorld, agentId: string): Promise<number> {
  await untilInFlight(() => inHandsOf(world, agentId));
  await world.killAgent(agentId);
  return inHandsOf(world, agentId);
}

function inHandsOf(world: SoakWorld, agentId: string): number {
  let inHands = 0;
  for (const { kind } of world.history(agentId)) {
    if (kind === "handled") inHands += 1;
    if (kind === "acknowledged") inHands -= 1;
  }
  return inHands;
}

/** Waits a moment for something to be in flight; when nothing comes, the kill finds nothing and says so. */
async function untilInFlight(count: () => number): Promise<void> {
  const endMs = Date.now() + 2_000;
  while (count() === 0 && Date.now() < endMs) await setTimeout(1);
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
