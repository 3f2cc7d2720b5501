// Lines of aligned cells.
import type { DescField, DescMessage, Message } from "@bufbuild/protobuf";
import { cellText, columnOf, valueAt, type CellStyle, type Column } from "./paths.ts";

/** Which columns a table has and in which order its rows come. */
export interface TableStyle extends CellStyle {
  readonly headers: boolean;
  readonly sortBy: string | undefined;
}

/** Gap between columns. */
const gap = "  ";

/** The lines of a table, headings first where they are wanted. */
export function tableLines(cells: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of cells)
    row.forEach((cell, at) => (widths[at] = Math.max(widths[at] ?? 0, width(cell))));
  return cells.map((row) => rowLine(row, widths));
}

/** One line of a table of known widths; longer cells push the rest. */
export function rowLine(row: readonly string[], widths: readonly number[]): string {
  return row
    .map((cell, at) => cell + " ".repeat(Math.max(0, (widths[at] ?? 0) - width(cell))))
    .join(gap)
    .trimEnd();
}

/** Headings and rows of messages as cells; an empty cell is shown as a hyphen. */
export function tableCells(
  messages: readonly Message[],
  columns: readonly Column[],
  style: TableStyle,
): string[][] {
  const rows = messages.map((each) =>
    columns.map((column) => cellText(each, column, style) || "-"),
  );
  return style.headers ? [columns.map(({ heading }) => heading), ...rows] : rows;
}

/** Messages in the order of a path; `-path` turns it round. Equal ones stay as they were. */
export function sorted(
  desc: DescMessage,
  messages: readonly Message[],
  by: string | undefined,
): readonly Message[] {
  if (by === undefined) return messages;
  const turn = by.startsWith("-") ? -1 : 1;
  const { path } = columnOf(desc, by.replace(/^-/, ""));
  return [...messages].sort(
    (a, b) => turn * compare(sortKey(valueAt(a, path)), sortKey(valueAt(b, path))),
  );
}

/** The given columns and behind them every other field that fits into a cell. */
export function wideColumns(
  desc: DescMessage,
  columns: readonly Column[],
  secrets: readonly string[],
): Column[] {
  const shown = new Set(columns.map(({ path }) => path.map(({ name }) => name).join(".")));
  const rest = desc.fields.filter(
    (field) => fits(field) && !shown.has(field.name) && !secrets.includes(field.name),
  );
  return [...columns, ...rest.map(({ name }) => columnOf(desc, name))];
}

function fits({ fieldKind, message }: DescField): boolean {
  if (fieldKind === "message")
    return /^google\.protobuf\.(Timestamp|Duration|Struct)$/.test(message.typeName);
  return message === undefined;
}

type Key = string | number | bigint | undefined;

function sortKey(value: unknown): Key {
  if (typeof value === "string" || typeof value === "number" || typeof value === "bigint")
    return value;
  if (typeof value === "boolean") return Number(value);
  if (typeof value === "object" && value !== null && "seconds" in value && "nanos" in value) {
    return (value.seconds as bigint) * 1_000_000_000n + BigInt(value.nanos as number);
  }
  return value === undefined
    ? undefined
    : JSON.stringify(value, (_, each: unknown) =>
        typeof each === "bigint" ? each.toString() : each,
      );
}

function compare(a: Key, b: Key): number {
  if (a === b) return 0;
  if (a === undefined) return 1;
  if (b === undefined) return -1;
  return a < b ? -1 : 1;
}

/** The beginning of a line that fits into so many columns of a terminal. */
export function cutTo(line: string, columns: number): string {
  let room = columns;
  let cut = "";
  for (const char of line) {
    room -= width(char);
    if (room < 0) return cut;
    cut += char;
  }
  return cut;
}

/** Columns that a text takes: marks that combine take none, wide East Asian characters two. */
function width(text: string): number {
  let columns = 0;
  for (const char of text.normalize("NFC")) {
    if (/\p{Mark}/u.test(char)) continue;
    columns +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]|\p{Emoji_Presentation}/u.test(
        char,
      )
        ? 2
        : 1;
  }
  return columns;
}
