// The soak, short: processes under load, killed with messages in flight, and every promise kept.
import { randomInt } from "node:crypto";
import { expect, test } from "@jest/globals";
import { runSoak } from "./run-soak.ts";
import { verdictLines } from "./verdict.ts";

const CYCLES = 20;
const timeoutMs = 240_000;

test(
  `${CYCLES} cycles of load and SIGKILL: nothing lost, doubled, reordered or confirmed too early`,
  async () => {
    const seed = randomInt(2 ** 31);
    const lines: string[] = [];
    const verdict = await runSoak({ cycles: CYCLES, seed, print: (line) => lines.push(line) });
    const told = [...lines, ...verdictLines(verdict), `seed ${seed}`].join("\n");
    // Told whole where one of them fails.
    expect({ breaches: verdict.breaches, idleCycles: verdict.idleCycles, told }).toEqual({
      breaches: [],
      idleCycles: 0,
      told,
    });
    expect(verdict.counts.redelivered).toBeGreaterThan(0);
    expect(verdict.counts.acknowledged).toBeGreaterThan(CYCLES * 50);
  },
  timeoutMs,
);
