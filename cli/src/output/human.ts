// Times, durations and enum values as people read them.
import type { Duration, Timestamp } from "@bufbuild/protobuf/wkt";

const units: readonly (readonly [name: string, ms: number])[] = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
];

/** At most two units: `1m30s`, `2d4h`, `250ms`, `1.5s`. */
export function humanDuration({ seconds, nanos }: Pick<Duration, "seconds" | "nanos">): string {
  return humanMs(Number(seconds) * 1_000 + nanos / 1e6);
}

/** `5s ago` or `in 2h`, or ISO 8601 where that is asked for. */
export function humanTime(
  time: Pick<Timestamp, "seconds" | "nanos">,
  style: "relative" | "iso",
  nowMs: number,
): string {
  const ms = Number(time.seconds) * 1_000 + time.nanos / 1e6;
  if (style === "iso") return new Date(ms).toISOString();
  const distanceMs = nowMs - ms;
  if (Math.abs(distanceMs) < 1_000) return "now";
  const text = humanMs(Math.floor(Math.abs(distanceMs) / 1_000) * 1_000);
  return distanceMs > 0 ? `${text} ago` : `in ${text}`;
}

/** The time of day in UTC to the millisecond, for lines of what happens now; or ISO 8601. */
export function clockTime(
  time: Pick<Timestamp, "seconds" | "nanos"> | undefined,
  style: "relative" | "iso",
): string {
  if (time === undefined) return "-";
  const iso = new Date(Number(time.seconds) * 1_000 + time.nanos / 1e6).toISOString();
  return style === "iso" ? iso : iso.slice(11, 23);
}

/** `alive` for `AGENT_LIVENESS_ALIVE`. */
export function shortEnum(name: string, prefix: string): string {
  const upper = prefix.toUpperCase();
  return (name.startsWith(upper) ? name.slice(upper.length) : name)
    .toLowerCase()
    .replaceAll("_", "-");
}

/** Milliseconds as `humanDuration` writes them. */
export function humanMs(ms: number): string {
  if (ms < 0) return `-${humanMs(-ms)}`;
  if (ms === 0) return "0s";
  if (ms < 1_000) return `${trim(ms)}ms`;
  if (ms < 60_000) return `${trim(ms / 1_000)}s`;
  const at = units.findIndex(([, size]) => ms >= size);
  const [name, size] = units[at]!;
  const whole = Math.floor(ms / size);
  const [lower, lowerSize] = units[at + 1]!;
  const rest = Math.floor((ms - whole * size) / lowerSize);
  return rest === 0 ? `${whole}${name}` : `${whole}${name}${rest}${lower}`;
}

/** `86.1 MiB` for 90,280,000. */
export function humanBytes(bytes: number): string {
  const names = ["B", "KiB", "MiB", "GiB", "TiB"];
  const at = Math.min(names.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `${trim(bytes / 1_024 ** at)} ${names[at]}`;
}

function trim(value: number): string {
  return String(value < 100 ? Number(value.toPrecision(3)) : Math.round(value));
}
