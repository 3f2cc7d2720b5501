// `mesh context add`
import { Args, Flags } from "@oclif/core";
import { MeshCommand } from "../../mesh-command.ts";

/** Adds a context or changes the given parts of one. Its token comes from `mesh login` or stdin. */
export class ContextAddCommand extends MeshCommand {
  static override summary = "Add a context, or change one.";
  static override examples = [
    "<%= config.bin %> context add prod --endpoint https://mesh.example.com --mesh prod --protected",
    "<%= config.bin %> context add ci --endpoint https://mesh.example.com --token @key.txt --use",
  ];
  static override args = {
    name: Args.string({ required: true, description: "Name of the context." }),
  };
  static override flags = {
    endpoint: Flags.string({ description: "Server to talk to.", helpValue: "URL" }),
    mesh: Flags.string({
      description: "Mesh that commands mean when they name none.",
      helpValue: "NAME",
    }),
    token: Flags.string({ description: "API key, from @FILE or - (stdin).", helpValue: "@FILE" }),
    protected: Flags.boolean({ allowNo: true, description: "Ask before changes." }),
    use: Flags.boolean({ description: "Select it." }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(ContextAddCommand);
    const [
      { contextsPath, updateContexts, withContext },
      { checkEndpoint },
      { usageError },
      sources,
    ] = await Promise.all([
      import("../../contexts/contexts-file.ts"),
      import("../../contexts/target.ts"),
      import("../../errors/cli-error.ts"),
      import("../../rpc/sources.ts"),
    ]);
    if (flags.endpoint !== undefined) checkEndpoint({ value: flags.endpoint, from: "--endpoint" });
    const token =
      flags.token === undefined
        ? undefined
        : await sources.secretFrom(flags.token, "--token", sources.processSources());
    await updateContexts(contextsPath(process.env), (all) => {
      const before = all.contexts[args.name];
      const endpoint = flags.endpoint ?? before?.endpoint;
      if (endpoint === undefined)
        throw usageError(`the new context ${args.name} needs --endpoint URL`);
      // A key is good for one server only: it does not follow the context to another.
      const key = token ?? (before?.endpoint === endpoint ? before.token : undefined);
      const mesh = flags.mesh ?? before?.mesh;
      // The parser leaves a flag out that is not given, whatever its type says.
      const asks = (flags.protected as boolean | undefined) ?? before?.protected;
      const context = {
        endpoint,
        ...(key === undefined ? {} : { token: key }),
        ...(mesh === undefined ? {} : { mesh }),
        ...(asks === undefined ? {} : { protected: asks }),
      };
      return withContext(all, args.name, context, flags.use);
    });
    this.logToStderr(`context ${args.name} is stored`);
  }
}
