// The demo's manager, as a module for `mesh agent run`: hands the files of a folder out to workers,
// prints what they answer, and works again when a file changes. Configured by the environment:
// MESHWORK_DEMO_FOLDERS (separated as in PATH) and MESHWORK_DEMO_REPORT (a file).
import { delimiter, relative } from "node:path";
import type { CapabilityHandler, IAgent, IManagerAgent } from "@meshwork/agents-core";
import { type FileFacts, filesBelow } from "./files.ts";
import { changedFiles } from "./file-changes.ts";
import { emptyTotals, type Totals, totalsOf, writeReport } from "./report.ts";

const folders = (process.env["MESHWORK_DEMO_FOLDERS"] ?? "")
  .split(delimiter)
  .filter((folder) => folder !== "");
const reportFile = process.env["MESHWORK_DEMO_REPORT"];
/** Calls in flight with each worker. */
const perWorkerMax = 4;

const facts = new Map<string, FileFacts>();
let totals: Totals = emptyTotals;

/** What the manager can be called for. */
export const capabilities: Readonly<Record<string, CapabilityHandler>> = {
  "work.totals": () => ({ ...totals }),
};

/** Has the agent work from its start to its stop. */
export function setUp(agent: IAgent): void {
  const stopped = new AbortController();
  agent.on("phase", (phase) => {
    if (phase === "running") void run(agent as IManagerAgent, stopped.signal);
    else if (phase !== "starting") stopped.abort();
  });
}

async function run(manager: IManagerAgent, signal: AbortSignal): Promise<void> {
  try {
    // Watched before the first look, so that no change falls between the two.
    const changes = changedFiles(folders, signal);
    await work(manager, await filesBelow(folders), signal);
    for await (const changed of changes) await work(manager, changed, signal);
  } catch (error) {
    if (!signal.aborted) console.error(`the work ended: ${(error as Error).message}`);
  }
}

const heading = `${"file".padEnd(50)} ${"by".padEnd(4)} ${["lines", "words", "bytes"].map((name) => name.padStart(8)).join("")}  sha256`;

async function work(
  manager: IManagerAgent,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const existing = new Set(await filesBelow(folders));
  for (const path of facts.keys()) {
    if (existing.has(path)) continue;
    facts.delete(path);
    console.log(`${shown(path)}  is gone`);
  }
  const tasks = paths.filter((path) => existing.has(path));
  const results = manager.dispatch(tasks, {
    capability: "file.digest",
    data: (path) => ({ path }),
    perWorkerMax,
    signal,
  });
  if (tasks.length > 0) console.log(heading);
  for await (const { task, workerId, answer, error } of results) {
    if (answer === undefined)
      console.log(`${shown(task)}  failed: ${error?.message ?? "no answer"}`);
    else {
      const found = answer.json() as FileFacts;
      facts.set(task, { ...found, path: task });
      console.log(
        `${shown(task).padEnd(50)} ${String(workerId).padEnd(4)} ${columns(found)}  ${found.sha256.slice(0, 16)}`,
      );
    }
  }
  totals = totalsOf(facts.values());
  console.log(
    `totals: ${totals.files} files, ${totals.lines} lines, ${totals.words} words, ${totals.bytes} bytes`,
  );
  if (reportFile !== undefined) await writeReport(reportFile, facts.values(), totals);
}

function columns({ lines, words, bytes }: FileFacts): string {
  return [lines, words, bytes].map((count) => String(count).padStart(8)).join("");
}

function shown(path: string): string {
  return relative(process.cwd(), path);
}
