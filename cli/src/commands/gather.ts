// `mesh gather`
import { Args } from "@oclif/core";
import { MeshCommand } from "../mesh-command.ts";
import { outgoingFlags, outgoingOf } from "./outgoing-flags.ts";
import { selectorRule } from "./send.ts";

/** Calls a capability of many agents and prints their answers as they come. */
export class GatherCommand extends MeshCommand {
  static override summary = "Gather the answers of many agents to one call.";
  static override description = [
    "Each answer is a line with the agent's name before it, as it comes; `-o json` and `-o jsonl` print one object an answer. How many answered, and who did not and why, is told on stderr at the end; the exit code is 10 if some did not.",
    `SELECTOR says which of the agents that have the capability are called. ${selectorRule}`,
    "--timeout bounds the whole (30 s by default): what has come until then is kept.",
  ].join("\n\n");
  static override examples = [
    "<%= config.bin %> gather role=worker echo --data hi",
    '<%= config.bin %> gather role=worker,zone=eu file.digest --data \'{"path":"README.md"}\' -o jsonl',
    `<%= config.bin %> gather 'agent.labels.zone in ["eu", "us"]' echo --data hi --timeout 5s`,
    "<%= config.bin %> gather true mesh.ping",
  ];
  static override args = {
    selector: Args.string({ required: true, ignoreStdin: true, description: "Which agents." }),
    capability: Args.string({ required: true, ignoreStdin: true, description: "The capability." }),
  };
  static override flags = outgoingFlags;

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(GatherCommand);
    const { gather } = await import("../rpc/gather.ts");
    process.exitCode = await gather({
      ...outgoingOf(flags, this.targetFlags(flags)),
      selector: args.selector,
      capability: args.capability,
    });
  }
}
