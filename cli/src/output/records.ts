// Shows plain records, which no contract describes, in the formats of all other output.
import { usageError } from "../errors/cli-error.ts";
import type { OutputStyle } from "./format-names.ts";
import { out } from "./stdout.ts";
import { tableLines } from "./table.ts";

/** A record of texts and truths. */
export type PlainRecord = Readonly<Record<string, string | boolean>>;

/** Writes records of the same keys to stdout; `list` tells whether one alone is a list of one. */
export async function printRecords(
  records: readonly PlainRecord[],
  style: Pick<OutputStyle, "format" | "headers">,
  list: boolean,
): Promise<void> {
  await out(await textOf(records, style, list));
}

async function textOf(
  records: readonly PlainRecord[],
  { format, headers }: Pick<OutputStyle, "format" | "headers">,
  list: boolean,
): Promise<string> {
  switch (format) {
    case "json":
      return `${JSON.stringify(list ? records : records[0], undefined, 2)}\n`;
    case "jsonl":
      return records.map((each) => `${JSON.stringify(each)}\n`).join("");
    case "yaml": {
      const { stringify } = await import("yaml");
      return stringify(list ? records : records[0]);
    }
    case "name":
      return records
        .map(({ name, messageId }) => {
          const own = name ?? messageId;
          if (own === undefined) throw usageError("this has no names", "use another -o");
          return `${String(own)}\n`;
        })
        .join("");
    default: {
      const [first] = records;
      const head =
        headers && first !== undefined
          ? [Object.keys(first).map((each) => each.toUpperCase())]
          : [];
      const cells = [...head, ...records.map((each) => Object.values(each).map(cellOf))];
      return tableLines(cells)
        .map((line) => `${line}\n`)
        .join("");
    }
  }
}

function cellOf(value: string | boolean): string {
  if (typeof value === "boolean") return value ? "yes" : "-";
  return value === "" ? "-" : value;
}
