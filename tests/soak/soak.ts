// `npm run soak -- [--cycles N] [--seed S]`: load and SIGKILL, and whether every promise was kept. Exits
// 1 when one was not, or when a kill found nothing in flight.
import { randomInt } from "node:crypto";
import { parseArgs } from "node:util";
import { runSoak } from "./run-soak.ts";
import { verdictLines } from "./verdict.ts";

const { values } = parseArgs({
  options: { cycles: { type: "string", default: "20" }, seed: { type: "string" } },
});
const cycles = wholeNumber("cycles", values.cycles, 10_000);
const seed =
  values.seed === undefined ? randomInt(2 ** 31) : wholeNumber("seed", values.seed, 2 ** 31);
const print = (line: string): void => void process.stdout.write(`${line}\n`);

print(
  `soak of ${cycles} cycles, seed ${seed}; again: npm run soak -- --cycles ${cycles} --seed ${seed}`,
);
const verdict = await runSoak({ cycles, seed, print });
for (const line of verdictLines(verdict)) print(line);
process.exitCode = verdict.breaches.length > 0 || verdict.idleCycles > 0 ? 1 : 0;

function wholeNumber(name: string, text: string, max: number): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= max) return number;
  process.stderr.write(`--${name} takes a whole number from 1 to ${max}, not ${text}\n`);
  process.exit(2);
}
