import { monitorEventLoopDelay } from "node:perf_hooks";
import type { LoadSampler } from "@meshwork/agents-core";

const NANOSECONDS_PER_MS = 1e6;

/** Measures this process: share of a core, resident memory, 99th percentile of the event loop's delay. */
export function createLoadSampler(): LoadSampler {
  const delay = monitorEventLoopDelay();
  delay.enable();
  let usage = process.cpuUsage();
  let sampledAt = performance.now();

  return {
    sample: () => {
      const now = performance.now();
      const used = process.cpuUsage(usage);
      const elapsedMs = Math.max(1, now - sampledAt);
      usage = process.cpuUsage();
      sampledAt = now;
      const p99 = delay.percentile(99);
      delay.reset();
      return {
        cpuCores: (used.user + used.system) / 1000 / elapsedMs,
        memoryBytes: process.memoryUsage.rss(),
        loopDelayMs: Number.isFinite(p99) ? p99 / NANOSECONDS_PER_MS : 0,
      };
    },
    close: () => void delay.disable(),
  };
}
