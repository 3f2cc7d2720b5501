// Measures round trips and tells them one by one, and at the end together.
import { Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import { ErrorInfoSchema } from "@meshwork/gen/google/rpc/error_details";
import { Health } from "@meshwork/gen/grpc/health/v1/health";
import { MessageService } from "@meshwork/gen/mesh/v1/message_service";
import { setTimeout as sleep } from "node:timers/promises";
import { currentTarget, openTransport } from "../connect.ts";
import { meshOf, type TargetFlags } from "../contexts/target.ts";
import { exitCodes } from "../errors/cli-error.ts";
import { canonicalCode } from "../errors/failure.ts";
import type { Format, OutputStyle } from "../output/format-names.ts";
import { humanMs } from "../output/human.ts";
import { safe } from "../output/printable.ts";
import { out } from "../output/stdout.ts";
import { onStopSignals } from "../stop-signals.ts";

/** What to ask, how often and how. */
export interface Ping {
  /** Undefined: the server itself. */
  readonly agentId: string | undefined;
  readonly count: number;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly flags: TargetFlags;
  readonly style: OutputStyle;
}

/** One answer, or why there was none. */
export type RoundTrip =
  | { readonly sequence: number; readonly milliseconds: number }
  | { readonly sequence: number; readonly error: string; readonly reason: string };

/** Round trips taken together; times are absent where nothing came back. */
export interface PingSummary {
  readonly sent: number;
  readonly received: number;
  readonly lostPercent: number;
  readonly minMilliseconds?: number;
  readonly medianMilliseconds?: number;
  readonly maxMilliseconds?: number;
}

/** Asks, tells, and gives the exit code. Throws what no repetition would change. */
export async function ping(wanted: Ping): Promise<number> {
  const { count, intervalMs, style } = wanted;
  const target = await currentTarget(wanted.flags);
  const who = wanted.agentId ?? target.endpoint.value;
  const transport = await openTransport(target);
  const meshId = wanted.agentId === undefined ? "" : meshOf(target);
  const stop = new AbortController();
  onStopSignals(
    () => stop.abort(),
    () => process.exit(exitCodes.interrupted),
  );
  const call = callOf(transport, meshId, wanted, stop.signal);
  const trips: RoundTrip[] = [];
  const stopped = () => stop.signal.aborted;
  // So that no answer is slow because the connection was being made.
  await serverCall(transport, wanted.timeoutMs, stop.signal)().catch(() => undefined);
  for (let sequence = 1; sequence <= count && !stopped(); sequence++) {
    if (sequence > 1)
      await sleep(intervalMs, undefined, { signal: stop.signal }).catch(() => undefined);
    const trip = stopped() ? undefined : await roundTrip(sequence, call);
    if (trip === undefined || stopped()) break;
    trips.push(trip);
    await out(tripText(who, trip, style.format));
  }
  const summary = summaryOf(trips);
  await out(await summaryText(summary, style.format));
  if (stopped()) return exitCodes.interrupted;
  return summary.received > 0 ? exitCodes.ok : exitCodes.unavailable;
}

function callOf(
  transport: Transport,
  meshId: string,
  { agentId, timeoutMs }: Ping,
  signal: AbortSignal,
): () => Promise<unknown> {
  if (agentId === undefined) return serverCall(transport, timeoutMs, signal);
  const client = createClient(MessageService, transport);
  return async () => {
    const answers = client.callAgent(
      { meshId, agentId, capability: "mesh.ping" },
      { timeoutMs, signal },
    );
    let received = 0;
    // To the end: a stream that is left early stays open.
    for await (const { payload } of answers) received += payload.length;
    return received;
  };
}

function serverCall(transport: Transport, timeoutMs: number, signal: AbortSignal) {
  const client = createClient(Health, transport);
  return () => client.check({}, { timeoutMs, signal });
}

/** What the agent itself answers, even that it cannot, shows that it lives. */
const signsOfLife: ReadonlySet<string> = new Set(["CAPABILITY_UNKNOWN", "CAPABILITY_FAILED"]);

/** Times one call. Throws what no repetition would change, such as that there is no such agent. */
export async function roundTrip(
  sequence: number,
  call: () => Promise<unknown>,
  nowMs: () => number = () => performance.now(),
): Promise<RoundTrip> {
  const startMs = nowMs();
  try {
    await call();
  } catch (error) {
    const failure = ConnectError.from(error);
    const reason = failure.findDetails(ErrorInfoSchema)[0]?.reason ?? "";
    if (!signsOfLife.has(reason)) {
      if (!losses.has(reason) && !lossCodes.has(failure.code)) throw error;
      const named = reason === "" ? canonicalCode(failure.code) : reason;
      return { sequence, error: failure.rawMessage, reason: named };
    }
  }
  return { sequence, milliseconds: nowMs() - startMs };
}

const losses: ReadonlySet<string> = new Set(["NO_RECEIVER", "CALLS_IN_FLIGHT"]);
const lossCodes: ReadonlySet<Code> = new Set([
  Code.Unavailable,
  Code.DeadlineExceeded,
  Code.Canceled,
  Code.Aborted,
]);

/** Counts, and the least, the middle and the greatest time. */
export function summaryOf(trips: readonly RoundTrip[]): PingSummary {
  const times = trips
    .flatMap((each) => ("milliseconds" in each ? [each.milliseconds] : []))
    .sort((a, b) => a - b);
  const sent = trips.length;
  const received = times.length;
  const lostPercent = sent === 0 ? 0 : Math.round((100 * (sent - received)) / sent);
  const counts = { sent, received, lostPercent };
  const middle = Math.floor(received / 2);
  const [min, upper, max] = [times[0], times[middle], times.at(-1)];
  if (min === undefined || upper === undefined || max === undefined) return counts;
  const median = received % 2 === 1 ? upper : (upper + (times[middle - 1] ?? upper)) / 2;
  return {
    ...counts,
    minMilliseconds: rounded(min),
    medianMilliseconds: rounded(median),
    maxMilliseconds: rounded(max),
  };
}

function tripText(who: string, trip: RoundTrip, format: Format): string {
  if (format === "json" || format === "yaml" || format === "name") return "";
  if (format === "jsonl") {
    const told =
      "milliseconds" in trip ? { ...trip, milliseconds: rounded(trip.milliseconds) } : trip;
    return `${JSON.stringify(told)}\n`;
  }
  return "milliseconds" in trip
    ? `${who}: answer ${trip.sequence} in ${humanMs(trip.milliseconds)}\n`
    : `${who}: no answer ${trip.sequence}: ${safe(trip.error)} (${trip.reason})\n`;
}

async function summaryText(summary: PingSummary, format: Format): Promise<string> {
  if (format === "json") return `${JSON.stringify(summary, undefined, 2)}\n`;
  if (format === "jsonl") return `${JSON.stringify({ summary })}\n`;
  if (format === "yaml") return (await import("yaml")).stringify(summary);
  const { sent, received, lostPercent } = summary;
  const { minMilliseconds: min, medianMilliseconds: median, maxMilliseconds: max } = summary;
  const times =
    min === undefined || median === undefined || max === undefined
      ? ""
      : `; min ${humanMs(min)}, median ${humanMs(median)}, max ${humanMs(max)}`;
  return `${sent} sent, ${received} answered, ${lostPercent}% lost${times}\n`;
}

/** To the microsecond, which is finer than what is measured. */
function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 1_000) / 1_000;
}
