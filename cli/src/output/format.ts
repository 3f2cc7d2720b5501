// What a call gave, in the format that was asked for.
import { toJson, type DescMessage, type Message } from "@bufbuild/protobuf";
import type { CommandRow } from "@meshwork/gen-cli/types";
import { usageError } from "../errors/cli-error.ts";
import type { OutputStyle } from "./format-names.ts";
import { columnOf, type Column } from "./paths.ts";
import { sorted, tableCells, tableLines, wideColumns } from "./table.ts";

/** Messages of one type, and whether they are a list or the one thing asked for. */
export interface Shown {
  readonly desc: DescMessage;
  readonly messages: readonly Message[];
  readonly list: boolean;
}

/** The text of what is shown, with its last line ended; empty where there is nothing to show. */
export async function formatted(
  row: CommandRow,
  shown: Shown,
  style: OutputStyle,
): Promise<string> {
  const messages = sorted(shown.desc, shown.messages, style.sortBy);
  const values = () => messages.map((each) => toJson(shown.desc, each));
  switch (style.format) {
    case "json":
      return `${JSON.stringify(shown.list ? values() : values()[0], undefined, 2)}\n`;
    case "jsonl":
      return values()
        .map((each) => `${JSON.stringify(each)}\n`)
        .join("");
    case "yaml": {
      const { stringify } = await import("yaml");
      return stringify(shown.list ? values() : values()[0]);
    }
    case "name":
      return messages.map((each) => `${nameIn(row, toJson(shown.desc, each))}\n`).join("");
    default:
      return lines(tableLines(tableCells(messages, columnsOf(row, shown.desc, style), style)));
  }
}

/**
 * Throws a usage error for a style that cannot show what a command gives. Asked before the call, so
 * that no change is made whose answer, with a secret in it, would then be lost.
 */
export function checkStyle(row: CommandRow, desc: DescMessage, style: OutputStyle): void {
  if (style.sortBy !== undefined) columnOf(desc, style.sortBy.replace(/^-/, ""));
  if (style.format === "name") nameFieldOf(row);
  for (const path of style.columns ?? []) columnOf(desc, path);
}

/** The columns that a command's table has under a style. */
export function columnsOf(row: CommandRow, desc: DescMessage, style: OutputStyle): Column[] {
  if (style.columns !== undefined) return style.columns.map((path) => columnOf(desc, path));
  const columns = row.columns.map((path) => columnOf(desc, path));
  return style.format === "wide" ? wideColumns(desc, columns, row.secrets) : columns;
}

function nameIn(row: CommandRow, json: unknown): string {
  let value = json;
  for (const part of nameFieldOf(row).split("."))
    value = (value as Record<string, unknown> | undefined)?.[part];
  return typeof value === "string" ? value : "";
}

function nameFieldOf(row: CommandRow): string {
  if (row.nameField !== undefined) return row.nameField;
  throw usageError(`${row.topic} ${row.verb} gives nothing with a name`, "use another -o");
}

function lines(all: readonly string[]): string {
  return all.map((each) => `${each}\n`).join("");
}
