/** Markdown, so that it can go into a document as it is. `right` are the columns that hold figures. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  right: ReadonlySet<number>,
): string {
  const widths = head.map((title, column) =>
    Math.max(3, title.length, ...rows.map((row) => row[column]!.length)),
  );
  const line = (row: readonly string[]): string => {
    const cells = row.map((cell, column) =>
      right.has(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
    );
    return `| ${cells.join(" | ")} |`;
  };
  const rule = widths.map(
    (width, column) => "-".repeat(width - 1) + (right.has(column) ? ":" : "-"),
  );
  return [line(head), `| ${rule.join(" | ")} |`, ...rows.map(line)].join("\n");
}

/** A figure for people: three digits of it, or all before the point. */
export function figure(value: number): string {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString("en-US");
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}
