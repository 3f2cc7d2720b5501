// `mesh explain`
import { Args } from "@oclif/core";
import { MeshCommand } from "../mesh-command.ts";

/** Tells what a type or one of its fields is. */
export class ExplainCommand extends MeshCommand {
  static override summary = "Tell the fields of a type.";
  static override examples = [
    "<%= config.bin %> explain Agent",
    "<%= config.bin %> explain Agent.status.liveness",
  ];
  static override args = {
    type: Args.string({ required: true, description: "A type, or a path of fields from one." }),
  };

  override async run(): Promise<void> {
    const { args } = await this.parse(ExplainCommand);
    const [{ explained }, { out }] = await Promise.all([
      import("../help/explained.ts"),
      import("../output/stdout.ts"),
    ]);
    await out(`${explained(args.type).join("\n")}\n`);
  }
}
