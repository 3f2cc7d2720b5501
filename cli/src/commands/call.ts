// `mesh call`
import { Args } from "@oclif/core";
import { MeshCommand } from "../mesh-command.ts";
import { outgoingFlags, outgoingOf } from "./outgoing-flags.ts";

/** Calls a capability of an agent and prints its answers as they come. */
export class CallCommand extends MeshCommand {
  static override summary = "Call a capability of an agent and print its answers.";
  static override description =
    "Text and JSON are printed as they are, a line each; other answers go to a pipe or file as they are. `-o json` prints one object an answer.";
  static override examples = [
    "<%= config.bin %> call w1 echo --data hi",
    `<%= config.bin %> call w1 file.digest --data '{"path":"README.md"}' --timeout 5s`,
  ];
  static override args = {
    agent: Args.string({ required: true, ignoreStdin: true, description: "The agent." }),
    capability: Args.string({ required: true, ignoreStdin: true, description: "The capability." }),
  };
  static override flags = outgoingFlags;

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(CallCommand);
    const { callAgent } = await import("../rpc/call-agent.ts");
    await callAgent({
      ...outgoingOf(flags, this.targetFlags(flags)),
      agentId: args.agent,
      capability: args.capability,
    });
  }
}
