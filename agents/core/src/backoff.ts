import {
  LOST_AFTER_DEFAULT_MS,
  RECONNECT_DRAINED_SPREAD_MS,
  RECONNECT_FIRST_MS,
  RECONNECT_MAX_MS,
} from "./limits.ts";

/**
 * Milliseconds to wait before attempt `failures + 1`: anywhere between 0 and 0.2 s doubled with each
 * failure, at most 30 s and half of lost-after ("full jitter", AWS Architecture Blog, 2015).
 */
export function backoffMs(
  failures: number,
  lostAfterMs: number | undefined,
  random: () => number,
): number {
  const max = Math.min(RECONNECT_MAX_MS, (lostAfterMs ?? LOST_AFTER_DEFAULT_MS) / 2);
  return random() * Math.min(max, RECONNECT_FIRST_MS * 2 ** Math.min(failures, 16));
}

/** Milliseconds to wait where the server said when to come back; it spreads its agents by itself. */
export function askedMs(afterMs: number, random: () => number): number {
  return afterMs + random() * RECONNECT_DRAINED_SPREAD_MS;
}
