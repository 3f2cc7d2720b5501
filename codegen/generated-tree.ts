// Compares and replaces trees of generated files.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";

/** A file that is not as it would be generated. */
export interface Difference {
  /** Below the tree's folder. */
  readonly path: string;
  readonly kind: "missing" | "differs" | "stale";
}

/** What would have to change in `committed` for it to be as `generated`, in order of path. */
export function differences(
  generated: string,
  committed: string,
  kept: ReadonlySet<string>,
): Difference[] {
  const wanted = filesBelow(generated);
  const there = new Set(filesBelow(committed).filter((path) => !kept.has(basename(path))));
  const found: Difference[] = [];
  for (const path of wanted) {
    if (!there.delete(path)) found.push({ path, kind: "missing" });
    else if (!readFileSync(join(generated, path)).equals(readFileSync(join(committed, path)))) {
      found.push({ path, kind: "differs" });
    }
  }
  for (const path of there) found.push({ path, kind: "stale" });
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Makes `committed` as `generated`, touching nothing but what differs. */
export function replaceTree(
  generated: string,
  committed: string,
  found: readonly Difference[],
): void {
  for (const { path, kind } of found) {
    const target = join(committed, path);
    if (kind === "stale") {
      rmSync(target);
      continue;
    }
    mkdirSync(dirname(target), { recursive: true });
    cpSync(join(generated, path), target);
  }
}

/** Python's caches are no one's output. */
function filesBelow(folder: string): string[] {
  if (statSync(folder, { throwIfNoEntry: false }) === undefined) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile() && !each.parentPath.includes("__pycache__"))
    .map((each) => relative(folder, join(each.parentPath, each.name)))
    .sort();
}
