// The table that people read, and the file that programs read.
import { readFileSync } from "node:fs";
import type { Machine } from "./machine.ts";
import { OURS, type Row } from "./row.ts";
import { type Verdict, verdicts } from "./targets.ts";

/** What `--json` writes and `--compare` reads. */
export interface Report {
  readonly time: string;
  readonly machine: Machine;
  readonly seconds: number;
  readonly rows: readonly Row[];
  readonly targets: readonly Verdict[];
}

/** Puts a run's rows together with the targets that they decide. */
export function reportOf(rows: readonly Row[], machine: Machine, seconds: number): Report {
  return { time: new Date().toISOString(), machine, seconds, rows, targets: verdicts(rows) };
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
    ...(report.targets.length > 0 ? ["", targetTable(report.targets)] : []),
    "",
  ].join("\n");
}

function figures(rows: readonly Row[], before: Report | undefined): string {
  const head = ["benchmark", "case", "subject", "figure", "unit", "per second", "meshwork ÷ it"];
  if (before !== undefined) head.push("before", "change");
  const cells = rows.map((row) => {
    const ours = rows.find((other) => comparable(row, other) && other.subject === OURS);
    const ratio =
      row.subject === OURS || ours === undefined ? "" : number(ours.figure / row.figure);
    const line = [row.benchmark, row.case, row.subject, number(row.figure), row.unit];
    line.push(row.perSecond === undefined ? "" : number(row.perSecond), ratio);
    if (before === undefined) return line;
    const old = before.rows.find((one) => comparable(row, one) && one.subject === row.subject);
    const change = old === undefined ? "" : `${((row.figure / old.figure - 1) * 100).toFixed(0)} %`;
    return [...line, old === undefined ? "" : number(old.figure), change];
  });
  return table(head, cells, new Set([3, 5, 6, 7, 8]));
}

function targetTable(judged: readonly Verdict[]): string {
  const cells = judged.map((one) => [
    one.target,
    number(one.measured),
    one.reached ? "reached" : "not reached",
  ]);
  return table(["target", "measured", ""], cells, new Set([1]));
}

function comparable(one: Row, other: Row): boolean {
  return one.benchmark === other.benchmark && one.case === other.case;
}

function number(value: number): string {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString("en-US");
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}

/** Markdown, so that it can go into a document as it is. */
function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  right: ReadonlySet<number>,
): string {
  const widths = head.map((title, column) =>
    Math.max(3, title.length, ...rows.map((row) => row[column]!.length)),
  );
  const line = (row: readonly string[]): string => {
    const cells = row.map((cell, column) =>
      right.has(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
    );
    return `| ${cells.join(" | ")} |`;
  };
  const rule = widths.map(
    (width, column) => "-".repeat(width - 1) + (right.has(column) ? ":" : "-"),
  );
  return [line(head), `| ${rule.join(" | ")} |`, ...rows.map(line)].join("\n");
}
