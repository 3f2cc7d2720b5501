// A message with fields of every kind that proto3 has.
import { create, createFileRegistry, ScalarType, type DescMessage } from "@bufbuild/protobuf";
import {
  DescriptorProtoSchema,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
  FieldDescriptorProtoSchema,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  file_google_protobuf_wrappers,
  type DescriptorProto,
  type FieldDescriptorProto,
} from "@bufbuild/protobuf/wkt";
import type { MessageInitShape } from "@bufbuild/protobuf";

const scalars = Object.values(ScalarType).filter((type) => typeof type === "number");
const BEYOND_TWO_OCTETS = 5_000;

type Init = MessageInitShape<typeof FieldDescriptorProtoSchema>;

/** `test.Kinds`, which is inside itself too, holds a wrapper, and has a number of three octets. */
export function allKinds(): DescMessage {
  const kinds = create(DescriptorProtoSchema, { name: "Kinds", oneofDecl: [{ name: "choice" }] });
  const number = (): number => kinds.field.length + 1;
  for (const type of scalars) addScalar(kinds, type, number);
  add(kinds, "enum", { type: Type.ENUM, typeName: ".test.Color", number: number() });
  add(kinds, "enums", { type: Type.ENUM, typeName: ".test.Color", number: number() }, true);
  addMap(kinds, "enum_map", number(), { type: Type.ENUM, typeName: ".test.Color" });
  for (const name of ["Inner", "Kinds"]) {
    const message = { type: Type.MESSAGE, typeName: `.test.${name}` };
    add(kinds, `one_${name}`, { ...message, number: number() });
    add(kinds, `many_${name}`, { ...message, number: number() }, true);
    add(kinds, `choice_${name}`, { ...message, number: number(), oneofIndex: 0 });
    addMap(kinds, `map_${name}`, number(), message);
  }
  const wrapper = { type: Type.MESSAGE, typeName: ".google.protobuf.Int64Value" };
  add(kinds, "wrapped", { ...wrapper, number: number() });
  add(kinds, "far", { type: Type.STRING, number: BEYOND_TWO_OCTETS });
  synthesizeOneofs(kinds);
  return describe(kinds);
}

function describe(kinds: DescriptorProto): DescMessage {
  const inner = create(DescriptorProtoSchema, { name: "Inner" });
  add(inner, "text", { type: Type.STRING, number: 1 });
  const file = create(FileDescriptorProtoSchema, {
    name: "test/kinds.proto",
    package: "test",
    syntax: "proto3",
    dependency: ["google/protobuf/wrappers.proto"],
    messageType: [kinds, inner],
    enumType: [{ name: "Color", value: [{ name: "NONE" }, { name: "RED", number: 3 }] }],
  });
  const set = create(FileDescriptorSetSchema, {
    file: [file_google_protobuf_wrappers.proto, file],
  });
  return createFileRegistry(set).getMessage("test.Kinds")!;
}

function addScalar(kinds: DescriptorProto, scalar: ScalarType, number: () => number): void {
  // Both have the names of descriptor.proto.
  const type = Type[ScalarType[scalar] as keyof typeof Type];
  const name = `scalar${scalar}`;
  add(kinds, name, { type, number: number() });
  add(kinds, `${name}_optional`, { type, number: number(), proto3Optional: true });
  add(kinds, `${name}_choice`, { type, number: number(), oneofIndex: 0 });
  add(kinds, `${name}_list`, { type, number: number() }, true);
  if (type !== Type.STRING && type !== Type.BYTES)
    add(kinds, `${name}_unpacked`, { type, number: number(), options: { packed: false } }, true);
  addMap(kinds, `${name}_map`, number(), { type });
}

function add(message: DescriptorProto, name: string, init: Init, isList = false): void {
  const label = isList ? Label.REPEATED : Label.OPTIONAL;
  message.field.push(field({ ...init, name, label }));
}

function addMap(kinds: DescriptorProto, name: string, number: number, value: Init): void {
  const entry = `${name.split("_").map(capital).join("")}Entry`;
  kinds.nestedType.push(
    create(DescriptorProtoSchema, {
      name: entry,
      options: { mapEntry: true },
      field: [
        { name: "key", number: 1, label: Label.OPTIONAL, type: Type.STRING },
        field({ ...value, name: "value", number: 2, label: Label.OPTIONAL }),
      ],
    }),
  );
  add(kinds, name, { type: Type.MESSAGE, typeName: `.test.Kinds.${entry}`, number }, true);
}

/** Each optional field of proto3 stands in a oneof of its own, after the others. */
function synthesizeOneofs(kinds: DescriptorProto): void {
  for (const each of kinds.field.filter(({ proto3Optional }) => proto3Optional)) {
    each.oneofIndex = kinds.oneofDecl.length;
    kinds.oneofDecl.push({
      $typeName: "google.protobuf.OneofDescriptorProto",
      name: `_${each.name}`,
    });
  }
}

function field(init: Init): FieldDescriptorProto {
  return create(FieldDescriptorProtoSchema, init);
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
