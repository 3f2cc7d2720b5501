// One field of a request as a flag or a positional.
import { ScalarType, type DescEnum, type DescField } from "@bufbuild/protobuf";
import { allowedNumbers, boundsOf, isRequired } from "./bounds.ts";
import type { EnumNames, FieldRow, ValueKind } from "./command-types.ts";
import { textOf } from "./comments.ts";
import { sensitivityOf } from "./contract.ts";
import { kebab, snake } from "./names.ts";

/** Describes a field for the command table. Throws for what no flag can hold. */
export function fieldRowOf(field: DescField): FieldRow {
  const { kind, type, enumeration } = valueOf(field);
  const bounds = boundsOf(field);
  const sensitivity = sensitivityOf(field);
  return {
    field: field.name,
    json: field.jsonName,
    flag: kebab(field.name),
    kind,
    ...(type === undefined ? {} : { type }),
    ...(enumeration === undefined ? {} : { enum: enumNames(enumeration, allowedNumbers(field)) }),
    ...(field.fieldKind === "list" ? { repeated: true as const } : {}),
    ...(field.fieldKind === "map" ? { map: true as const } : {}),
    ...(sensitivity === undefined ? {} : { sensitivity }),
    ...(isRequired(field) ? { required: true as const } : {}),
    ...(field.oneof === undefined ? {} : { oneof: field.oneof.name }),
    help: textOf(field).replaceAll("\n\n", " "),
    ...(bounds === undefined ? {} : { bounds }),
  };
}

/** The names that people type for an enum's values, or for those that are allowed. */
export function enumNames(desc: DescEnum, allowed?: readonly number[]): EnumNames {
  const prefix = desc.sharedPrefix?.toUpperCase() ?? `${snake(desc.name).toUpperCase()}_`;
  const values = desc.values
    .filter(({ number }) => number !== 0 && (allowed?.includes(number) ?? true))
    .map(({ name }) => name.slice(prefix.length).toLowerCase().replaceAll("_", "-"));
  return { type: desc.typeName, prefix, values };
}

interface Value {
  kind: ValueKind;
  type?: string | undefined;
  enumeration?: DescEnum | undefined;
}

function valueOf(field: DescField): Value {
  if (field.scalar !== undefined) return { kind: scalarKind(field.scalar) };
  if (field.enum !== undefined) return { kind: "enum", enumeration: field.enum };
  return messageKind(field.message.typeName);
}

function scalarKind(scalar: ScalarType): ValueKind {
  switch (scalar) {
    case ScalarType.STRING:
      return "string";
    case ScalarType.BOOL:
      return "bool";
    case ScalarType.BYTES:
      return "bytes";
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return "number";
    case ScalarType.INT64:
    case ScalarType.UINT64:
    case ScalarType.SINT64:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return "integer64";
    default:
      return "integer";
  }
}

function messageKind(type: string): Value {
  switch (type) {
    case "google.protobuf.Duration":
      return { kind: "duration" };
    case "google.protobuf.Timestamp":
      return { kind: "timestamp" };
    case "google.protobuf.FieldMask":
      return { kind: "mask" };
    default:
      return { kind: "json", type };
  }
}
