// `mesh context show`
import { Args } from "@oclif/core";
import { MeshCommand, outputFlags, outputStyleOf } from "../../mesh-command.ts";

/** Shows a context without its secret. */
export class ContextShowCommand extends MeshCommand {
  static override summary = "Show a context without its secret.";
  static override examples = [
    "<%= config.bin %> context show",
    "<%= config.bin %> context show prod -o json",
  ];
  static override args = {
    name: Args.string({ description: "Name of the context. Default: the current one." }),
  };
  static override flags = { output: outputFlags.output, "no-headers": outputFlags["no-headers"] };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(ContextShowCommand);
    const [
      { contextsPath, readContexts },
      { resolveTarget },
      { printRecords },
      { configError },
      { requireContext },
    ] = await Promise.all([
      import("../../contexts/contexts-file.ts"),
      import("../../contexts/target.ts"),
      import("../../output/records.ts"),
      import("../../errors/cli-error.ts"),
      import("../../contexts/require-context.ts"),
    ]);
    const all = await readContexts(contextsPath(process.env));
    const name = args.name ?? all.current;
    if (name === undefined)
      throw configError(
        "there is no current context",
        "make one with mesh context add, or mesh login",
      );
    requireContext(all, name);
    const { endpoint, mesh, token, protected: asks } = resolveTarget({ context: name }, {}, all);
    const record = {
      name,
      endpoint: endpoint.value,
      mesh: mesh?.value ?? "",
      token: token !== undefined,
      protected: asks,
      current: name === all.current,
    };
    await printRecords([record], outputStyleOf({ ...flags, time: "relative" }), false);
  }
}
