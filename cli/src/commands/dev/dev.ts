// `mesh dev`
import { Flags } from "@oclif/core";
import { MeshCommand } from "../../mesh-command.ts";

/** Runs a server with a demo mesh whose agents are processes of their own. */
export class DevCommand extends MeshCommand {
  static override ownSignals = true;
  static override summary = "Start a server with a demo mesh, for this machine.";
  static override description = [
    "Starts a server with the embedded store, the mesh demo, a manager and two workers. The manager hands the files of a folder out as calls; a worker answers each with its lines, words, bytes and SHA-256. Afterwards they stay, work again when a file changes, and answer calls.",
    "A context dev with a key of its own is written and selected, so that other commands just work. What is on record stays for the next start.",
  ].join("\n\n");
  static override examples = [
    "<%= config.bin %> dev",
    "<%= config.bin %> dev --folder docs --report report.jsonl",
    "<%= config.bin %> dev --listen 127.0.0.1:0 --ephemeral",
  ];
  static override flags = {
    folder: Flags.string({
      description:
        "Folder to work on; may be given several times. Default: the project's own proto and server.",
      helpValue: "DIR",
      multiple: true,
    }),
    report: Flags.string({
      description: "File to write results and totals to, as JSON lines.",
      helpValue: "FILE",
    }),
    listen: Flags.string({
      description: "Where to listen; port 0 picks a free one.",
      helpValue: "HOST:PORT",
      default: "127.0.0.1:7400",
    }),
    data: Flags.string({
      description: "Folder of what stays. Default: meshwork/dev in the user's data folder.",
      helpValue: "DIR",
    }),
    ephemeral: Flags.boolean({ description: "Keep nothing after the end.", exclusive: ["data"] }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(DevCommand);
    const { runDev } = await import("./dev-run.ts");
    process.exitCode = await runDev({
      folders: flags.folder,
      report: flags.report,
      listen: flags.listen,
      data: flags.data,
      ephemeral: flags.ephemeral,
    });
  }
}
