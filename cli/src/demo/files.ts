import { readdir } from "node:fs/promises";
import { join } from "node:path";

/** What a worker tells of a file, counted as `LC_ALL=C wc` counts. */
export interface FileFacts {
  /** Absolute. */
  readonly path: string;
  readonly lines: number;
  readonly words: number;
  readonly bytes: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

/** The regular files below the folders, as absolute paths, sorted; links are not followed. */
export async function filesBelow(folders: readonly string[]): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const folder of folders) {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (entry.isFile() && !entry.parentPath.includes("node_modules"))
        found.add(join(entry.parentPath, entry.name));
    }
  }
  return [...found].sort();
}
