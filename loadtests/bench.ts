// Runs the benchmarks: `npm run bench -- [--only NAME]… [--seconds N] [--json FILE] [--compare FILE]
// [--profile FOLDER]`. See docs/performance.md.
import { mkdirSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { readArguments } from "./bench/arguments.ts";
import { agentCalls } from "./bench/benchmarks/agent-calls.ts";
import { agentMessages } from "./bench/benchmarks/agent-messages.ts";
import { fanOut } from "./bench/benchmarks/fan-out.ts";
import { idleMemory } from "./bench/benchmarks/idle-memory.ts";
import { linkEcho } from "./bench/benchmarks/link-echo.ts";
import { mailbox } from "./bench/benchmarks/mailbox.ts";
import { start } from "./bench/benchmarks/start.ts";
import { storePuts } from "./bench/benchmarks/store-puts.ts";
import { unary } from "./bench/benchmarks/unary.ts";
import { writes } from "./bench/benchmarks/writes.ts";
import { run } from "./bench/processes/run.ts";
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
  writes,
  mailbox,
  "fan-out": fanOut,
  start,
};
const RUN_MS_MAX = 360_000;

run("bench", RUN_MS_MAX, async (scratch) => {
  const wanted = readArguments(process.argv.slice(2), Object.keys(benchmarks));
  const before = wanted.compare === undefined ? undefined : readReport(wanted.compare);
  if (wanted.profile !== undefined) mkdirSync(wanted.profile, { recursive: true });
  const rows: Row[] = [];
  const notes = new Set<string>();
  for (const name of wanted.only) {
    process.stderr.write(`${name} …\n`);
    rows.push(
      ...(await benchmarks[name]!({
        seconds: wanted.seconds,
        folder: () => mkdtempSync(join(scratch, `${name}-`)),
        note: (text) => void notes.add(text),
        profileFolder: wanted.profile,
      })),
    );
  }
  const report = reportOf({ machine: machine(), seconds: wanted.seconds, rows, notes: [...notes] });
  process.stdout.write(tables(report, before));
  if (wanted.json !== undefined) writeFileSync(wanted.json, `${JSON.stringify(report, null, 2)}\n`);
  if (wanted.profile !== undefined) printProfiles(resolve(wanted.profile));
});

/** `name.cpuprofile` is of the server's main thread, `name.1.cpuprofile` of its first worker thread. */
function printProfiles(folder: string): void {
  for (const file of readdirSync(folder).sort()) {
    const name = /^([a-z]+(?:\.\d+)?)\.cpuprofile$/.exec(file)?.[1];
    if (name === undefined) continue;
    process.stdout.write(`\n${name}: self time of the server's thread\n`);
    for (const { part, share } of profileParts(join(folder, file)))
      process.stdout.write(`${(share * 100).toFixed(1).padStart(5)} %  ${part}\n`);
  }
}
