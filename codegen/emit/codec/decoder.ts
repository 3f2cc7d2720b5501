// Code that decodes one message.
import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence } from "@bufbuild/protobuf/wkt";
import { isPackable, shapeOf, tagOf, zeroOf } from "./scalars.ts";
import { isCovered, typeNameOf } from "./shape.ts";

/** The functions that decode a message: its own, and one for each of its maps. */
export function decoderOf(message: DescMessage): string {
  const name = typeNameOf(message);
  const covered = message.fields.filter(isCovered);
  return `
function read${name}(reader: WireReader, end: number): ${name} {
  const message: ${name} = {
    $typeName: "${message.typeName}",
${message.members.map(memberZero).join("")}  };
  while (reader.position < end) {
    switch (readTag(reader)) {
${covered.map(cases).join("")}      default:
        throw notCovered;
    }
  }
  if (reader.position !== end) throw notCovered;
  return message;
}
${covered.map(entryDecoder).join("")}`;
}

/** Properties and their order as the library makes them: a message or optional that is absent has none. */
function memberZero(member: DescMessage["members"][number]): string {
  const zero = member.kind === "oneof" ? "{ case: undefined }" : fieldZero(member);
  return zero === undefined ? "" : `    ${member.localName}: ${zero},\n`;
}

function fieldZero(field: DescField): string | undefined {
  if (field.fieldKind === "list") return "[]";
  if (field.fieldKind === "map") return "{}";
  if (field.presence !== FeatureSet_FieldPresence.IMPLICIT) return undefined;
  return field.fieldKind === "enum" ? String(field.enum.values[0]!.number) : zeroOf(shapeOf(field));
}

/** What is read twice is merged by the library. */
function cases(field: DescField): string {
  const { localName, oneof, number } = field;
  const target = `message.${oneof?.localName ?? localName}`;
  switch (field.fieldKind) {
    case "map":
      return aCase(field, tagOf(number, 2), [
        `read${entryName(field)}(reader, readEnd(reader, end), ${target});`,
      ]);
    case "list":
      return listCases(field, target);
    case "message":
      if (oneof === undefined)
        return aCase(field, tagOf(number, 2), [
          `if (${target} !== undefined) throw notCovered;`,
          `${target} = ${childOf(field)};`,
        ]);
      return aCase(field, tagOf(number, 2), [
        `if (${target}.case === "${localName}") throw notCovered;`,
        `${target} = { case: "${localName}", value: ${childOf(field)} };`,
      ]);
    default: {
      const value = valueOf(field);
      return aCase(field, tagOf(number, shapeOf(field).wireType), [
        oneof === undefined
          ? `${target} = ${value};`
          : `${target} = { case: "${localName}", value: ${value} };`,
      ]);
    }
  }
}

function listCases(field: DescField, target: string): string {
  if (field.message !== undefined)
    return aCase(field, tagOf(field.number, 2), [`${target}.push(${childOf(field)});`]);
  const shape = shapeOf(field);
  const push = `${target}.push(${valueOf(field)});`;
  const single = aCase(field, tagOf(field.number, shape.wireType), [push]);
  if (!isPackable(shape)) return single;
  return `${single}      case ${tagOf(field.number, 2)}: {
        const packedEnd = readEnd(reader, end);
        while (reader.position < packedEnd) ${push}
        if (reader.position !== packedEnd) throw notCovered;
        break;
      }
`;
}

function aCase({ name }: DescField, tag: number, lines: readonly string[]): string {
  const body = lines.map((line) => `        ${line}\n`).join("");
  return `      case ${tag}: // ${name}\n${body}        break;\n`;
}

function childOf({ message }: DescField): string {
  return `read${typeNameOf(message!)}(reader, readEnd(reader, end))`;
}

function valueOf(field: DescField): string {
  const { suffix, wireType } = shapeOf(field);
  const call = `read${suffix}(reader${wireType === 2 ? ", end" : ""})`;
  return field.enum === undefined ? call : `${call} as ${typeNameOf(field.enum)}`;
}

function entryName(field: DescField): string {
  const { localName } = field;
  return `${typeNameOf(field.parent)}${localName.charAt(0).toUpperCase()}${localName.slice(1)}Entry`;
}

/** Of a key or value that comes twice, the last counts. */
function entryDecoder(field: DescField): string {
  if (field.fieldKind !== "map") return "";
  const shape = shapeOf(field);
  const type = field.enum === undefined ? shape.type : typeNameOf(field.enum);
  return `
function read${entryName(field)}(reader: WireReader, end: number, entries: Record<string, ${type}>): void {
  let key = "";
  let value: ${type} = ${field.enum === undefined ? zeroOf(shape) : field.enum.values[0]!.number};
  while (reader.position < end) {
    switch (readTag(reader)) {
      case 10:
        key = readString(reader, end);
        break;
      case ${tagOf(2, shape.wireType)}:
        value = ${valueOf(field)};
        break;
      default:
        throw notCovered;
    }
  }
  if (reader.position !== end) throw notCovered;
  setEntry(entries, key, value);
}
`;
}
