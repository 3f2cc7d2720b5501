import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, test } from "@jest/globals";

const runUntilSignal = join(import.meta.dirname, "commands/run-until-signal.ts");

/** A process that stops at a signal, stays for a while after it, then ends with the exit code. */
const program = `
  const { runUntilSignal } = await import(${JSON.stringify(runUntilSignal)});
  setInterval(() => undefined, 1_000);
  const ended = runUntilSignal(async () => undefined);
  console.log("ready");
  const status = await ended;
  console.log("stopped");
  process.stdin.once("data", () => process.exit(status));
`;

test("a signal that is passed on late, after the stop, does not spoil a clean end", async () => {
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  await once(child.stdout, "data");
  child.kill("SIGINT");
  await once(child.stdout, "data");
  child.kill("SIGINT");
  child.stdin.write("end\n");
  expect(await ended).toEqual([0, null]);
}, 20_000);
