// Pairs such as `a=b,c=d` outside of the table.
import { processSources } from "./sources.ts";
import { valueOf } from "./values.ts";

/** The pairs of a flag. Throws a usage error that names it. */
export async function pairsOf(
  texts: readonly string[],
  flag: string,
): Promise<Record<string, string>> {
  const row = { field: "", json: "", flag, kind: "string", map: true, help: "" } as const;
  return (await valueOf(row, texts, `--${flag}`, processSources())) as Record<string, string>;
}
