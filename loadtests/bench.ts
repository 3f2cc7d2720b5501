// Runs the benchmarks: `npm run bench -- [--only NAME]… [--seconds N] [--json FILE] [--compare FILE]
// [--profile FOLDER]`. See docs/performance.md.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { readArguments } from "./bench/arguments.ts";
import { agentCalls } from "./bench/benchmarks/agent-calls.ts";
import { agentMessages } from "./bench/benchmarks/agent-messages.ts";
import { idleMemory } from "./bench/benchmarks/idle-memory.ts";
import { linkEcho } from "./bench/benchmarks/link-echo.ts";
import { start } from "./bench/benchmarks/start.ts";
import { storePuts } from "./bench/benchmarks/store-puts.ts";
import { unary } from "./bench/benchmarks/unary.ts";
import { endAll } from "./bench/processes/children.ts";
import { machine } from "./bench/report/machine.ts";
import { profileParts } from "./bench/report/profile.ts";
import { readReport, reportOf, tables } from "./bench/report/report.ts";
import type { Benchmark, Row } from "./bench/report/row.ts";

const benchmarks: Readonly<Record<string, Benchmark>> = {
  link: linkEcho,
  memory: idleMemory,
  calls: agentCalls,
  messages: agentMessages,
  unary,
  store: storePuts,
  start,
};
const RUN_MS_MAX = 240_000;
const scratch = mkdtempSync(join(tmpdir(), "meshwork-bench-"));

let leaving = false;

/** The first reason to leave decides. */
function leave(exitCode: number, reason?: string): void {
  if (leaving) return;
  leaving = true;
  if (reason !== undefined) process.stderr.write(`${reason}\n`);
  void endAll().then(() => process.exit(exitCode));
}

async function run(): Promise<void> {
  const wanted = readArguments(process.argv.slice(2), Object.keys(benchmarks));
  const before = wanted.compare === undefined ? undefined : readReport(wanted.compare);
  if (wanted.profile !== undefined) mkdirSync(wanted.profile, { recursive: true });
  const rows: Row[] = [];
  for (const name of wanted.only) {
    process.stderr.write(`${name} …\n`);
    rows.push(
      ...(await benchmarks[name]!({
        seconds: wanted.seconds,
        folder: () => mkdtempSync(join(scratch, `${name}-`)),
        profileFolder: wanted.profile,
      })),
    );
  }
  const report = reportOf(rows, machine(), wanted.seconds);
  process.stdout.write(tables(report, before));
  if (wanted.json !== undefined) writeFileSync(wanted.json, `${JSON.stringify(report, null, 2)}\n`);
  if (wanted.profile !== undefined && wanted.only.includes("link")) {
    process.stdout.write("\nlink, 16 in flight: self time of the server\n");
    for (const { part, share } of profileParts(resolve(wanted.profile, "link.cpuprofile")))
      process.stdout.write(`${(share * 100).toFixed(1).padStart(5)} %  ${part}\n`);
  }
}

process.on("exit", () => rmSync(scratch, { recursive: true, force: true, maxRetries: 5 }));
process.on("SIGINT", () => leave(130, "interrupted"));
process.on("SIGTERM", () => leave(143, "terminated"));
setTimeout(() => leave(1, `not done after ${RUN_MS_MAX} ms: given up`), RUN_MS_MAX).unref();
run().then(
  () => leave(0),
  (error: unknown) => leave(1, error instanceof Error ? error.message : String(error)),
);
