// `mesh send`
import { Args, Flags } from "@oclif/core";
import { MeshCommand, outputFlags } from "../mesh-command.ts";
import { outgoingFlags, outgoingOf } from "./outgoing-flags.ts";

/** How agents are selected in text, for help. */
export const selectorRule =
  'A selector is a list such as `role=worker,zone=eu`, with `role=…`, `agent=…`, `capability=…` and otherwise labels, all of which an agent has to fulfil; roles and agents may be given several times, as alternatives. Every other text is a condition in CEL, such as `agent.labels.zone != "eu"`; the condition `true` selects all.';

/** Sends a message. */
export class SendCommand extends MeshCommand {
  static override summary = "Send a message to an agent, to one of a group, or to many.";
  static override description = [
    "It goes to exactly one of: an AGENT, a --group (one of its members), a --topic (its subscribers), a --selector, or, by --broadcast, all agents.",
    "At most once, which is the default, it is handed to the open links of its receivers; an agent that is not connected is an error. At least once it is on disk when the command ends, and is delivered, again if need be, until its receiver has settled it or it is a dead letter. To a group it is always at least once.",
    selectorRule,
  ].join("\n\n");
  static override examples = [
    "<%= config.bin %> send w1 --subject note --data hi",
    "<%= config.bin %> send w1 --subject order --data @order.json --guarantee at-least-once --ttl 1h",
    "<%= config.bin %> send --group packers --subject order.created --data @order.json --header source=shop",
    "<%= config.bin %> send --topic orders.eu.created --data hi --guarantee at-least-once --delay 10s",
    "<%= config.bin %> send --selector role=worker,zone=eu --subject reload",
    `<%= config.bin %> send --selector '"echo" in agent.capabilities' --subject reload`,
  ];
  static override args = {
    agent: Args.string({ ignoreStdin: true, description: "The agent." }),
  };
  static override flags = {
    group: Flags.string({
      description: "To one member of this group, whichever takes it first.",
      helpValue: "NAME",
    }),
    topic: Flags.string({
      description: "To all who have subscribed to the topic, such as orders.eu.created.",
      helpValue: "TOPIC",
    }),
    selector: Flags.string({
      description: "To all agents that fulfil it when the message is accepted.",
      helpValue: "SELECTOR",
    }),
    broadcast: Flags.boolean({ description: "To all agents of the mesh." }),
    subject: Flags.string({
      description: "What it is about. Default for a --topic: the topic.",
      helpValue: "TEXT",
    }),
    guarantee: Flags.string({
      description: "How hard to try: at-most-once or at-least-once.",
      helpValue: "GUARANTEE",
      options: ["at-most-once", "at-least-once"],
    }),
    delay: Flags.string({
      description: "Wait so long before its first delivery. At least once only.",
      helpValue: "DURATION",
    }),
    ttl: Flags.string({
      description:
        "A dead letter unless settled within. 1 s to 30 days; default 7 days. At least once only.",
      helpValue: "DURATION",
    }),
    "correlation-id": Flags.string({ description: "Ties messages together.", helpValue: "TEXT" }),
    "request-id": Flags.string({
      description:
        "Makes a repetition safe: the first outcome is answered again for 24 h. At least once only.",
      helpValue: "TEXT",
    }),
    "no-headers": outputFlags["no-headers"],
    ...outgoingFlags,
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(SendCommand);
    const { sendMessage } = await import("../rpc/send-message.ts");
    const { group, topic, selector, broadcast } = flags;
    await sendMessage({
      ...outgoingOf(flags, this.targetFlags(flags)),
      target: { agent: args.agent, group, topic, selector, broadcast },
      subject: flags.subject,
      guarantee: flags.guarantee as "at-most-once" | "at-least-once" | undefined,
      delay: flags.delay,
      ttl: flags.ttl,
      correlationId: flags["correlation-id"] ?? "",
      requestId: flags["request-id"] ?? "",
    });
  }
}
