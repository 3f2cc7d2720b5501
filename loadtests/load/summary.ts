// What k6 says of a run, made short.
import { figure, table } from "../bench/report/table.ts";
import type { Script } from "./arguments.ts";

/** The part of k6's summary that is read here. */
export interface Summary {
  readonly metrics: Readonly<Record<string, Metric | undefined>>;
  readonly root_group: { readonly checks: readonly Check[] };
}

interface Metric {
  readonly values: Readonly<Record<string, number | undefined>>;
  readonly thresholds?: Readonly<Record<string, { readonly ok: boolean }>>;
}

interface Check {
  readonly name: string;
  readonly passes: number;
  readonly fails: number;
}

/** What a script counts, and which of k6's metrics holds it. */
const counted: Readonly<Record<Script, { what: string; counter: string; trend: string }>> = {
  unary: { what: "calls", counter: "http_reqs", trend: "http_req_duration" },
  beats: { what: "heartbeats acknowledged", counter: "acks", trend: "ack_duration" },
};

/** A table of what was done and one of what was checked. */
export function tablesOf(script: Script, { metrics, root_group }: Summary): string {
  const { what, counter, trend } = counted[script];
  const cell = (name: string, key: string): string => figure(metrics[name]?.values[key] ?? 0);
  const done = table(
    [script, "count", "per second", "median ms", "p95 ms"],
    [
      [
        what,
        cell(counter, "count"),
        cell(counter, "rate"),
        cell(trend, "med"),
        cell(trend, "p(95)"),
      ],
    ],
    new Set([1, 2, 3, 4]),
  );
  const checks = table(
    ["check", "passed", "failed"],
    root_group.checks.map(({ name, passes, fails }) => [name, String(passes), String(fails)]),
    new Set([1, 2]),
  );
  return `${done}\n\n${checks}\n`;
}

/** What failed, in words; empty where all is well. A run in which nothing was checked is not well. */
export function failuresOf({ metrics, root_group }: Summary): readonly string[] {
  const { checks } = root_group;
  const crossed = Object.entries(metrics).flatMap(([name, metric]) =>
    Object.entries(metric?.thresholds ?? {})
      .filter(([, { ok }]) => !ok)
      .map(([bound]) => `${name}: ${bound} does not hold`),
  );
  return [
    ...(checks.length === 0 ? ["nothing was checked"] : []),
    ...checks
      .filter(({ fails }) => fails > 0)
      .map(({ name, passes, fails }) => `"${name}" failed ${fails} of ${passes + fails} times`),
    ...crossed,
  ];
}
