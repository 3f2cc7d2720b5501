import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "@jest/globals";
import { root } from "./home.ts";

const tools = join(root, "node_modules/.cache/tools");

/** Programs of other languages, where `.ci/install-languages` or the machine has put them. */
export const python = join(tools, "python/bin/python");
export const grpcurl = join(tools, "bin/grpcurl");
export const buf = join(root, "node_modules/.bin/buf");

/** Whether a program can be started. */
export function canRun(command: string, args: readonly string[] = ["--version"]): boolean {
  return existsSync(command) || spawnSync(command, args).status === 0;
}

/** `test`, skipped with its reason where the tool is missing; in CI a missing tool is a failure. */
export function testWith(available: boolean, tool: string): typeof test {
  if (available || process.env["CI"] === "true") return test;
  process.stderr.write(`skipped: tests that need ${tool}; .ci/install-languages installs it\n`);
  return test.skip as typeof test;
}
