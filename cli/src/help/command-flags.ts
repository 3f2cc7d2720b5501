// The flags of commands, as the commands themselves declare them.
import type { Command } from "@oclif/core";
import { commands } from "../commands.ts";
import { suggestion } from "../errors/did-you-mean.ts";
import { wordsOf } from "./known-command.ts";

/** Declarations by name, without the hidden ones; empty where the arguments begin with no command. */
export function flagsOf(argv: readonly string[]): Readonly<Record<string, Command.Flag.Any>> {
  const command = commandOf(wordsOf(argv));
  const flags = (command?.flags ?? {}) as Readonly<Record<string, Command.Flag.Any>>;
  return Object.fromEntries(Object.entries(flags).filter(([, { hidden }]) => hidden !== true));
}

/** Whether the words name a command, so that what follows are its arguments. */
export function isCommand(words: readonly string[]): boolean {
  return commandOf(words) !== undefined;
}

/** Flags near to those that were typed and are not known. */
export function flagSuggestions(unknown: readonly string[], argv: readonly string[]): string[] {
  const known = [...Object.keys(flagsOf(argv)), "help"];
  return unknown.flatMap((flag) => suggestion(flag.replace(/^-+/, ""), known, "--"));
}

function commandOf([first = "", second = ""]: readonly string[]): Command.Class | undefined {
  return commands[`${first}:${second}`] ?? commands[first];
}
