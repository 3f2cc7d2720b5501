// `mesh send`
import { Args, Flags } from "@oclif/core";
import {
  MeshCommand,
  globalFlags,
  outputFlags,
  outputStyleOf,
  timeoutMsOf,
} from "../mesh-command.ts";

/** Sends a message to an agent. */
export class SendCommand extends MeshCommand {
  static override summary = "Send a message to an agent.";
  static override description = "At most once: it is handed to the agent's open link, or refused.";
  static override examples = [
    "<%= config.bin %> send w1 --subject note --data hi",
    "<%= config.bin %> send w1 --subject order.created --data @order.json --headers source=shop",
  ];
  static override args = { agent: Args.string({ required: true, description: "The agent." }) };
  static override flags = {
    subject: Flags.string({ required: true, description: "What it is about.", helpValue: "TEXT" }),
    data: Flags.string({
      char: "d",
      description: "The content: text, @FILE, or - (stdin).",
      helpValue: "TEXT",
    }),
    "content-type": Flags.string({
      description: "Media type of the content. Default: by its looks.",
      helpValue: "TYPE",
    }),
    headers: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      description: "Pairs for the receiver.",
      helpValue: "KEY=VALUE,…",
    }),
    "correlation-id": Flags.string({ description: "Ties messages together.", helpValue: "TEXT" }),
    yes: Flags.boolean({
      description: "Do not ask, even if the context is protected.",
      helpGroup: "GLOBAL",
    }),
    output: outputFlags.output,
    "no-headers": outputFlags["no-headers"],
    ...globalFlags,
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(SendCommand);
    const { sendMessage } = await import("../rpc/send-message.ts");
    await sendMessage({
      agentId: args.agent,
      subject: flags.subject,
      data: flags.data,
      contentType: flags["content-type"],
      headers: flags.headers ?? [],
      correlationId: flags["correlation-id"] ?? "",
      flags: this.targetFlags(flags),
      style: outputStyleOf({ ...flags, time: "iso" }),
      timeoutMs: timeoutMsOf(flags.timeout),
      yes: flags.yes,
    });
  }
}
