// `mesh context rename`
import { Args } from "@oclif/core";
import { MeshCommand } from "../../mesh-command.ts";

/** Renames a context; it stays selected if it was. */
export class ContextRenameCommand extends MeshCommand {
  static override summary = "Rename a context.";
  static override examples = [
    "<%= config.bin %> context rename default prod",
    "<%= config.bin %> context rename dev old-dev",
  ];
  static override args = {
    from: Args.string({ required: true, description: "Its name." }),
    to: Args.string({ required: true, description: "Its new name." }),
  };

  override async run(): Promise<void> {
    const { args } = await this.parse(ContextRenameCommand);
    const [{ contextsPath, updateContexts, withContext }, { configError }, { requireContext }] =
      await Promise.all([
        import("../../contexts/contexts-file.ts"),
        import("../../errors/cli-error.ts"),
        import("../../contexts/require-context.ts"),
      ]);
    await updateContexts(contextsPath(process.env), (all) => {
      const context = requireContext(all, args.from);
      if (Object.hasOwn(all.contexts, args.to))
        throw configError(`there is a context ${JSON.stringify(args.to)} already`);
      const others = Object.fromEntries(
        Object.entries(all.contexts).filter(([name]) => name !== args.from),
      );
      const renamed = (name: string | undefined) => (name === args.from ? args.to : name);
      const current = renamed(all.current);
      const previous = renamed(all.previous);
      return withContext(
        {
          ...(current === undefined ? {} : { current }),
          ...(previous === undefined ? {} : { previous }),
          contexts: others,
        },
        args.to,
        context,
      );
    });
    this.logToStderr(`context ${args.from} is now ${args.to}`);
  }
}
