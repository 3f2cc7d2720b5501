// What can come next on a command line.
import { formats } from "../output/format-names.ts";
import { flagsOf, isCommand } from "./command-flags.ts";
import { commandWords, rowOf } from "./known-command.ts";
import { manualCommands } from "./manual-commands.ts";

/** Words with which the last of the given ones can go on. The last may be empty. */
export function candidates(words: readonly string[]): string[] {
  const last = words.at(-1) ?? "";
  return options(words.slice(0, -1), last)
    .filter((each) => each.startsWith(last))
    .sort();
}

function options(before: readonly string[], last: string): readonly string[] {
  const flag = before.at(-1) ?? "";
  if (flag === "-o" || flag === "--output") return formats;
  if (flag === "--time") return ["relative", "iso"];
  const values = flag.startsWith("--") ? valuesOf(before, flag.slice(2), last) : [];
  if (values.length > 0) return values;
  if (last.startsWith("-"))
    return [...Object.keys(flagsOf(before)), "help"].map((each) => `--${each}`);
  if (before.some((each) => each.startsWith("-")) || isCommand(before)) return [];
  const hidden = new Set(manualCommands.filter((each) => each.hidden).map(({ id }) => id));
  const all = commandWords().filter((each) => !hidden.has(each.join(":")));
  const fitting = all.filter((each) => before.every((word, at) => each[at] === word));
  return [...new Set(fitting.flatMap((each) => each[before.length] ?? []))];
}

/** What a flag takes; nothing of one that takes anything. */
function valuesOf(before: readonly string[], flag: string, last: string): readonly string[] {
  const field = rowOf(before)?.flags.find((each) => each.flag === flag);
  if (field?.enum !== undefined)
    return enumOptions(field.enum.values, field.repeated === true, last);
  const declared = flagsOf(before)[flag];
  return declared?.type === "option" ? (declared.options ?? []) : [];
}

/** Values after those that stand before the last comma already. */
function enumOptions(values: readonly string[], several: boolean, last: string): string[] {
  const done = several ? last.slice(0, last.lastIndexOf(",") + 1) : "";
  return values.map((each) => `${done}${each}`);
}
