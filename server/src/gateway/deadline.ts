import { DomainError } from "../domain/errors.ts";
import type { MethodAccess } from "./access.ts";
import type { GatewayLimits } from "./limits.ts";

const unitMs: Readonly<Record<string, number>> = {
  H: 3_600_000,
  M: 60_000,
  S: 1_000,
  m: 1,
  u: 0.001,
  n: 0.000_001,
};

/**
 * Settles how long a call may take and writes it into its headers, where the library looks for it.
 * Answers the milliseconds, infinite where there is no deadline. Throws INVALID_REQUEST.
 *
 * The library's own check cannot be used: it sets the timer before it compares with the limit, and a
 * timer above 2^31 ms fires at once.
 */
export function settleDeadline(
  header: Headers,
  grpc: boolean,
  access: MethodAccess,
  limits: GatewayLimits,
): number {
  const name = grpc ? "grpc-timeout" : "connect-timeout-ms";
  const value = header.get(name);
  if (value === null) {
    if (access.long) return Infinity;
    header.set(name, `${limits.deadlineDefaultMs}${grpc ? "m" : ""}`);
    return limits.deadlineDefaultMs;
  }
  header.delete(name);
  const timeoutMs = grpc ? parseGrpc(value) : parseConnect(value);
  if (timeoutMs === undefined) {
    throw invalid(name, value, "it is not a timeout as the protocol writes it");
  }
  const maxMs = access.long ? limits.deadlineLongMaxMs : limits.deadlineMaxMs;
  if (timeoutMs > maxMs) throw invalid(name, value, `the limit is ${maxMs} ms`);
  header.set(name, value);
  return timeoutMs;
}

function parseGrpc(value: string): number | undefined {
  const match = /^(\d{1,8})([HMSmun])$/.exec(value);
  return match === null ? undefined : Number(match[1]) * unitMs[match[2]!]!;
}

function parseConnect(value: string): number | undefined {
  return /^\d{1,10}$/.test(value) ? Number(value) : undefined;
}

function invalid(name: string, value: string, why: string): DomainError {
  const shown = value.slice(0, 32);
  return new DomainError("INVALID_REQUEST", `${name} "${shown}" is refused: ${why}`, {
    metadata: { header: name, value: shown },
    violations: [{ field: name, description: why }],
  });
}
