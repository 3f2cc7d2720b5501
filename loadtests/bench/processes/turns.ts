// Subjects that share a disk take turns: what it does in one second tells little of the next.
import { setTimeout as sleep } from "node:timers/promises";
import type { Usage, Work } from "./protocol.ts";
import { median, SLICES, STANDSTILL_MS_MAX } from "./rate.ts";

const LOOK_AGAIN_MS = 10;

/** Work done in a turn, and what it cost the server where that is known. */
export interface TurnWork extends Work {
  readonly cpuMicroseconds?: number;
}

/** Works for so long and tells how much was done. */
export type Worker = (ms: number) => Promise<TurnWork>;

export interface TurnRate {
  /** Work per second of the clock. */
  readonly perSecond: number;
  /** Work per second of the server's CPU time, all threads. */
  readonly perCpuSecond?: number;
}

/** What each does, after half of the time unmeasured: medians of slices that take turns. */
export async function inTurn(workers: readonly Worker[], seconds: number): Promise<TurnRate[]> {
  for (const work of workers) await work((seconds * 1000) / 2);
  const slices: TurnWork[][] = workers.map(() => []);
  for (let slice = 0; slice < SLICES; slice += 1)
    for (const [index, work] of workers.entries())
      slices[index]!.push(await work((seconds * 1000) / SLICES));
  return slices.map((works) => {
    // A server's clock may be too coarse to see a short slice.
    const costs = works.flatMap(({ done, cpuMicroseconds = 0 }) =>
      cpuMicroseconds > 0 ? [(done / cpuMicroseconds) * 1e6] : [],
    );
    return {
      perSecond: median(works.map(({ done, ms }) => (done / ms) * 1e3)),
      ...(costs.length > 0 && { perCpuSecond: median(costs) }),
    };
  });
}

/** A load that is there only while it is this worker's turn. */
export interface Turn {
  readonly count: () => number;
  /** How much was begun at once; measured is what comes after it, or short turns would see only the start. */
  readonly begun: number;
  close(): void;
}

/**
 * Has `start` load the server for as long as the turn takes, and until something is done. `check` throws
 * what has gone wrong meanwhile, if anything has.
 */
export function workerOf(
  server: { usage(): Promise<Usage> },
  start: () => Turn | Promise<Turn>,
  check: () => void,
): Worker {
  return async (ms) => {
    const load = await start();
    try {
      await reached(load, load.begun, check);
      const usedBefore = (await server.usage()).cpuMicroseconds;
      const before = load.count();
      const beginMs = performance.now();
      const spentMs = (): number => performance.now() - beginMs;
      await sleep(ms);
      await reached(load, before + 1, check);
      const work = { done: load.count() - before, ms: spentMs() };
      const { cpuMicroseconds } = await server.usage();
      return { ...work, cpuMicroseconds: cpuMicroseconds - usedBefore };
    } finally {
      load.close();
      check();
    }
  };
}

async function reached(load: Turn, count: number, check: () => void): Promise<void> {
  for (const limitMs = performance.now() + STANDSTILL_MS_MAX; load.count() < count;) {
    check();
    if (performance.now() > limitMs)
      throw new Error(`no work was done for ${STANDSTILL_MS_MAX} ms: load or server stands still`);
    await sleep(LOOK_AGAIN_MS);
  }
}
