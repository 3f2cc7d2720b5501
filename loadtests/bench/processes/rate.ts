// How much work was done in a stretch of time, and what it cost the measured process.
import { setTimeout as sleep } from "node:timers/promises";
import type { Usage } from "./protocol.ts";

export interface Rate {
  /** Work per second of the clock. */
  readonly perSecond: number;
  /** Work per second of the measured process's CPU time, all threads. */
  readonly perCpuSecond: number;
}

interface Sample {
  readonly count: number;
  readonly cpu: number;
  readonly ms: number;
}

/** Parts of a measurement. */
export const SLICES = 3;
/** Without any work done for so long, something is broken. */
export const STANDSTILL_MS_MAX = 10_000;

/**
 * Measures for `seconds` after half of that unmeasured; the medians of three slices, so that a burst of
 * somebody else's work on the machine does not decide. `count` is all work done so far. `check` throws
 * what has gone wrong meanwhile, if anything has.
 */
export async function rateOf(
  child: { usage(): Promise<Usage> },
  seconds: number,
  count: () => number,
  check: () => void = () => undefined,
): Promise<Rate> {
  const sample = async (): Promise<Sample> => {
    const { cpuMicroseconds } = await child.usage();
    return { count: count(), cpu: cpuMicroseconds, ms: performance.now() };
  };
  const after = async (last: Sample, waitMs: number): Promise<Sample> => {
    for (;;) {
      await sleep(waitMs);
      check();
      const now = await sample();
      if (now.count > last.count) return now;
      if (now.ms - last.ms > STANDSTILL_MS_MAX)
        throw new Error(
          `no work was done for ${STANDSTILL_MS_MAX} ms: load or server stands still`,
        );
    }
  };
  const rates: Rate[] = [];
  let last = await after(await sample(), (seconds * 1000) / 2);
  for (let slice = 0; slice < SLICES; slice += 1) {
    const now = await after(last, (seconds * 1000) / SLICES);
    const done = now.count - last.count;
    rates.push({
      perSecond: (done / (now.ms - last.ms)) * 1e3,
      perCpuSecond: (done / (now.cpu - last.cpu)) * 1e6,
    });
    last = now;
  }
  return {
    perSecond: median(rates.map((rate) => rate.perSecond)),
    perCpuSecond: median(rates.map((rate) => rate.perCpuSecond)),
  };
}

/** The middle one; of an even number the lower of both. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted[(sorted.length - 1) >> 1];
  if (middle === undefined) throw new RangeError("no values, so no median");
  return middle;
}
