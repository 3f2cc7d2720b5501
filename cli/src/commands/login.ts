// `mesh login`
import { Flags } from "@oclif/core";
import { MeshCommand, globalFlags } from "../mesh-command.ts";

/** Stores a key for a server under a context, and selects it. */
export class LoginCommand extends MeshCommand {
  static override summary = "Store a key for a server.";
  static override description = [
    "Asks for an API key (mesh_…) and stores it once the server knows it. The one-time token of a new installation (meshadmin_…) is exchanged for a key of role admin.",
    "The key is asked for, or read from stdin; it never stands in the arguments.",
  ].join("\n\n");
  static override examples = [
    "<%= config.bin %> login",
    "<%= config.bin %> login --endpoint https://mesh.example.com --context prod < key.txt",
  ];
  static override flags = {
    context: Flags.string({
      description: "Context to store it under.",
      helpValue: "NAME",
      default: "default",
    }),
    endpoint: globalFlags.endpoint,
    mesh: Flags.string({
      description: "Mesh that commands mean when they name none.",
      helpValue: "NAME",
    }),
    protected: Flags.boolean({ description: "Ask before changes." }),
    debug: globalFlags.debug,
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(LoginCommand);
    const { login } = await import("../contexts/login.ts");
    const told = await login({
      context: flags.context,
      endpoint: flags.endpoint,
      mesh: flags.mesh,
      protected: flags.protected,
    });
    this.logToStderr(told);
  }
}
