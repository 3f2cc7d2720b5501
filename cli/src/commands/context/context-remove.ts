// `mesh context remove`
import { Args } from "@oclif/core";
import { MeshCommand } from "../../mesh-command.ts";

/** Removes a context with its key. The key itself stays good until it is revoked. */
export class ContextRemoveCommand extends MeshCommand {
  static override summary = "Remove a context.";
  static override description = "Its key stays good until it is revoked: `mesh api-keys revoke`.";
  static override examples = [
    "<%= config.bin %> context remove old",
    "<%= config.bin %> context remove ci",
  ];
  static override args = {
    name: Args.string({ required: true, description: "Name of the context." }),
  };

  override async run(): Promise<void> {
    const { args } = await this.parse(ContextRemoveCommand);
    const [{ contextsPath, updateContexts }, { requireContext }] = await Promise.all([
      import("../../contexts/contexts-file.ts"),
      import("../../contexts/require-context.ts"),
    ]);
    const { current } = await updateContexts(contextsPath(process.env), (all) => {
      requireContext(all, args.name);
      const { current, previous } = all;
      return {
        ...(current === undefined || current === args.name ? {} : { current }),
        ...(previous === undefined || previous === args.name ? {} : { previous }),
        contexts: Object.fromEntries(
          Object.entries(all.contexts).filter(([name]) => name !== args.name),
        ),
      };
    });
    this.logToStderr(
      `context ${args.name} is removed${current === undefined ? "; no context is selected now" : ""}`,
    );
  }
}
