import { Args, Command, Flags } from "@oclif/core";

export default class Hello extends Command {
  static description = "Says hello.";
  static args = { name: Args.string({ description: "whom to greet" }) };
  static flags = { loud: Flags.boolean({ description: "in capitals" }) };

  async run() {
    const { args, flags } = await this.parse(Hello);
    const text = `hello ${args.name ?? "world"}`;
    this.log(flags.loud ? text.toUpperCase() : text);
  }
}
