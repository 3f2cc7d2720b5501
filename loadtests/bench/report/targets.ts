// What the project means to reach, and whether a run did.
import { OURS, type Row } from "./row.ts";

interface Target {
  readonly benchmark: string;
  readonly case: string;
  /** The figure is ours divided by this peer's; without it, ours. */
  readonly against?: string;
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** A target that this run has figures for. */
export interface Verdict {
  readonly target: string;
  readonly measured: number;
  readonly reached: boolean;
}

const targets: readonly Target[] = [
  { benchmark: "link", case: "1 in flight", against: "grpc-js", atLeast: 2 },
  { benchmark: "link", case: "16 in flight", against: "grpc-js", atLeast: 5 },
  { benchmark: "link", case: "16 in flight", against: "connect-node", atLeast: 10 },
  { benchmark: "link", case: "16 in flight", against: "node:http2, codec", atLeast: 0.8 },
  { benchmark: "link", case: "16 in flight", against: "node:http2, no codec", atLeast: 0.3 },
  { benchmark: "link", case: "16 in flight", against: "etcd lease keep-alive", atLeast: 2 },
  { benchmark: "messages", case: "batches of 32", atLeast: 400_000 },
  { benchmark: "memory", case: "first 1,000, RSS", atMost: 32 },
  { benchmark: "memory", case: "next 2,000, RSS", atMost: 32 },
  { benchmark: "unary", case: "JSON, HTTP/1.1", against: "connect-node", atLeast: 5 },
  { benchmark: "unary", case: "JSON, HTTP/1.1", against: "node:http", atLeast: 0.5 },
  { benchmark: "unary", case: "proto, HTTP/1.1", against: "connect-node", atLeast: 5 },
  { benchmark: "unary", case: "proto, HTTP/1.1", against: "node:http", atLeast: 0.5 },
  { benchmark: "unary", case: "gRPC, HTTP/2", against: "connect-node", atLeast: 5 },
  { benchmark: "unary", case: "gRPC, HTTP/2", against: "node:http2", atLeast: 0.5 },
  { benchmark: "unary", case: "gRPC, HTTP/2", against: "grpc-js", atLeast: 1 },
  { benchmark: "writes", case: "1 in flight", against: "etcd put", atLeast: 3 },
  { benchmark: "writes", case: "64 in flight", against: "etcd put", atLeast: 3 },
  { benchmark: "mailbox", case: "settled, 256 in flight", atLeast: 15_000 },
  { benchmark: "mailbox", case: "settled, 256 in flight", against: "NATS JetStream", atLeast: 5 },
  {
    benchmark: "fan-out",
    case: "2,000 connected",
    against: "node:http2, write loop",
    atLeast: 0.5,
  },
  { benchmark: "start", case: "server ready", atMost: 500 },
  { benchmark: "start", case: "--help", against: "one-command oclif", atMost: 1.3 },
];

/** Judges the targets of which both figures are there. */
export function verdicts(rows: readonly Row[]): Verdict[] {
  return targets.flatMap((target) => {
    const { against, atLeast, atMost } = target;
    const ours = figureOf(rows, target, OURS);
    const peer = against === undefined ? undefined : figureOf(rows, target, against);
    if (ours === undefined || (against !== undefined && peer === undefined)) return [];
    const measured = ours.figure / (peer?.figure ?? 1);
    const bound = atLeast === undefined ? `≤ ${atMost!}` : `≥ ${atLeast}`;
    const unit = against === undefined ? ` ${ours.unit}` : ` × ${against}`;
    return [
      {
        target: `${target.benchmark}, ${target.case}: ${bound}${unit}`,
        measured,
        reached: measured >= (atLeast ?? -Infinity) && measured <= (atMost ?? Infinity),
      },
    ];
  });
}

function figureOf(rows: readonly Row[], target: Target, subject: string): Row | undefined {
  return rows.find(
    (row) =>
      row.benchmark === target.benchmark && row.case === target.case && row.subject === subject,
  );
}
