import { RATE_WINDOW_SECONDS } from "./limits.ts";

/** Counts of the last seconds. */
export interface RateWindow {
  add(nowMs: number, count: number): void;
  /** Average per second over the window. */
  perSecond(nowMs: number): number;
}

/** A ring with one count for each second of the window. */
export function createRateWindow(): RateWindow {
  const counts = new Float64Array(RATE_WINDOW_SECONDS);
  let newest = -Infinity;

  function moveTo(nowMs: number): number {
    const second = Math.floor(nowMs / 1_000);
    const from = Math.max(newest + 1, second - RATE_WINDOW_SECONDS + 1);
    for (let passed = from; passed <= second; passed += 1) counts[passed % RATE_WINDOW_SECONDS] = 0;
    newest = Math.max(newest, second);
    return second % RATE_WINDOW_SECONDS;
  }

  return {
    add: (nowMs, count) => {
      counts[moveTo(nowMs)]! += count;
    },
    perSecond: (nowMs) => {
      moveTo(nowMs);
      return counts.reduce((sum, count) => sum + count, 0) / RATE_WINDOW_SECONDS;
    },
  };
}
