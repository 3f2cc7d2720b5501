import {
  HEARTBEATS_PER_SECOND,
  HEARTBEAT_INTERVAL_RAISED_MAX_MS,
  LOST_INTERVALS_RAISED,
} from "./limits.ts";
import type { Timing } from "./liveness.ts";

/**
 * The mesh's timing, stretched where this node holds so many agents that answering each beat would
 * cost too much: the interval is at least n / 2,000 s, which asks for 30 s at most.
 */
export function heartbeatTiming(mesh: Timing, agentsOnNode: number): Timing {
  const needMs = Math.min(
    (agentsOnNode / HEARTBEATS_PER_SECOND) * 1_000,
    HEARTBEAT_INTERVAL_RAISED_MAX_MS,
  );
  if (needMs <= mesh.intervalMs) return mesh;
  const intervalMs = Math.ceil(needMs);
  return {
    intervalMs,
    lostAfterMs: Math.max(mesh.lostAfterMs, LOST_INTERVALS_RAISED * intervalMs),
  };
}
