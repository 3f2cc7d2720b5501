import { codeToString } from "@connectrpc/connect/protocol-connect";
import type { Metrics } from "../../telemetry/metrics.ts";
import type { Exchange } from "../exchange.ts";
import type { Failure } from "./map-errors.ts";

/** Counts calls and their duration, by RPC and code. */
export function createMetrics(metrics: Metrics) {
  return ({ access }: Exchange, failure: Failure | undefined, durationMs: number): void => {
    const code = failure === undefined ? "ok" : codeToString(failure.code);
    metrics.rpcCalls.inc({ method: access.operation, code });
    // The duration of a long stream says how long somebody watched, not how the server does.
    if (!access.long) metrics.rpcDuration.observe({ method: access.operation }, durationMs / 1000);
  };
}
