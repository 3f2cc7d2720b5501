import type { GatewayLimits } from "./limits.ts";

/** Tells a caller that keeps its connection alive from one that floods it with pings. */
export interface PingGuard {
  /** A ping came in; false when it was one too many. */
  ping(nowMs: number): boolean;
  /** Something other than a ping travelled: pings that go with it (to measure the path) are welcome. */
  touch(): void;
}

type PingLimits = Pick<GatewayLimits, "pingGapMsMin" | "pingStrikesMax" | "pingWindowMs">;

/** Counts pings that follow too fast upon one another, without data between them. */
export function createPingGuard(limits: PingLimits): PingGuard {
  let lastMs = -Infinity;
  let windowStartMs = -Infinity;
  let strikes = 0;
  let touched = true;
  return {
    ping(nowMs) {
      if (nowMs - windowStartMs > limits.pingWindowMs) {
        windowStartMs = nowMs;
        strikes = 0;
      }
      if (!touched && nowMs - lastMs < limits.pingGapMsMin) strikes += 1;
      lastMs = nowMs;
      touched = false;
      return strikes <= limits.pingStrikesMax;
    },
    touch() {
      touched = true;
    },
  };
}
