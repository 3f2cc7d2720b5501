import { FRAME_BURST_SECONDS } from "./limits.ts";

/**
 * A token bucket for what comes over one link: `perSecond` on average, and after silence two seconds'
 * worth at once. Answers whether `count` of it at `nowMs` is within it; what is not, is not charged.
 */
export function createFrameRate(
  perSecond: number,
  startMs: number,
): (nowMs: number, count: number) => boolean {
  const most = perSecond * FRAME_BURST_SECONDS;
  let tokens = most;
  let atMs = startMs;
  return (nowMs, count) => {
    tokens = Math.min(most, tokens + ((nowMs - atMs) * perSecond) / 1_000);
    atMs = nowMs;
    if (tokens < count) return false;
    tokens -= count;
    return true;
  };
}
