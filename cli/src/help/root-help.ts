// `mesh --help`, without loading what runs commands.
import { commands, topics } from "@meshwork/gen-cli/commands";
import { groups, manualCommands, type Group } from "./manual-commands.ts";

/** The overview of all commands, by group. */
export function rootHelp(): string {
  const entries = groups
    .map((group) => [group, entriesOf(group)] as const)
    .filter(([, all]) => all.length > 0);
  const width = Math.max(...entries.flatMap(([, all]) => all.map(([name]) => name.length)));
  const blocks = entries.map(([group, all]) => {
    const lines = all.map(([name, summary]) => `  ${name.padEnd(width)}  ${summary}`);
    return `${group.toUpperCase()}\n${lines.join("\n")}`;
  });
  return [
    "Control meshes of agents.",
    "USAGE\n  $ mesh COMMAND [ARGUMENTS] [FLAGS]",
    ...blocks,
    "EXAMPLES\n  $ mesh dev\n  $ mesh agents list -w\n  $ mesh call w1 echo --data hi",
    "`mesh COMMAND --help` tells more. `mesh config explain` tells which server commands talk to.\n",
  ].join("\n\n");
}

function entriesOf(group: Group): (readonly [name: string, summary: string])[] {
  const manual = manualCommands.filter((each) => each.group === group && !each.hidden);
  const generated = topics.filter(({ name }) => groupOfTopic(name) === group);
  return [
    ...manual.map(({ id, summary }) => [id.replaceAll(":", " "), summary] as const),
    ...generated.map(({ name, summary }) => [name, summary] as const),
  ];
}

/** A topic stands where most of its commands do; the first wins a tie. */
function groupOfTopic(name: string): Group | undefined {
  const own = commands.filter(({ topic }) => topic === name).map(({ group }) => group);
  const count = (group: Group) => own.filter((each) => each === group).length;
  return own.reduce<Group | undefined>(
    (best, each) => (best === undefined || count(each) > count(best) ? each : best),
    undefined,
  );
}
