// Codecs of the messages that travel most, as TypeScript.
import { readFileSync } from "node:fs";
import type { DescEnum, DescMessage } from "@bufbuild/protobuf";
import type { Contract } from "../../model/contract.ts";
import type { Output } from "../cli-table.ts";
import { rulesCode } from "../rules/rules-file.ts";
import { decoderOf } from "./decoder.ts";
import { encoderOf } from "./encoder.ts";
import { reachable, schemaImports, typeImports, typeNameOf } from "./shape.ts";

/** The frames of the agent link: all that they hold is found from them. */
const linkRoots = ["mesh.v1.ConnectRequest", "mesh.v1.ConnectResponse"];
/** The frames that are not trusted. */
const validatedRoot = "mesh.v1.ConnectRequest";
const runtimeFiles = ["not-covered.ts", "violation.ts", "wire-reader.ts", "wire-writer.ts"];

const header =
  "// Generated from proto/ by codegen/plugin.ts. Do not edit: run `npm run generate`.\n";

/** The files of gen/codec. */
export function codecFiles(contract: Contract): Output[] {
  return [
    ...runtimeFiles.map(runtimeFile),
    { name: "link.ts", content: codecOf(linkRoots.map((name) => rootOf(contract, name))) },
    { name: "link-rules.ts", content: header + rulesCode(rootOf(contract, validatedRoot)) },
  ];
}

/** Plain code, which is the same whatever the contract is. */
function runtimeFile(name: string): Output {
  const text = readFileSync(new URL(`../../runtime/${name}`, import.meta.url), "utf8");
  return { name, content: header + text };
}

/** A module with `encode` and `decode` of each root. */
export function codecOf(roots: readonly DescMessage[]): string {
  const messages = reachable(roots);
  const body =
    "const writer = createWriter();\n" +
    messages.flatMap((message) => [decoderOf(message), encoderOf(message)]).join("") +
    roots.map(rootCode).join("");
  return `${header}import { fromBinary, toBinary } from "@bufbuild/protobuf";
${typeImports([...messages, ...enumsUsed(messages, body)])}${schemaImports(roots)}import { notCovered } from "./not-covered.ts";
${runtimeImport(body, "read|setEntry", "WireReader", "wire-reader")}${runtimeImport(
    body,
    "write|startMessage|finishMessage|createWriter|sizeOf",
    "WireWriter",
    "wire-writer",
  )}
${body}`;
}

function rootOf({ messages }: Contract, name: string): DescMessage {
  const found = messages.find(({ typeName }) => typeName === name);
  if (found === undefined) throw new Error(`there is no message ${name}`);
  return found;
}

function enumsUsed(messages: readonly DescMessage[], body: string): DescEnum[] {
  const enums = messages.flatMap(({ fields }) => fields.flatMap((field) => field.enum ?? []));
  return enums.filter((each) => new RegExp(` as ${typeNameOf(each)}\\b`).test(body));
}

/** Imports what the code calls and does not define. */
function runtimeImport(body: string, names: string, type: string, module: string): string {
  const called = new Set(
    [...body.matchAll(new RegExp(`(?<!function )\\b((?:${names})\\w*)\\(`, "g"))].map(
      ([, name]) => name!,
    ),
  );
  for (const [, name] of body.matchAll(/function (\w+)\(/g)) called.delete(name!);
  const list = [...called, `type ${type}`].sort().map((name) => `  ${name},\n`);
  return `import {\n${list.join("")}} from "./${module}.ts";\n`;
}

function rootCode(root: DescMessage): string {
  const name = typeNameOf(root);
  return `
/**
 * The same bytes as the library's, which encodes what this does not cover, and throws for what cannot be
 * encoded. Up to 1 KiB they share memory with other messages: do not transfer their buffer.
 */
export function encode${name}(message: ${name}): Uint8Array {
  try {
    startMessage(writer);
    write${name}(writer, message);
    return finishMessage(writer);
  } catch {
    return toBinary(${name}Schema, message);
  }
}

/**
 * The same message as the library's, which decodes what this does not cover, and throws for what cannot
 * be decoded. Nothing in it is a view of the input.
 */
export function decode${name}(bytes: Uint8Array): ${name} {
  try {
    return read${name}({ bytes, position: 0 }, bytes.length);
  } catch {
    return fromBinary(${name}Schema, new Uint8Array(bytes));
  }
}
`;
}
