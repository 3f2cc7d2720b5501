// Finds what somebody probably meant.

/** Share of the letters that may differ. */
const differenceMax = 0.4;

/** The candidate nearest to what was typed; undefined where none is near. */
export function nearest(typed: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Infinity;
  for (const candidate of candidates) {
    const distance =
      candidate.startsWith(typed) && typed.length > 1 ? 0.5 : editDistance(typed, candidate);
    if (distance < least) [best, least] = [candidate, distance];
  }
  return best !== undefined && least <= Math.max(1, best.length * differenceMax) ? best : undefined;
}

/** A line such as `did you mean "worker"?`, for the hints of an error; none where nothing is near. */
export function suggestion(typed: string, candidates: readonly string[], prefix = ""): string[] {
  const best = nearest(typed, candidates);
  return best === undefined ? [] : [`did you mean \`${prefix}${best}\`?`];
}

/** Damerau-Levenshtein distance with adjacent swaps (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, before[j - 2]! + 1);
      }
      row.push(cost);
    }
    [before, last] = [last, row];
  }
  return last[b.length]!;
}
