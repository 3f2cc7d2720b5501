// Asks before a change through a protected context.
import { createInterface } from "node:readline/promises";
import { usageError } from "../errors/cli-error.ts";
import type { Target } from "./target.ts";

/** Throws a usage error unless the context is not protected, or the person agrees. */
export async function confirmChange(
  target: Target,
  command: string,
  agreed: boolean,
): Promise<void> {
  if (!target.protected || agreed) return;
  const name = target.context?.value ?? "";
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw usageError(
      `the context ${name} is protected and nobody can be asked`,
      "give --yes to agree beforehand",
    );
  }
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await lines.question(
    `${command} changes ${target.endpoint.value} (context ${name}). Go on? [y/N] `,
  );
  lines.close();
  if (!/^y(es)?$/i.test(answer.trim())) throw usageError("not agreed: nothing was changed");
}
