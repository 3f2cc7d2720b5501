import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Where `.ci/install-k6` says why it could not. */
export const MISSING_FILE = "k6-missing";

/** The line that stands for a run without k6, with the reason that the folder of tools has for it. */
export function skippedLine(toolsFolder: string): string {
  const file = join(toolsFolder, MISSING_FILE);
  const cure = existsSync(file)
    ? `.ci/install-k6 could not install it: ${readFileSync(file, "utf8").trim()}`
    : ".ci/install-k6 installs it";
  return `skipped: k6 is neither in node_modules/.cache/tools/bin nor in PATH; ${cure}`;
}
