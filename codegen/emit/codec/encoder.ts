// Code that encodes one message, from its last field to its first.
import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence } from "@bufbuild/protobuf/wkt";
import { shapeOf, tagOf } from "./scalars.ts";
import { isCovered, runsOf, typeNameOf, type Run } from "./shape.ts";

/** The function that encodes a message. */
export function encoderOf(message: DescMessage): string {
  const name = typeNameOf(message);
  const fields = message.fields.toSorted((a, b) => b.number - a.number);
  return `
function write${name}(writer: WireWriter, message: ${name}): void {
  if (message.$typeName !== "${message.typeName}" || message.$unknown !== undefined) throw notCovered;
${runsOf(fields).map(runCode).join("")}}
`;
}

function runCode({ oneof, fields }: Run): string {
  if (oneof === undefined) return fieldCode(fields[0]!);
  const target = `message.${oneof.localName}`;
  const cases = fields.map(
    (field) => `    case "${field.localName}": {
${indented(3, oneValue(field, `${target}.value`))}      break;
    }
`,
  );
  return `  switch (${target}.case) {\n${cases.join("")}  }\n`;
}

function fieldCode(field: DescField): string {
  const value = `message.${field.localName}`;
  const { number } = field;
  switch (field.fieldKind) {
    case "map":
      return mapCode(field, value);
    case "list":
      if (!isCovered(field)) return `  if (${value}.length > 0) throw notCovered;\n`;
      return field.packed
        ? packedCode(field, value)
        : backwards(value, oneValue(field, itemOf(value)));
    default:
      return `  if (${isThere(field, value)}) {\n${indented(2, oneValue(field, value, number))}  }\n`;
  }
}

/** Code that tells, as the library does, whether a singular field is there: what is no zero of its type is. */
export function isThere(field: DescField, value: string): string {
  if (field.presence !== FeatureSet_FieldPresence.IMPLICIT) return `${value} !== undefined`;
  const { type } = shapeOf(field);
  switch (type) {
    case "string":
      return `${value} !== ""`;
    case "boolean":
      return `${value} !== false`;
    case "bigint":
      return `${value} !== 0n`;
    case "Uint8Array":
      return `!(${value} instanceof Uint8Array) || ${value}.length > 0`;
    case "number":
      return ["Double", "Float"].includes(shapeOf(field).suffix)
        ? `!Object.is(${value}, 0)`
        : `${value} !== 0`;
  }
}

/** Statements that write one value with its tag. */
function oneValue(field: DescField, value: string, number = field.number): string[] {
  if (!isCovered(field)) return ["throw notCovered;"];
  if (field.message !== undefined && field.fieldKind !== "map")
    return [
      "const before = sizeOf(writer);",
      `write${typeNameOf(field.message)}(writer, ${value});`,
      `writeLengthAndTag(writer, before, ${tagOf(number, 2)});`,
    ];
  const { suffix, wireType } = shapeOf(field);
  return [`write${suffix}(writer, ${tagOf(number, wireType)}, ${value});`];
}

function itemOf(list: string): string {
  return `${list}[i]!`;
}

function backwards(list: string, statements: readonly string[], length = `${list}.length`): string {
  return `  for (let i = ${length} - 1; i >= 0; i--) {\n${indented(2, statements)}  }\n`;
}

function packedCode(field: DescField, list: string): string {
  const item = `write${shapeOf(field).suffix}(writer, 0, ${itemOf(list)});`;
  return `  if (${list}.length > 0) {
    const before = sizeOf(writer);
    for (let i = ${list}.length - 1; i >= 0; i--) ${item}
    writeLengthAndTag(writer, before, ${tagOf(field.number, 2)});
  }
`;
}

function mapCode(field: DescField, value: string): string {
  const keys = `${field.localName}Keys`;
  const declared = `  const ${keys} = Object.keys(${value});\n`;
  if (!isCovered(field)) return `${declared}  if (${keys}.length > 0) throw notCovered;\n`;
  const statements = [
    `const key = ${keys}[i]!;`,
    "const before = sizeOf(writer);",
    ...oneValue(field, `${value}[key]!`, 2),
    "writeString(writer, 10, key);",
    `writeLengthAndTag(writer, before, ${tagOf(field.number, 2)});`,
  ];
  return declared + backwards(keys, statements);
}

function indented(depth: number, lines: readonly string[]): string {
  return lines.map((line) => `${"  ".repeat(depth)}${line}\n`).join("");
}
