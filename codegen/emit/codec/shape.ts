// What generated codecs make of the messages: which they cover, and how these are named in TypeScript.
import {
  ScalarType,
  type DescEnum,
  type DescField,
  type DescMessage,
  type DescOneof,
} from "@bufbuild/protobuf";
import { Edition, isWrapperDesc } from "@bufbuild/protobuf/wkt";

/** A field that is left to the library makes it decode and encode the whole frame. */
export function isCovered(field: DescField): boolean {
  const { message } = field;
  if (field.fieldKind === "map")
    return field.mapKey === ScalarType.STRING && field.mapKind !== "message" && isOpen(field.enum);
  if (message !== undefined)
    return isProto3(message) && !isConverted(message) && !reaches(message, field.parent);
  return isOpen(field.enum);
}

/** All messages that generated code for the roots has to know, each once, those inside first. */
export function reachable(roots: readonly DescMessage[]): DescMessage[] {
  const found = new Set<DescMessage>();
  const visit = (message: DescMessage): void => {
    if (found.has(message)) return;
    for (const inner of coveredInside(message)) visit(inner);
    found.add(message);
  };
  for (const root of roots) {
    if (!isProto3(root)) throw new Error(`${root.typeName} is not of proto3`);
    visit(root);
  }
  expectDistinctNames([...found]);
  return [...found];
}

/** A field, or neighbours of one oneof: of these only one is there. */
export interface Run {
  readonly oneof: DescOneof | undefined;
  readonly fields: DescField[];
}

/** Fields in their order, neighbours of one oneof together. */
export function runsOf(fields: readonly DescField[]): Run[] {
  const runs: Run[] = [];
  for (const field of fields) {
    const last = runs.at(-1);
    if (field.oneof !== undefined && last?.oneof === field.oneof) last.fields.push(field);
    else runs.push({ oneof: field.oneof, fields: [field] });
  }
  return runs;
}

/** Name of a type in the code that protoc-gen-es generates. */
export function typeNameOf(type: DescMessage | DescEnum): string {
  return type.typeName.slice(type.file.proto.package.length + 1).replaceAll(".", "_");
}

/** Import lines for types, in order of module and name. */
export function typeImports(types: Iterable<DescMessage | DescEnum>): string {
  return imports("import type", types, "");
}

/** Import lines for what the library has to know of messages. */
export function schemaImports(messages: Iterable<DescMessage>): string {
  return imports("import", messages, "Schema");
}

function imports(
  verb: string,
  types: Iterable<DescMessage | DescEnum>,
  nameSuffix: string,
): string {
  const modules = new Map<string, Set<string>>();
  for (const type of types) {
    const module = moduleOf(type);
    const names = modules.get(module) ?? new Set();
    modules.set(module, names.add(typeNameOf(type) + nameSuffix));
  }
  return [...modules]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([module, names]) => `${verb} { ${[...names].sort().join(", ")} } from "${module}";\n`)
    .join("");
}

/** Module that holds a type. */
function moduleOf({ file }: DescMessage | DescEnum): string {
  if (file.proto.package === "google.protobuf") return "@bufbuild/protobuf/wkt";
  return `@meshwork/gen/${file.name}`;
}

function coveredInside(message: DescMessage): DescMessage[] {
  return message.fields.flatMap((field) =>
    field.message !== undefined && isCovered(field) ? [field.message] : [],
  );
}

function isProto3({ file }: DescMessage): boolean {
  return file.edition === Edition.EDITION_PROTO3;
}

/** The library keeps values that an enum does not know only where it is open. */
function isOpen(type: DescEnum | undefined): boolean {
  return type === undefined || type.open;
}

/** The library gives plain values in place of these messages. */
function isConverted(message: DescMessage): boolean {
  return message.typeName === "google.protobuf.Struct" || isWrapperDesc(message);
}

/** Messages inside themselves are left to the library, which bounds how deep they go. */
function reaches(from: DescMessage, to: DescMessage, seen = new Set<DescMessage>()): boolean {
  if (from === to) return true;
  if (seen.has(from)) return false;
  seen.add(from);
  return from.fields.some(({ message }) => message !== undefined && reaches(message, to, seen));
}

function expectDistinctNames(messages: readonly DescMessage[]): void {
  const names = new Map<string, DescMessage>();
  for (const message of messages) {
    const other = names.get(typeNameOf(message));
    if (other !== undefined)
      throw new Error(`${message.typeName} and ${other.typeName} have the same name in TypeScript`);
    names.set(typeNameOf(message), message);
  }
}
