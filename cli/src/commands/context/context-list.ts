// `mesh context list`
import { MeshCommand, outputFlags, outputStyleOf } from "../../mesh-command.ts";

/** Lists the contexts without their secrets. */
export class ContextListCommand extends MeshCommand {
  static override summary = "List the contexts.";
  static override examples = [
    "<%= config.bin %> context list",
    "<%= config.bin %> context list -o name",
  ];
  static override flags = { output: outputFlags.output, "no-headers": outputFlags["no-headers"] };

  override async run(): Promise<void> {
    const { flags } = await this.parse(ContextListCommand);
    const [{ contextsPath, readContexts }, { printRecords }] = await Promise.all([
      import("../../contexts/contexts-file.ts"),
      import("../../output/records.ts"),
    ]);
    const { current, contexts } = await readContexts(contextsPath(process.env));
    const records = Object.entries(contexts).map(([name, context]) => ({
      current: name === current,
      name,
      endpoint: context.endpoint,
      mesh: context.mesh ?? "",
      token: context.token !== undefined,
      protected: context.protected === true,
    }));
    await printRecords(records, outputStyleOf({ ...flags, time: "relative" }), true);
  }
}
