// One class of command for every RPC.
import { Args, Flags, type Command, type Interfaces } from "@oclif/core";
import type { CommandRow, FieldRow } from "@meshwork/gen-cli/types";
import {
  MeshCommand,
  globalFlags,
  outputFlags,
  outputStyleOf,
  timeoutMsOf,
} from "../mesh-command.ts";
import { nameOf } from "./request.ts";
import { specials } from "./specials.ts";

/** Makes the command of a row. Cheap: all that calls needs is loaded when it runs. */
export function rpcCommand(row: CommandRow): Command.Class {
  class RpcCommand extends MeshCommand {
    static override id = `${row.topic}:${row.verb}`;
    static override summary = row.summary;
    static override description = descriptionOf(row);
    static override examples = row.examples.map(
      (each) => `<%= config.bin %>${each.replace(/^mesh/, "")}`,
    );
    // The parser and its help call an argument by its key.
    static override args = Object.fromEntries(
      row.positionals.map((each) => [nameOf(each).toLowerCase(), argOf(row, each)]),
    );
    static override flags = flagsOf(row);

    override async run(): Promise<void> {
      const { args, flags } = await this.parse(RpcCommand);
      const given = flags as Readonly<Record<string, string | string[] | boolean | undefined>>;
      const [{ runRpc }, { currentTarget }] = await Promise.all([
        import("./run-rpc.ts"),
        import("../connect.ts"),
      ]);
      const limit = given["limit"];
      const dryRun = given["dry-run"] === true;
      await runRpc(
        row,
        {
          args: Object.fromEntries(
            row.positionals.map((each) => [each.flag, args[nameOf(each).toLowerCase()]]),
          ),
          flags: given,
          dryRun,
        },
        {
          target: await currentTarget(this.targetFlags(given)),
          style: outputStyleOf(given),
          timeoutMs: timeoutMsOf(given["timeout"]),
          debug: given["debug"] === true,
          yes: given["yes"] === true,
          watch: given["watch"] === true,
          limit: typeof limit === "number" ? limit : undefined,
          dryRun,
          extra: given,
        },
      );
    }
  }
  return RpcCommand;
}

function descriptionOf(row: CommandRow): string {
  const paragraphs = [row.description, `Calls ${row.service}/${row.method}.`];
  return paragraphs.filter((each) => each !== "").join("\n\n");
}

function argOf(row: CommandRow, field: FieldRow): Interfaces.Arg<string | undefined> {
  const fromContext =
    field.field === "mesh_id" && row.readOnly ? " Default: the mesh of --mesh or the context." : "";
  return Args.string({
    description: `${field.help}${fromContext}`,
    // Stdin is for values that ask for it, as `--data -` does.
    ignoreStdin: true,
    required: field.required === true && fromContext === "",
    ...(field.repeated ? { multiple: true } : {}),
  });
}

function flagsOf(row: CommandRow): Interfaces.FlagInput {
  const special = specials[`${row.service}/${row.method}`];
  const own = row.flags.filter(({ flag }) => special?.without?.includes(flag) !== true);
  return {
    ...Object.fromEntries(own.map((each) => [each.flag, flagOf(each)])),
    ...(row.list
      ? {
          limit: Flags.integer({
            min: 1,
            description: "At most so many items. Default: all.",
            helpGroup: "GLOBAL",
          }),
        }
      : {}),
    ...(row.watch === undefined
      ? {}
      : {
          watch: Flags.boolean({
            char: "w",
            description: "Show it anew whenever it changes.",
            helpGroup: "GLOBAL",
          }),
        }),
    ...(row.dryRun
      ? {
          "dry-run": Flags.boolean({
            description: "Only say whether it would work.",
            helpGroup: "GLOBAL",
          }),
        }
      : {}),
    ...(row.readOnly
      ? {}
      : {
          yes: Flags.boolean({
            description: "Do not ask, even if the context is protected.",
            helpGroup: "GLOBAL",
          }),
        }),
    ...special?.flags,
    ...outputFlags,
    ...globalFlags,
  };
}

function flagOf(field: FieldRow): Interfaces.FlagInput[string] {
  const description = [field.help, sourceNote(field)].filter((each) => each !== "").join(" ");
  if (field.kind === "bool" && !field.repeated && !field.map)
    return Flags.boolean({ allowNo: true, description });
  const helpValue = valueName(field);
  return field.repeated || field.map
    ? Flags.string({ description, helpValue, multiple: true, multipleNonGreedy: true })
    : Flags.string({ description, helpValue });
}

function sourceNote(field: FieldRow): string {
  if (field.sensitivity === "secret") return "From @FILE, - (stdin), or asked for.";
  if (field.kind === "bytes") return "Base64, @FILE, or - (stdin).";
  if (field.kind === "json")
    return `JSON, @FILE, or - (stdin)${field.type?.startsWith("mesh.") ? `; see \`mesh explain ${field.type.slice("mesh.v1.".length)}\`` : ""}.`;
  return field.kind === "enum" ? `One of: ${field.enum?.values.join(", ") ?? ""}.` : "";
}

function valueName(field: FieldRow): string {
  if (field.map) return "KEY=VALUE";
  return field.sensitivity === "secret"
    ? "@FILE"
    : field.kind === "string"
      ? "TEXT"
      : field.kind === "integer64"
        ? "INTEGER"
        : field.kind.toUpperCase();
}
