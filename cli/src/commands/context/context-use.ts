// `mesh context use`
import { Args } from "@oclif/core";
import { MeshCommand } from "../../mesh-command.ts";

/** Selects a context. */
export class ContextUseCommand extends MeshCommand {
  static override summary = "Select a context; - selects the one before.";
  static override examples = [
    "<%= config.bin %> context use prod",
    "<%= config.bin %> context use -",
  ];
  static override args = {
    name: Args.string({ required: true, description: "Name of the context, or -." }),
  };

  override async run(): Promise<void> {
    const { args } = await this.parse(ContextUseCommand);
    const [{ contextsPath, selected, updateContexts }, { configError }, { requireContext }] =
      await Promise.all([
        import("../../contexts/contexts-file.ts"),
        import("../../errors/cli-error.ts"),
        import("../../contexts/require-context.ts"),
      ]);
    const { current } = await updateContexts(contextsPath(process.env), (all) => {
      const name = args.name === "-" ? all.previous : args.name;
      if (name === undefined) throw configError("there was no context before this one");
      requireContext(all, name);
      return selected(all, name);
    });
    this.logToStderr(`context ${current ?? ""} is selected`);
  }
}
