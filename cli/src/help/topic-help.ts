// `mesh TOPIC --help`, without loading what runs commands.
import { commands, topics } from "@meshwork/gen-cli/commands";
import { groups, manualCommands, type Group } from "./manual-commands.ts";

interface Entry {
  readonly group: Group;
  readonly name: string;
  readonly summary: string;
}

/** The commands of a topic by group; undefined for what is no topic. */
export function topicHelp(topic: string): string | undefined {
  const entries: Entry[] = [
    ...manualCommands
      .filter(({ id }) => id.startsWith(`${topic}:`))
      .map(({ id, group, summary }) => ({ group, name: id.slice(topic.length + 1), summary })),
    ...commands
      .filter((row) => row.topic === topic)
      .map(({ verb, group, summary }) => ({ group, name: verb, summary })),
  ];
  if (entries.length === 0) return undefined;
  const width = Math.max(...entries.map(({ name }) => name.length));
  const blocks = groups.flatMap((group) => {
    const own = entries.filter((each) => each.group === group);
    const lines = own.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
    return own.length === 0 ? [] : [`${group.toUpperCase()}\n${lines.join("\n")}`];
  });
  const summary = topics.find(({ name }) => name === topic)?.summary;
  const examples = commands
    .filter((row) => row.topic === topic)
    .flatMap((row) => row.examples.slice(0, 1))
    .slice(0, 3);
  return [
    ...(summary === undefined ? [] : [summary]),
    `USAGE\n  $ mesh ${topic} COMMAND [ARGUMENTS] [FLAGS]`,
    ...blocks,
    ...(examples.length === 0
      ? []
      : [`EXAMPLES\n${examples.map((each) => `  $ ${each}`).join("\n")}`]),
    `\`mesh ${topic} COMMAND --help\` tells more.\n`,
  ].join("\n\n");
}
