// `mesh top`
import { Flags } from "@oclif/core";
import { usageError } from "../errors/cli-error.ts";
import {
  MeshCommand,
  globalFlags,
  outputFlags,
  outputStyleOf,
  timeoutMsOf,
} from "../mesh-command.ts";
import { parseDuration } from "../rpc/durations.ts";

/** The shortest time between two looks. */
const intervalMinMs = 250;

/** Shows a mesh as it is, again and again. */
export class TopCommand extends MeshCommand {
  static override ownSignals = true;
  static override summary = "Show how a mesh and its agents fare, kept up to date.";
  static override description =
    "Health, traffic, backlog and the agents of the mesh, drawn anew each --interval until q or Ctrl-C; it outlives lost connections. `--once` shows it once, also without a terminal; `--once -o json` gives the status and the agents as JSON.";
  static override examples = [
    "<%= config.bin %> top",
    "<%= config.bin %> top --interval 500ms",
    "<%= config.bin %> top --once -o json",
  ];
  static override flags = {
    once: Flags.boolean({ description: "Show it once and end." }),
    interval: Flags.string({
      default: "2s",
      description: "How long to wait between two looks; at least 250ms.",
      helpValue: "DURATION",
    }),
    output: outputFlags.output,
    "no-headers": outputFlags["no-headers"],
    time: outputFlags.time,
    ...globalFlags,
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(TopCommand);
    const intervalMs = Number(parseDuration(flags.interval, "--interval") / 1_000_000n);
    if (intervalMs < intervalMinMs)
      throw usageError(
        `--interval takes at least ${intervalMinMs}ms, not ${JSON.stringify(flags.interval)}`,
      );
    const { top } = await import("../top/top.ts");
    process.exitCode = await top({
      once: flags.once,
      intervalMs,
      timeoutMs: timeoutMsOf(flags.timeout) ?? 30_000,
      flags: this.targetFlags(flags),
      style: outputStyleOf(flags),
    });
  }
}
