// Flags of the commands that send something to agents.
import { Flags } from "@oclif/core";
import {
  globalFlags,
  outputFlags,
  outputStyleOf,
  timeoutMsOf,
  type Given,
} from "../mesh-command.ts";
import type { TargetFlags } from "../contexts/target.ts";
import type { Outgoing } from "../rpc/outgoing.ts";

/** Content, who it comes with, and how it is told. */
export const outgoingFlags = {
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
    aliases: ["header"],
    multiple: true,
    multipleNonGreedy: true,
    description: "Pairs for the receiver; may be given several times.",
    helpValue: "KEY=VALUE,…",
  }),
  yes: Flags.boolean({
    description: "Do not ask, even if the context is protected.",
    helpGroup: "GLOBAL",
  }),
  output: outputFlags.output,
  ...globalFlags,
};

/** What the flags above say. */
export function outgoingOf(flags: Given, target: TargetFlags): Outgoing {
  const text = (name: string) => (typeof flags[name] === "string" ? flags[name] : undefined);
  return {
    data: text("data"),
    contentType: text("content-type"),
    headers: (flags["headers"] as string[] | undefined) ?? [],
    flags: target,
    style: outputStyleOf({ ...flags, time: "iso" }),
    timeoutMs: timeoutMsOf(flags["timeout"]),
    yes: flags["yes"] === true,
  };
}
