// The load program with the real k6, and its word for it where there is none.
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { foundProgram, toolsFolder } from "./bench/processes/found.ts";
import { readArguments } from "./load/arguments.ts";
import { runScript } from "./load/k6.ts";
import { MISSING_FILE, skippedLine } from "./load/skipped.ts";
import { failuresOf } from "./load/summary.ts";
import { ended, leftOf, started } from "./testing/program.ts";

const k6 = foundProgram("k6");
const RUN_MS_MAX = 90_000;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "load-test-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

if (k6 === undefined) {
  test("without k6 the load is skipped, and in CI only for a reason", async () => {
    const { status, stdout } = await ended(started("load.ts", folder, []));
    process.stderr.write(stdout);
    expect({ status, stdout }).toEqual({ status: 0, stdout: `${skippedLine(toolsFolder)}\n` });
    if (process.env["CI"] === "true")
      expect(existsSync(join(toolsFolder, MISSING_FILE))).toBe(true);
  });
} else {
  test(
    "both scripts pass against a server, and leave no process and no file",
    async () => {
      const child = started("load.ts", folder, ["--duration", "3s", "--vus", "4"]);
      const { status, stdout, stderr } = await ended(child);
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      expect([leftOf(child), readdirSync(folder)]).toEqual([false, []]);
      for (const what of ["calls", "heartbeats acknowledged"]) {
        const [, count] = new RegExp(`^\\| ${what} +\\| +([\\d,]+) \\|`, "m").exec(stdout)!;
        expect(Number(count!.replaceAll(",", ""))).toBeGreaterThan(10);
      }
      const failed = [...stdout.matchAll(/^\| [^|]+\| +([1-9]\d*) \| +(\d+) \|$/gm)];
      expect(failed.map(([, , fails]) => fails)).toEqual(Array(8).fill("0"));
    },
    RUN_MS_MAX,
  );

  test("wrong answers fail the run, each with its name, and credentials are nobody else's", async () => {
    const server = createServer((_, response) => {
      response.writeHead(200, { "content-type": "application/json" }).end('{"agents":[]}');
    });
    await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
    try {
      const { port } = server.address() as AddressInfo;
      const agents = [{ agentId: "agent-0", token: "t" }];
      const given = { address: `127.0.0.1:${port}`, meshId: "m", key: "k", agents };
      const run = { ...given, vus: 1, durationMs: 1_000 };
      const { summary } = await runScript(k6, "unary", run, folder);
      expect(failuresOf(summary)).toEqual([
        expect.stringMatching(/^"ListAgents: every agent, by id" failed (\d+) of \1 times$/),
        expect.stringMatching(/^"WhoAmI: an admin's key" failed (\d+) of \1 times$/),
        "checks: rate==1 does not hold",
      ]);
      expect(statSync(join(folder, "unary.json")).mode & 0o777).toBe(0o600);
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  test("a script that cannot run fails with k6's own words", async () => {
    const given = { address: "", meshId: "", key: "", agents: [], vus: 0, durationMs: 1 };
    await expect(runScript(k6, "beats", given, folder)).rejects.toThrow(
      /exit 104\n[^]*number of VUs/,
    );
  });
}

describe("without k6", () => {
  test("the line names the cure, or the reason that the installer has left", () => {
    const line = "skipped: k6 is neither in node_modules/.cache/tools/bin nor in PATH; ";
    expect(skippedLine(folder)).toBe(`${line}.ci/install-k6 installs it`);
    writeFileSync(join(folder, MISSING_FILE), "Go is not found\n");
    expect(skippedLine(folder)).toBe(`${line}.ci/install-k6 could not install it: Go is not found`);
  });

  test("a program is found only where it may be run", () => {
    writeFileSync(join(folder, "plain"), "", { mode: 0o644 });
    writeFileSync(join(folder, "program"), "", { mode: 0o755 });
    expect(foundProgram("plain", [folder])).toBeUndefined();
    expect(foundProgram("program", [join(folder, "none"), folder])).toBe(join(folder, "program"));
  });
});

test("arguments are read, and those that make no sense are refused with the cure", () => {
  expect(readArguments([])).toEqual({ scripts: ["unary", "beats"], durationMs: 10_000, vus: 8 });
  expect(readArguments(["--script", "beats", "--duration", "2m", "--vus", "3"])).toEqual({
    scripts: ["beats"],
    durationMs: 120_000,
    vus: 3,
  });
  expect(() => readArguments(["--script", "all"])).toThrow(
    "--script all is none; there are unary, beats",
  );
  for (const duration of ["0s", "301s", "10", "s", "-1s"])
    expect(() => readArguments([`--duration=${duration}`])).toThrow("is not between 1s and 300s");
  for (const vus of ["0", "201", "1.5", "x"])
    expect(() => readArguments(["--vus", vus])).toThrow("is no whole number from 1 to 200");
});
