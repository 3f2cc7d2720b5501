import type { RestartPolicy } from "./template.ts";

/** Largest share by which a wait is shortened, so that children that ended together do not start so. */
const JITTER = 0.2;

/** The ends of one child's processes, as far as they count. */
export interface RestartHistory {
  /** Started anew, altogether. */
  readonly restarts: number;
  /** A process ended after it ran for so long. Answers the wait in milliseconds; undefined: give up. */
  ended(nowMs: number, ranMs: number): number | undefined;
  /** Forgives everything. */
  reset(): void;
}

/** Waits that double with each end, up to a ceiling of starts anew within a window. */
export function createRestartHistory(
  { backoffMinMs, backoffMaxMs, restartsMax, windowMs, healthyAfterMs }: RestartPolicy,
  random: () => number,
  restartsBefore = 0,
): RestartHistory {
  let restarts = restartsBefore;
  let row = 0;
  let times: number[] = [];

  return {
    get restarts() {
      return restarts;
    },
    ended: (nowMs, ranMs) => {
      if (ranMs >= healthyAfterMs) {
        row = 0;
        times = [];
      }
      times = times.filter((timeMs) => nowMs - timeMs < windowMs);
      if (times.length >= restartsMax) return undefined;
      times.push(nowMs);
      restarts += 1;
      const fullMs = Math.min(backoffMaxMs, backoffMinMs * 2 ** Math.min(row, 30));
      row += 1;
      return Math.round(fullMs * (1 - JITTER * random()));
    },
    reset: () => {
      row = 0;
      times = [];
    },
  };
}
