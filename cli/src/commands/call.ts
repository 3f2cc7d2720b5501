// `mesh call`
import { Args, Flags } from "@oclif/core";
import {
  MeshCommand,
  globalFlags,
  outputFlags,
  outputStyleOf,
  timeoutMsOf,
} from "../mesh-command.ts";

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
    agent: Args.string({ required: true, description: "The agent." }),
    capability: Args.string({ required: true, description: "The capability." }),
  };
  static override flags = {
    data: Flags.string({
      char: "d",
      description: "The argument: text, @FILE, or - (stdin).",
      helpValue: "TEXT",
    }),
    "content-type": Flags.string({
      description: "Media type of the argument. Default: by its looks.",
      helpValue: "TYPE",
    }),
    headers: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      description: "Pairs for the agent.",
      helpValue: "KEY=VALUE,…",
    }),
    yes: Flags.boolean({
      description: "Do not ask, even if the context is protected.",
      helpGroup: "GLOBAL",
    }),
    output: outputFlags.output,
    ...globalFlags,
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(CallCommand);
    const { callAgent } = await import("../rpc/call-agent.ts");
    await callAgent({
      agentId: args.agent,
      capability: args.capability,
      data: flags.data,
      contentType: flags["content-type"],
      headers: flags.headers ?? [],
      flags: this.targetFlags(flags),
      style: outputStyleOf({ ...flags, time: "iso" }),
      timeoutMs: timeoutMsOf(flags.timeout),
      yes: flags.yes,
    });
  }
}
