// `mesh complete`, which the completion scripts call.
import { MeshCommand } from "../mesh-command.ts";

/** Prints the words that can stand where the last one begins. */
export class CompleteCommand extends MeshCommand {
  static override summary = "Complete a command line.";
  static override hidden = true;
  static override strict = false;

  override async run(): Promise<void> {
    const { argv } = await this.parse(CompleteCommand);
    const { candidates } = await import("../help/candidates.ts");
    process.stdout.write(
      candidates(argv as string[])
        .map((each) => `${each}\n`)
        .join(""),
    );
  }
}
