// The table that people read, and the file that programs read.
import { readFileSync } from "node:fs";
import type { Machine } from "./machine.ts";
import { OURS, type Row } from "./row.ts";
import { figure, table } from "./table.ts";
import { type Verdict, verdicts } from "./targets.ts";

/** What `--json` writes and `--compare` reads. */
export interface Report {
  readonly time: string;
  readonly machine: Machine;
  readonly seconds: number;
  readonly rows: readonly Row[];
  readonly targets: readonly Verdict[];
  /** What the reader ought to know, such as peers that are not there. */
  readonly notes: readonly string[];
}

/** Puts a run's rows together with the targets that they decide. */
export function reportOf(run: Omit<Report, "time" | "targets">): Report {
  return { time: new Date().toISOString(), targets: verdicts(run.rows), ...run };
}

/** Reads an earlier report. Throws TypeError for a file that is none. */
export function readReport(file: string): Report {
  const parsed = JSON.parse(readFileSync(file, "utf8")) as Partial<Report> | null;
  if (!Array.isArray(parsed?.rows))
    throw new TypeError(`${file} has no rows: name a file that --json has written`);
  return parsed as Report;
}

/** The tables of a run; with `before`, how each figure has changed since. */
export function tables(report: Report, before?: Report): string {
  const { cpu, cores, memoryGiB, node, commit, pinned } = report.machine;
  const place = pinned ? "server and load on one core" : "not pinned: no taskset here";
  return [
    `Node ${node}, ${cores} × ${cpu}, ${memoryGiB} GiB, commit ${commit}, ${place}`,
    "",
    figures(report.rows, before),
    ...(report.notes.length > 0 ? ["", ...report.notes] : []),
    ...(report.targets.length > 0 ? ["", targetTable(report.targets)] : []),
    "",
  ].join("\n");
}

function figures(rows: readonly Row[], before: Report | undefined): string {
  const head = ["benchmark", "case", "subject", "figure", "unit", "per second", "per CPU s"];
  head.push("meshwork ÷ it");
  if (before !== undefined) head.push("before", "change");
  const cells = rows.map((row) => {
    const ours = rows.find((other) => comparable(row, other) && other.subject === OURS);
    const ratio =
      row.subject === OURS || ours === undefined ? "" : figure(ours.figure / row.figure);
    const line = [row.benchmark, row.case, row.subject, figure(row.figure), row.unit];
    for (const rate of [row.perSecond, row.perCpuSecond])
      line.push(rate === undefined ? "" : figure(rate));
    line.push(ratio);
    if (before === undefined) return line;
    const old = before.rows.find((one) => comparable(row, one) && one.subject === row.subject);
    const change = old === undefined ? "" : `${((row.figure / old.figure - 1) * 100).toFixed(0)} %`;
    return [...line, old === undefined ? "" : figure(old.figure), change];
  });
  return table(head, cells, new Set([3, 5, 6, 7, 8, 9]));
}

function targetTable(judged: readonly Verdict[]): string {
  const cells = judged.map((one) => [
    one.target,
    figure(one.measured),
    one.reached ? "reached" : "not reached",
  ]);
  return table(["target", "measured", ""], cells, new Set([1]));
}

function comparable(one: Row, other: Row): boolean {
  return one.benchmark === other.benchmark && one.case === other.case;
}
