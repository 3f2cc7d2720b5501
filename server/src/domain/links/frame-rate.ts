import { FRAME_BURST_SECONDS } from "./limits.ts";

/**
 * A token bucket for the frames of one link: `perSecond` on average, and after silence two seconds'
 * worth at once. Answers whether the frame at `nowMs` is within it.
 */
export function createFrameRate(perSecond: number, startMs: number): (nowMs: number) => boolean {
  const most = perSecond * FRAME_BURST_SECONDS;
  let tokens = most;
  let atMs = startMs;
  return (nowMs) => {
    tokens = Math.min(most, tokens + ((nowMs - atMs) * perSecond) / 1_000);
    atMs = nowMs;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}
