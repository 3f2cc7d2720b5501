// What the parser of the command line refuses, in the words of all other errors.
import { flagSuggestions } from "../help/command-flags.ts";
import { commandWords, rowOf, wordsOf } from "../help/known-command.ts";
import { usageError, type CliError } from "./cli-error.ts";
import { suggestion } from "./did-you-mean.ts";

/** What the parser throws: which of it there is depends on the kind. */
export type ParserError = Error & {
  readonly flags?: unknown;
  readonly args?: unknown;
};

const help = "--help tells what there is";

/** The parser's error as a usage error, with what was probably meant. */
export function failureOfParser(error: ParserError, argv: readonly string[]): CliError {
  const lines = error.message.split("\n").map((each) => each.trim());
  const text = lines.filter((each) => each !== "" && !each.startsWith("See more help")).join(": ");
  return (
    unknownFlags(error, argv) ??
    missingArguments(error, argv) ??
    unexpectedArguments(error, argv) ??
    missingFlags(text) ??
    noOption(text) ??
    noInteger(text) ??
    aboutFlag(text) ??
    usageError(text.charAt(0).toLowerCase() + text.slice(1), help)
  );
}

function unknownFlags({ flags }: ParserError, argv: readonly string[]): CliError | undefined {
  if (!Array.isArray(flags) || flags.length === 0) return undefined;
  const names = flags as string[];
  return usageError(`there is no flag ${names.join(", ")}`, ...flagSuggestions(names, argv), help);
}

function missingArguments(error: ParserError, argv: readonly string[]): CliError | undefined {
  if (!error.message.startsWith("Missing") || !Array.isArray(error.args)) return undefined;
  const [first] = error.args as { name: string; description?: string }[];
  if (first === undefined) return undefined;
  const what = (first.description ?? "").replace(/\.$/, "");
  const [example] = rowOf(argv)?.examples ?? [];
  return usageError(
    `${first.name.toUpperCase()} is required${what === "" ? "" : `: ${what.charAt(0).toLowerCase()}${what.slice(1)}`}`,
    ...(example === undefined ? [help] : [`for example: ${example}`]),
  );
}

function unexpectedArguments(
  { message, args }: ParserError,
  argv: readonly string[],
): CliError | undefined {
  const command = commandOf(argv);
  // Of a command without arguments the parser takes the next word for a part of its name.
  const first = /^command \S+ not found/i.test(message)
    ? wordsOf(argv)[command.length]
    : message.startsWith("Unexpected arg") && Array.isArray(args)
      ? (args as string[])[0]
      : undefined;
  if (first === undefined) return undefined;
  return usageError(`${command.join(" ")} takes no argument ${JSON.stringify(first)}`, help);
}

/** The words of the command that the arguments begin with. */
function commandOf(argv: readonly string[]): string[] {
  const typed = wordsOf(argv);
  const begins = commandWords().filter((words) => words.every((word, at) => typed[at] === word));
  return begins.sort((a, b) => b.length - a.length)[0] ?? typed.slice(0, 1);
}

function missingFlags(text: string): CliError | undefined {
  const names = [...text.matchAll(/Missing required flag (\S+)/g)].map(([, name]) => `--${name}`);
  if (names.length === 0) return undefined;
  return usageError(`${names.join(", ")} ${names.length === 1 ? "is" : "are"} required`, help);
}

function noOption(text: string): CliError | undefined {
  const found = /^Expected (?:(--[\w-]+)=)?(.*) to be one of: (.*)$/s.exec(text);
  if (found === null) return undefined;
  const [, flag, typed = "", options = ""] = found;
  return usageError(
    `${flag ?? "the argument"} has no value ${JSON.stringify(typed)}: it takes ${options}`,
    ...suggestion(typed.toLowerCase(), options.split(", ")),
  );
}

function noInteger(text: string): CliError | undefined {
  const found = /^Parsing (--[\w-]+) *: Expected an integer(?: (.*))? but received: (.*)$/s.exec(
    text,
  );
  if (found === null) return undefined;
  const [, flag, bound, typed] = found;
  const words = bound
    ?.replace("greater than or equal to", "of at least")
    .replace("less than or equal to", "of at most");
  return usageError(
    `${flag} takes a whole number${words === undefined ? "" : ` ${words}`}, not ${JSON.stringify(typed)}`,
  );
}

function aboutFlag(text: string): CliError | undefined {
  const found = /^Flag (--[\w-]+) (expects|can only be specified once)/.exec(text);
  if (found === null) return undefined;
  const [, flag, what] = found;
  return usageError(
    `${flag} ${what === "expects" ? "needs a value" : "is given more than once"}`,
    help,
  );
}
