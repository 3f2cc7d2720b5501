// `mesh ping`
import { Args, Flags } from "@oclif/core";
import { usageError } from "../errors/cli-error.ts";
import {
  MeshCommand,
  globalFlags,
  outputFlags,
  outputStyleOf,
  timeoutMsOf,
} from "../mesh-command.ts";
import { parseDuration } from "../rpc/durations.ts";

/** Measures round trips to the server, or to an agent and back. */
export class PingCommand extends MeshCommand {
  static override ownSignals = true;
  static override summary = "Measure the round trip to the server, or to an agent.";
  static override description = [
    "Without AGENT it asks the server whether it is there; no sign-in is needed. With AGENT it calls the capability `mesh.ping`, which every agent has: whatever the agent itself answers shows that it lives.",
    "Ends with 0 if anything came back, else with 7; after Ctrl-C, too, it tells what it found.",
  ].join("\n\n");
  static override examples = [
    "<%= config.bin %> ping",
    "<%= config.bin %> ping w1 --count 10 --interval 200ms",
    "<%= config.bin %> ping w1 --count 1 -o json",
  ];
  static override args = {
    agent: Args.string({ ignoreStdin: true, description: "The agent." }),
  };
  static override flags = {
    count: Flags.integer({ min: 1, default: 4, description: "How often to ask." }),
    interval: Flags.string({
      default: "1s",
      description: "How long to wait between.",
      helpValue: "DURATION",
    }),
    output: outputFlags.output,
    ...globalFlags,
    timeout: Flags.string({
      description: "Count an answer as lost after so long. Default: 5s.",
      helpGroup: "GLOBAL",
      helpValue: "DURATION",
    }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(PingCommand);
    const intervalMs = Number(parseDuration(flags.interval, "--interval") / 1_000_000n);
    if (intervalMs < 0) throw usageError("--interval takes no negative duration");
    const { ping } = await import("../rpc/ping.ts");
    process.exitCode = await ping({
      agentId: args.agent,
      count: flags.count,
      intervalMs,
      timeoutMs: timeoutMsOf(flags.timeout) ?? 5_000,
      flags: this.targetFlags(flags),
      style: outputStyleOf({ ...flags, time: "iso" }),
    });
  }
}
