// The CLI's command table and the texts of `mesh explain`, as TypeScript.
import { readFileSync } from "node:fs";
import type { DescEnum, DescField, DescMessage } from "@bufbuild/protobuf";
import { boundsOf } from "../model/bounds.ts";
import { commandRowOf } from "../model/command-row.ts";
import type { CommandRow, MemberDoc, TopicRow, TypeDoc } from "../model/command-types.ts";
import { commentOf, textOf } from "../model/comments.ts";
import type { Contract } from "../model/contract.ts";
import { typeNameOf } from "./type-name.ts";

/** A generated file: its path below the output folder, and its text. */
export interface Output {
  readonly name: string;
  readonly content: string;
}

const header =
  "// Generated from proto/ by codegen/plugin.ts. Do not edit: run `npm run generate`.\n";

/** The files of gen/cli. Throws if two RPCs would get the same command. */
export function cliFiles(contract: Contract): Output[] {
  const rows = commandRows(contract);
  const docs = Object.fromEntries([
    ...contract.messages.map((desc) => [desc.typeName, messageDoc(desc)] as const),
    ...contract.enums.map((desc) => [desc.typeName, enumDoc(desc)] as const),
  ]);
  const types = readFileSync(new URL("../model/command-types.ts", import.meta.url), "utf8");
  return [
    { name: "types.ts", content: `${header}${types.replace(/^\/\/.*\n/, "")}` },
    {
      name: "commands.ts",
      content:
        `${header}import type { CommandRow, TopicRow } from "./types.ts";\n\n` +
        constant(
          "topics",
          "readonly TopicRow[]",
          "Every topic of generated commands.",
          topicRows(contract, rows),
        ) +
        constant("commands", "readonly CommandRow[]", "Every RPC as a command.", rows),
    },
    {
      name: "explain.ts",
      content:
        `${header}import type { TypeDoc } from "./types.ts";\n\n` +
        constant(
          "types",
          "Readonly<Record<string, TypeDoc>>",
          "Every message and enum, by full name.",
          docs,
        ),
    },
  ];
}

/** Every RPC as a command, in order of topic and of the proto file. */
export function commandRows(contract: Contract): CommandRow[] {
  const rows = contract.services.flatMap(({ methods }) => methods.map(commandRowOf));
  const seen = new Map<string, CommandRow>();
  for (const row of rows) {
    const id = `${row.topic} ${row.verb}`;
    const other = seen.get(id);
    if (other !== undefined) {
      throw new Error(
        `${row.service}/${row.method} and ${other.service}/${other.method} both give \`mesh ${id}\``,
      );
    }
    seen.set(id, row);
  }
  return rows;
}

/** A service's one topic is what the service is; of several, each is told by its verbs. */
function topicRows(contract: Contract, rows: readonly CommandRow[]): TopicRow[] {
  return contract.services.flatMap((service) => {
    const own = rows.filter((each) => each.service === service.typeName);
    const names = [...new Set(own.map(({ topic }) => topic))];
    if (names.length === 1)
      return names.map((name) => ({ name, summary: commentOf(service).summary }));
    return names.map((name) => {
      const verbs = own.filter(({ topic }) => topic === name).map(({ verb }) => verb);
      const noun = name.replaceAll("-", " ");
      return {
        name,
        summary: `${noun.charAt(0).toUpperCase()}${noun.slice(1)}: ${verbs.join(", ")}.`,
      };
    });
  });
}

function messageDoc(desc: DescMessage): TypeDoc {
  return { kind: "message", doc: textOf(desc), members: desc.fields.map(fieldDoc) };
}

function fieldDoc(field: DescField): MemberDoc {
  const bounds = boundsOf(field);
  const type = typeNameOf(field);
  return {
    name: field.name,
    type,
    doc: textOf(field),
    ...(bounds === undefined ? {} : { bounds }),
  };
}

function enumDoc(desc: DescEnum): TypeDoc {
  const members = desc.values.map((value) => ({
    name: value.name,
    type: String(value.number),
    doc: textOf(value),
  }));
  return { kind: "enum", doc: textOf(desc), members };
}

function constant(name: string, type: string, doc: string, value: unknown): string {
  return `/** ${doc} */\nexport const ${name}: ${type} = ${JSON.stringify(value, undefined, 2)};\n\n`;
}
