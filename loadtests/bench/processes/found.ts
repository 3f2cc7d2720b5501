// Programs of others that make a run richer where they are there.
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Where `.ci/install-…` puts the tools of other languages. */
export const toolsFolder = join(import.meta.dirname, "../../../node_modules/.cache/tools");

/** Path of the first program of this name, in the tools' own folder and then in PATH. */
export function foundProgram(
  name: string,
  folders: readonly string[] = [
    join(toolsFolder, "bin"),
    ...(process.env["PATH"] ?? "").split(delimiter),
  ],
): string | undefined {
  return folders
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
