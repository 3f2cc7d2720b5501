// What all commands share: global flags, the style of output, interruption.
import { Command, Flags } from "@oclif/core";
import type { TargetFlags } from "./contexts/target.ts";
import { exitCodes, usageError } from "./errors/cli-error.ts";
import { formats, type Format, type OutputStyle } from "./output/format-names.ts";
import { parseDuration } from "./rpc/durations.ts";

/** Which server and mesh, for how long, and how much to tell. */
export const globalFlags = {
  context: Flags.string({ description: "Context to use.", helpGroup: "GLOBAL", helpValue: "NAME" }),
  endpoint: Flags.string({
    description: "Server to talk to.",
    helpGroup: "GLOBAL",
    helpValue: "URL",
  }),
  mesh: Flags.string({ description: "Mesh to work in.", helpGroup: "GLOBAL", helpValue: "NAME" }),
  timeout: Flags.string({
    description: "Give up after so long.",
    helpGroup: "GLOBAL",
    helpValue: "DURATION",
  }),
  debug: Flags.boolean({
    description: "Tell what goes over the wire, and where errors arose.",
    helpGroup: "GLOBAL",
  }),
};

/** How output looks. */
export const outputFlags = {
  output: Flags.string({
    char: "o",
    description: "Format of the output.",
    helpGroup: "OUTPUT",
    helpValue: formats.join("|"),
    default: "table",
  }),
  columns: Flags.string({
    description: "Columns of the table, as paths of fields.",
    helpGroup: "OUTPUT",
    helpValue: "PATH,…",
  }),
  "sort-by": Flags.string({
    description: "Order by a field; -PATH turns it round.",
    helpGroup: "OUTPUT",
    helpValue: "PATH",
  }),
  "no-headers": Flags.boolean({ description: "Leave the headings out.", helpGroup: "OUTPUT" }),
  time: Flags.string({
    description: "How to show times.",
    helpGroup: "OUTPUT",
    helpValue: "relative|iso",
    default: "relative",
  }),
};

/** Flags as they were parsed. */
export type Given = Readonly<Record<string, unknown>>;

/** The base of every command. SIGINT ends it with 130, unless it takes signals over itself. */
export abstract class MeshCommand extends Command {
  /** Whether the command sees to SIGINT and SIGTERM itself. */
  static ownSignals = false;

  protected override async init(): Promise<void> {
    await super.init();
    if (!(this.constructor as typeof MeshCommand).ownSignals) {
      process.once("SIGINT", () => process.exit(exitCodes.interrupted));
    }
  }

  /** Errors are told in one place, by `main.ts`. */
  protected override catch(error: Error): Promise<never> {
    return Promise.reject(error);
  }

  protected targetFlags(flags: Given): TargetFlags {
    const text = (name: string) => (typeof flags[name] === "string" ? flags[name] : undefined);
    return { context: text("context"), endpoint: text("endpoint"), mesh: text("mesh") };
  }
}

/** The style that flags ask for. Throws a usage error for a format that is none. */
export function outputStyleOf(flags: Given): OutputStyle {
  const format = flags["output"] as string;
  if (!(formats as readonly string[]).includes(format)) {
    throw usageError(`-o has no format ${JSON.stringify(format)}: it takes ${formats.join(", ")}`);
  }
  const time = flags["time"];
  if (time !== "relative" && time !== "iso")
    throw usageError(`--time takes relative or iso, not ${JSON.stringify(time)}`);
  const columns = flags["columns"];
  const sortBy = flags["sort-by"];
  return {
    format: format as Format,
    columns:
      typeof columns === "string" ? columns.split(",").filter((each) => each !== "") : undefined,
    sortBy: typeof sortBy === "string" ? sortBy : undefined,
    headers: flags["no-headers"] !== true,
    time,
    nowMs: Date.now(),
  };
}

/** Milliseconds of `--timeout`. Throws a usage error unless it is a positive duration. */
export function timeoutMsOf(text: unknown): number | undefined {
  if (typeof text !== "string") return undefined;
  const ms = Number(parseDuration(text, "--timeout") / 1_000_000n);
  if (ms < 1) throw usageError(`--timeout takes at least 1ms, not ${JSON.stringify(text)}`);
  return ms;
}
