// Durations as people type them.
import { usageError } from "../errors/cli-error.ts";

const unitNanos: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
  d: 86_400_000_000_000n,
};

const part = /(\d+)(?:\.(\d{1,9}))?(ns|us|ms|s|m|h|d)/y;

/**
 * Nanoseconds of a duration such as `10s`, `1m30s`, `2h`, `1.5s` or `0`. Throws a usage error that
 * names `what` for anything else.
 */
export function parseDuration(text: string, what: string): bigint {
  if (text === "0") return 0n;
  const negative = text.startsWith("-");
  let nanos = 0n;
  part.lastIndex = negative ? 1 : 0;
  const begin = part.lastIndex;
  let end = begin;
  for (let match = part.exec(text); match !== null; match = part.exec(text)) {
    const [, whole = "", fraction = "", unit = ""] = match;
    const scale = unitNanos[unit] ?? 0n;
    nanos += BigInt(whole) * scale + (BigInt(fraction.padEnd(9, "0")) * scale) / 1_000_000_000n;
    end = part.lastIndex;
  }
  if (end === begin || end !== text.length) {
    throw usageError(
      `${what} takes a duration, not ${JSON.stringify(text)}`,
      "write it with units: 10s, 1m30s, 2h, 250ms",
    );
  }
  return negative ? -nanos : nanos;
}

/** A duration in proto3 JSON: seconds with an `s`. */
export function durationJson(nanos: bigint): string {
  const magnitude = nanos < 0n ? -nanos : nanos;
  const fraction = (magnitude % 1_000_000_000n).toString().padStart(9, "0").replace(/0+$/, "");
  const seconds = (magnitude / 1_000_000_000n).toString();
  return `${nanos < 0n ? "-" : ""}${seconds}${fraction === "" ? "" : `.${fraction}`}s`;
}
