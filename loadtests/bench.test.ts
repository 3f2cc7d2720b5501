// The benchmarks' own program: it prints, writes and compares, and leaves nothing behind.
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { foundProgram } from "./bench/processes/found.ts";
import type { Report } from "./bench/report/report.ts";
import { OURS } from "./bench/report/row.ts";
import { ended, leftOf, started } from "./testing/program.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "bench-test-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const bench = (...args: string[]): ChildProcess => started("bench.ts", folder, args);

// Starts eighteen processes, one after the other.
const RUN_MS_MAX = 90_000;

test(
  "the smallest run prints a table, writes its JSON, compares with it, and leaves no process",
  async () => {
    const file = join(folder, "run.json");
    const args = ["--seconds", "0.2", "--only", "store"];
    const child = bench(...args, "--json", file);
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

    const again = await ended(bench(...args, "--compare", file));
    expect(again.stdout).toMatch(/^\| benchmark .* before +\| +change \|$/m);
  },
  RUN_MS_MAX,
);

test(
  "servers of other people are measured where they are found, and named where they are not",
  async () => {
    const file = join(folder, "run.json");
    const only = ["--only", "writes", "--only", "mailbox"];
    const profiles = join(folder, "profiles");
    const child = bench("--seconds", "0.2", ...only, "--json", file, "--profile", profiles);
    const { status, stdout, stderr } = await ended(child);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "writes …\nmailbox …\n" });
    expect([leftOf(child), readdirSync(folder)]).toEqual([false, ["profiles", "run.json"]]);
    // The server's main thread, and that of its store.
    expect(readdirSync(profiles)).toEqual(["mailbox.1.cpuprofile", "mailbox.cpuprofile"]);
    expect(stdout).toMatch(/^mailbox\.1: self time[^]*^mailbox: self time/m);

    const { rows, notes } = JSON.parse(readFileSync(file, "utf8")) as Report;
    const measured = (subject: string): number[] =>
      rows.filter((row) => row.subject === subject).map(({ figure }) => figure);
    for (const [program, subject, cases] of [
      ["etcd", "etcd put", 3],
      ["nats-server", "NATS JetStream", 8],
    ] as const) {
      const found = foundProgram(program) !== undefined;
      expect(measured(subject)).toHaveLength(found ? cases : 0);
      const named = notes.filter((note) => note.startsWith(`${program} not found: `));
      expect(named).toHaveLength(found ? 0 : 1);
      for (const note of named) expect(stdout).toContain(`${note}\n`);
    }
    expect(measured(OURS)).toHaveLength(3 + 8);
    for (const { figure } of rows) expect(figure).toBeGreaterThan(0);
  },
  RUN_MS_MAX,
);

test(
  "a message to many reaches all who are connected, and the mailboxes of all who are away",
  async () => {
    const file = join(folder, "run.json");
    const child = bench("--seconds", "0.2", "--only", "fan-out", "--json", file);
    const { status, stderr } = await ended(child);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "fan-out …\n" });
    expect([leftOf(child), readdirSync(folder)]).toEqual([false, ["run.json"]]);
    const { rows } = JSON.parse(readFileSync(file, "utf8")) as Report;
    expect(rows.map((row) => `${row.case}, ${row.subject}`)).toEqual([
      "20 connected, meshwork",
      "20 connected, node:http2, write loop",
      "100 away, meshwork",
    ]);
    for (const { figure } of rows) expect(figure).toBeGreaterThan(0);
  },
  RUN_MS_MAX,
);

test("an interrupted run ends what it has started", async () => {
  const child = bench("--seconds", "3", "--only", "store");
  const end = ended(child);
  // Interrupted in the midst of a measurement: there is a process to end.
  while (!readdirSync(folder, { recursive: true }).some((name) => String(name).endsWith("puts.db")))
    await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill("SIGINT");
  expect((await end).status).toBe(130);
  expect([leftOf(child), readdirSync(folder)]).toEqual([false, []]);
});

test("an argument that makes no sense is refused with the cure", async () => {
  const child = bench("--only", "everything");
  expect(await ended(child)).toMatchObject({
    status: 1,
    stderr:
      "--only everything is no benchmark; there are link, memory, calls, messages, unary, store, writes, mailbox, fan-out, start\n",
  });
});
