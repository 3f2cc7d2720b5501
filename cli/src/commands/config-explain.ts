// `mesh config explain`
import { MeshCommand, globalFlags, outputFlags, outputStyleOf } from "../mesh-command.ts";

/** Tells each setting and where it came from. */
export class ConfigExplainCommand extends MeshCommand {
  static override summary = "Tell where each setting comes from.";
  static override description =
    "Each value is looked for by itself: flag, then environment (MESH_CONTEXT, MESH_ENDPOINT, MESH_TOKEN, MESH_MESH), then context, then default.";
  static override examples = [
    "<%= config.bin %> config explain",
    "MESH_MESH=lab <%= config.bin %> config explain -o json",
  ];
  static override flags = {
    context: globalFlags.context,
    endpoint: globalFlags.endpoint,
    mesh: globalFlags.mesh,
    output: outputFlags.output,
    "no-headers": outputFlags["no-headers"],
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(ConfigExplainCommand);
    const [{ currentTarget }, { contextsPath }, { printRecords }] = await Promise.all([
      import("../connect.ts"),
      import("../contexts/contexts-file.ts"),
      import("../output/records.ts"),
    ]);
    const { context, endpoint, token, mesh } = await currentTarget(this.targetFlags(flags));
    const record = (
      setting: string,
      found: { value: string; from: string } | undefined,
      shown = found?.value,
    ) => ({
      setting,
      value: shown ?? "",
      from: found?.from ?? "not set",
    });
    const records = [
      {
        setting: "contexts file",
        value: contextsPath(process.env),
        from: process.env["XDG_CONFIG_HOME"] ? "XDG_CONFIG_HOME" : "default",
      },
      record("context", context),
      record("endpoint", endpoint),
      record("token", token, token === undefined ? undefined : "(hidden)"),
      record("mesh", mesh),
    ];
    await printRecords(records, outputStyleOf({ ...flags, time: "relative" }), true);
  }
}
