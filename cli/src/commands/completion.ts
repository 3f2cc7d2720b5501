// `mesh completion`
import { Args } from "@oclif/core";
import { MeshCommand } from "../mesh-command.ts";

/** Prints a script that makes a shell complete `mesh`. */
export class CompletionCommand extends MeshCommand {
  static override summary = "Print a completion script for a shell.";
  static override examples = [
    "source <(<%= config.bin %> completion bash)",
    "<%= config.bin %> completion zsh > ~/.zfunc/_mesh",
    "<%= config.bin %> completion fish > ~/.config/fish/completions/mesh.fish",
  ];
  static override args = {
    shell: Args.string({
      required: true,
      options: ["bash", "zsh", "fish"],
      description: "The shell.",
    }),
  };

  override async run(): Promise<void> {
    const { args } = await this.parse(CompletionCommand);
    const { completionScript } = await import("../help/completion-scripts.ts");
    process.stdout.write(completionScript(args.shell));
  }
}
