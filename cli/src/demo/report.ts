import { rename, writeFile } from "node:fs/promises";
import type { FileFacts } from "./files.ts";

/** Sums over files. */
export interface Totals {
  readonly files: number;
  readonly lines: number;
  readonly words: number;
  readonly bytes: number;
}

export const emptyTotals: Totals = { files: 0, lines: 0, words: 0, bytes: 0 };

/** Sums the figures up. */
export function totalsOf(facts: Iterable<FileFacts>): Totals {
  let totals = emptyTotals;
  for (const { lines, words, bytes } of facts) {
    totals = {
      files: totals.files + 1,
      lines: totals.lines + lines,
      words: totals.words + words,
      bytes: totals.bytes + bytes,
    };
  }
  return totals;
}

/** Writes one JSON line a file and last `{"totals":{…}}`; the file is replaced as a whole. */
export async function writeReport(
  file: string,
  facts: Iterable<FileFacts>,
  totals: Totals,
): Promise<void> {
  const lines = [...facts]
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ path, lines: count, words, bytes, sha256 }) =>
      JSON.stringify({ path, lines: count, words, bytes, sha256 }),
    );
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, [...lines, JSON.stringify({ totals }), ""].join("\n"));
  await rename(draft, file);
}
