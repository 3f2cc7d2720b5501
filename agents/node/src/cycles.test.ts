// A thousand starts and stops in one process leave not one timer, socket or listener behind, and no
// heap; afterwards the process ends by itself, as nothing holds it.
import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import type { CycleReport } from "./testing/count-cycles.ts";

const CYCLES = 1_000;
/** 900 cycles that kept even one agent each would hold several times that. */
const HEAP_GROWTH_BYTES_MAX = 4 * 1024 * 1024;

test("1,000 cycles", async () => {
  const folder = mkdtempSync(join(tmpdir(), "agents-"));
  try {
    const child = fork(
      join(import.meta.dirname, "testing/count-cycles.ts"),
      [String(CYCLES), folder],
      {
        execArgv: ["--expose-gc"],
        env: { ...process.env, NODE_OPTIONS: "" },
      },
    );
    const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
    const report = await new Promise<CycleReport>((resolve, reject) => {
      child.once("message", (message) => {
        resolve(message as CycleReport);
      });
      child.once("exit", (code) => {
        reject(new Error(`the process ended with ${code} before it reported`));
      });
    });
    expect(await exited).toBe(0);
    expect(report).toMatchObject({
      welcomed: CYCLES,
      left: CYCLES,
      called: CYCLES,
      handled: CYCLES,
    });
    expect(report.handlesAfter).toEqual(report.handlesBefore);
    expect(report.listenersAfter).toBe(report.listenersBefore);
    expect(report.heapGrowthBytes).toBeLessThan(HEAP_GROWTH_BYTES_MAX);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 120_000);
