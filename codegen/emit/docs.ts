// The reference docs, as Markdown: a page per service, one of the nouns, one of the errors.
import type { DescEnum, DescField, DescMessage, DescMethod, DescService } from "@bufbuild/protobuf";
import { boundsOf } from "../model/bounds.ts";
import { commandRowOf } from "../model/command-row.ts";
import { commentOf, textOf } from "../model/comments.ts";
import { methodName, routeOf, sensitivityOf, termsOf, type Contract } from "../model/contract.ts";
import { errorReasonsOf } from "../model/error-reasons.ts";
import { kebab } from "../model/names.ts";
import type { Output } from "./cli-table.ts";
import { typeNameOf } from "./type-name.ts";

const header =
  "<!-- Generated from proto/ by codegen/plugin.ts. Do not edit: run `npm run generate`. -->\n\n";

/** The files of gen/docs. */
export function docsFiles(contract: Contract): Output[] {
  const ofCalls = new Set(
    contract.services.flatMap(({ methods }) =>
      methods.flatMap(({ input, output }) => [input, output]),
    ),
  );
  const nouns = contract.messages.filter((each) => !ofCalls.has(each));
  const index = [
    "# API reference\n",
    ...contract.services.map(
      (each) => `- [${each.name}](${pageOf(each)}): ${commentOf(each).summary}`,
    ),
    "- [Messages and enums](nouns.md)",
    "- [Errors](errors.md)",
  ];
  return [
    { name: "README.md", content: `${header}${index.join("\n")}\n` },
    ...contract.services.map((each) => ({
      name: pageOf(each),
      content: header + servicePage(each),
    })),
    { name: "nouns.md", content: header + nounsPage(nouns, contract.enums) },
    { name: "errors.md", content: header + errorsPage(contract) },
  ];
}

/** File name of a service's page. */
export function pageOf({ name }: DescService): string {
  return `${kebab(name)}.md`;
}

function servicePage(service: DescService): string {
  return `# ${service.name}\n\n${textOf(service)}\n\n${service.methods.map(methodSection).join("\n")}`;
}

function methodSection(method: DescMethod): string {
  const { examples } = commentOf(method);
  const row = commandRowOf(method);
  const terms = termsOf(method);
  const route = routeOf(method);
  const facts = [
    ["Call", `\`${methodName(method)}\`${streamNote(method)}`],
    ["REST", route === undefined ? "none" : `\`${route.verb} ${route.path}\``],
    ["Command", `\`mesh ${row.topic} ${row.verb}\``],
    ["Permission", terms === undefined ? "" : `\`${terms.permission}\``],
    ["Scope", terms?.scope ? `the mesh in \`${terms.scope}\`` : "the installation"],
    ["Audit", `\`${terms?.audit ?? ""}\``],
    ["Rate class", `\`${terms?.rate ?? ""}\``],
    ["Idempotency", `\`${terms?.idempotency ?? ""}\``],
  ];
  return [
    `## ${method.name}\n`,
    `${textOf(method)}\n`,
    `| | |\n| --- | --- |`,
    ...facts.map(([name, value]) => `| ${name ?? ""} | ${value ?? ""} |`),
    "",
    ...(examples.length === 0 ? [] : ["```sh", ...examples, "```", ""]),
    `### ${method.input.name}\n`,
    fieldTable(method.input),
    `### ${method.output.name}\n`,
    fieldTable(method.output),
    "Errors: see [all reasons](errors.md).\n",
  ].join("\n");
}

function streamNote({ methodKind }: DescMethod): string {
  switch (methodKind) {
    case "unary":
      return "";
    case "server_streaming":
      return ", a stream of responses";
    case "client_streaming":
      return ", a stream of requests";
    case "bidi_streaming":
      return ", streams both ways";
  }
}

function nounsPage(messages: readonly DescMessage[], enums: readonly DescEnum[]): string {
  return [
    "# Messages and enums\n",
    ...messages.flatMap((each) => [
      `## ${shortName(each)}\n`,
      `${textOf(each)}\n`,
      fieldTable(each),
    ]),
    ...enums.flatMap((each) => [`## ${shortName(each)}\n`, `${textOf(each)}\n`, valueTable(each)]),
  ].join("\n");
}

function errorsPage(contract: Contract): string {
  const rows = errorReasonsOf(contract).map(
    ({ reason, code, meaning }) => `| \`${reason}\` | ${cell(code)} | ${cell(meaning)} |`,
  );
  const intro = contract.enums.find(({ name }) => name === "ErrorReason");
  return [
    "# Errors\n",
    `${intro === undefined ? "" : textOf(intro)}\n`,
    "| Reason | Code | Meaning |\n| --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}

function fieldTable(message: DescMessage): string {
  if (message.fields.length === 0) return "No fields.\n";
  const rows = message.fields.map((field) => {
    return `| \`${field.name}\` | ${cell(typeNameOf(field))} | ${cell(notes(field))} |`;
  });
  return `| Field | Type | Meaning |\n| --- | --- | --- |\n${rows.join("\n")}\n`;
}

function notes(field: DescField): string {
  const bounds = boundsOf(field);
  const sensitivity = sensitivityOf(field);
  return [
    textOf(field),
    ...(field.oneof === undefined ? [] : [`One of \`${field.oneof.name}\`.`]),
    ...(bounds === undefined ? [] : [`Bounds: ${bounds}.`]),
    ...(sensitivity === undefined ? [] : [`Sensitivity: ${sensitivity}.`]),
  ].join(" ");
}

function valueTable(desc: DescEnum): string {
  const rows = desc.values.map(
    (each) => `| \`${each.name}\` | ${each.number} | ${cell(textOf(each))} |`,
  );
  return `| Value | Number | Meaning |\n| --- | --- | --- |\n${rows.join("\n")}\n`;
}

function shortName({ typeName, file }: DescMessage | DescEnum): string {
  return typeName.slice(file.proto.package.length + 1);
}

function cell(text: string): string {
  return text.replaceAll("\n", " ").replaceAll("|", "\\|").replaceAll("<", "&lt;");
}
