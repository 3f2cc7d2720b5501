// Where a database may lie. Looked at first, so that a place that cannot be is left without a trace.
import { existsSync, mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { StoreError } from "../store.ts";

/**
 * Makes the folders that are missing, for their owner alone. Fails with INVALID when the path is
 * something else than a file, and when a folder cannot be made.
 */
export function preparePlace(databasePath: string): void {
  const found = statSync(databasePath, { throwIfNoEntry: false });
  if (found?.isDirectory() === true) {
    const text = `${databasePath} is a folder; name a file in it, such as ${databasePath}/mesh.db`;
    throw new StoreError("INVALID", text);
  }
  if (found?.isFile() === false)
    throw new StoreError("INVALID", `${databasePath} is no ordinary file; name another`);
  for (const folder of missingFolders(dirname(databasePath))) createFolder(folder);
}

/** Outermost first. */
function missingFolders(folder: string): string[] {
  if (existsSync(folder) || dirname(folder) === folder) return [];
  return [...missingFolders(dirname(folder)), folder];
}

/**
 * One at a time: Node's recursive way never ends where the system answers "no such file" although the
 * parent is there, as /proc does.
 */
function createFolder(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // another process was quicker
    if (existsSync(folder)) return;
    const why = (error as Error).message;
    throw new StoreError("INVALID", `the folder ${folder} cannot be made: ${why}`, {
      cause: error,
    });
  }
}
