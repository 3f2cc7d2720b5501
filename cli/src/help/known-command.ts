// Which commands there are, and which one was probably meant.
import { commands } from "@meshwork/gen-cli/commands";
import type { CommandRow } from "@meshwork/gen-cli/types";
import { usageError } from "../errors/cli-error.ts";
import { suggestion } from "../errors/did-you-mean.ts";
import { manualCommands } from "./manual-commands.ts";

/** The words of every command, such as `["agents", "list"]`. */
export function commandWords(): string[][] {
  return [
    ...manualCommands.map(({ id }) => id.split(":")),
    ...commands.map(({ topic, verb }) => [topic, verb]),
  ];
}

/** Throws a usage error with a suggestion unless the arguments begin with a command or a topic. */
export function checkCommand(argv: readonly string[]): void {
  const typed = wordsOf(argv);
  const all = commandWords();
  const [first] = typed;
  if (first === undefined)
    throw usageError(
      `no command is given before ${argv[0] ?? ""}`,
      "commands come first: mesh COMMAND [FLAGS]",
    );
  if (all.some((each) => each.length === 1 && each[0] === first)) return;
  const inTopic = all.filter((each) => each[0] === first);
  if (inTopic.length === 0) {
    const names = [...new Set(all.map(([name = ""]) => name))];
    throw usageError(
      `there is no command ${JSON.stringify(first)}`,
      ...suggestion(first, names, "mesh "),
      "`mesh --help` lists them",
    );
  }
  const [, verb] = typed;
  if (verb === undefined || inTopic.some((each) => each[1] === verb)) return;
  const verbs = inTopic.map((each) => each[1] ?? "");
  throw usageError(
    `there is no command ${JSON.stringify(`${first} ${verb}`)}`,
    ...suggestion(verb, verbs, `mesh ${first} `),
    `${first} has ${verbs.join(", ")}`,
  );
}

/** The generated command that the arguments begin with. */
export function rowOf(argv: readonly string[]): CommandRow | undefined {
  const [topic, verb] = wordsOf(argv);
  return commands.find((each) => each.topic === topic && each.verb === verb);
}

/** The words before the first flag. */
export function wordsOf(argv: readonly string[]): string[] {
  const end = argv.findIndex((each) => each.startsWith("-"));
  return end < 0 ? [...argv] : argv.slice(0, end);
}
