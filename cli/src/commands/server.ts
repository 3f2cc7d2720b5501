// `mesh server`
import { Flags } from "@oclif/core";
import { MeshCommand } from "../mesh-command.ts";

/** Runs a server in this process until a signal ends it. */
export class ServerCommand extends MeshCommand {
  static override ownSignals = true;
  static override summary = "Start a server.";
  static override description = [
    "Each setting comes from its flag, else its variable (MESH_SERVER_LISTEN and so on), else the file, else its default; --print-config tells.",
    "On its first start, with no API key on record, the server prints a one-time admin token, good for 15 minutes; `mesh login` exchanges it for a key.",
    "The first SIGINT or SIGTERM drains: agents are told, calls in flight are finished. A second one, a second later or more, ends it at once.",
  ].join("\n\n");
  static override examples = [
    "<%= config.bin %> server",
    "<%= config.bin %> server --listen 127.0.0.1:7500 --store sqlite:/var/lib/meshwork/mesh.db",
    "<%= config.bin %> server --print-config",
  ];
  static override flags = {
    listen: Flags.string({
      description: "Where to listen; port 0 picks a free one. Default: 127.0.0.1:7400.",
      helpValue: "HOST:PORT",
    }),
    store: Flags.string({
      description:
        "Where the records are. Default: meshwork/server/mesh.db in the user's data folder.",
      helpValue: "sqlite:PATH",
    }),
    "log-level": Flags.string({
      description:
        "Lines below it are not written: trace, debug, info, warn, error, fatal or silent. Default: info.",
      helpValue: "LEVEL",
    }),
    "allowed-hosts": Flags.string({
      description: "Host names that requests may name. Default: any.",
      helpValue: "NAME,…",
    }),
    "accept-older-store": Flags.boolean({
      description: "Take a store that went back in time or lost commits, knowingly.",
    }),
    "allow-cleartext": Flags.boolean({
      description: "Listen beyond loopback although nothing is encrypted.",
    }),
    "drain-grace-ms": Flags.string({
      description:
        "Milliseconds that calls in flight get at the end. Default: 10000; at most 25000.",
      helpValue: "MS",
    }),
    config: Flags.string({ description: "File of settings, as a JSON object.", helpValue: "FILE" }),
    "print-config": Flags.boolean({
      description: "Print the settings and where they come from, and end.",
    }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(ServerCommand);
    const { config, "print-config": print, ...settings } = flags;
    const { effectiveConfiguration, printedConfiguration, runServer } =
      await import("./server-run.ts");
    const effective = await effectiveConfiguration(settings, config);
    if (print) this.log(printedConfiguration(effective.shown));
    else process.exitCode = await runServer(effective.configuration);
  }
}
