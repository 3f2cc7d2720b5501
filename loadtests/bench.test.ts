// The benchmarks' own program: it prints, writes and compares, and leaves nothing behind.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { Report } from "./bench/report/report.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "bench-test-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Starts the program in a process group of its own, with its scratch files in the folder. */
function started(...args: string[]): ChildProcess {
  return spawn(process.execPath, [join(import.meta.dirname, "bench.ts"), ...args], {
    detached: true,
    env: { ...process.env, TMPDIR: folder, NODE_OPTIONS: "" },
  });
}

async function ended(child: ChildProcess): Promise<{ status: number | null; stdout: string }> {
  let stdout = "";
  child.stdout!.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  const status = await new Promise<number | null>((resolve) => child.on("close", resolve));
  return { status, stdout };
}

/** Processes that are left of the child's group. */
function leftOf(child: ChildProcess): boolean {
  try {
    return process.kill(-child.pid!, 0);
  } catch {
    return false;
  }
}

// Starts eighteen processes, one after the other.
const RUN_MS_MAX = 90_000;

test(
  "the smallest run prints a table, writes its JSON, compares with it, and leaves no process",
  async () => {
    const file = join(folder, "run.json");
    const args = ["--seconds", "0.2", "--only", "store"];
    const child = started(...args, "--json", file);
    expect(leftOf(child)).toBe(true);
    const { status, stdout } = await ended(child);
    expect(status).toBe(0);
    expect([leftOf(child), readdirSync(folder)]).toEqual([false, ["run.json"]]);

    const report = JSON.parse(readFileSync(file, "utf8")) as Report;
    expect(report.machine).toMatchObject({ node: process.version, commit: expect.any(String) });
    expect(report.rows.map((row) => `${row.case}, ${row.subject}`)).toEqual(
      [1, 16, 64, 256].flatMap((writers) => {
        const name = `${writers} writer${writers === 1 ? "" : "s"}`;
        return [`${name}, meshwork`, `${name}, node:sqlite, one by one`];
      }),
    );
    for (const { figure } of report.rows) expect(figure).toBeGreaterThan(0);
    expect(stdout.split("\n").filter((line) => line.startsWith("| store "))).toHaveLength(8);

    const again = await ended(started(...args, "--compare", file));
    expect(again.stdout).toMatch(/^\| benchmark .* before +\| +change \|$/m);
  },
  RUN_MS_MAX,
);

test("an interrupted run ends what it has started", async () => {
  const child = started("--seconds", "3", "--only", "store");
  const end = ended(child);
  // Interrupted in the midst of a measurement: there is a process to end.
  while (!readdirSync(folder, { recursive: true }).some((name) => String(name).endsWith("puts.db")))
    await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill("SIGINT");
  expect((await end).status).toBe(130);
  expect([leftOf(child), readdirSync(folder)]).toEqual([false, []]);
});

test("an argument that makes no sense is refused with the cure", async () => {
  const child = started("--only", "everything");
  let stderr = "";
  child.stderr!.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  expect((await ended(child)).status).toBe(1);
  expect(stderr).toBe(
    "--only everything is no benchmark; there are link, memory, calls, messages, unary, store, start\n",
  );
});
