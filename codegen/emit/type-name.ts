// The type of a field as it is written in a proto file.
import { ScalarType, type DescField } from "@bufbuild/protobuf";

/** Type of a field, such as `repeated string` or `map<string, string>`. */
export function typeNameOf(field: DescField): string {
  const single = field.message?.typeName ?? field.enum?.typeName ?? scalarName(field.scalar);
  if (field.fieldKind === "list") return `repeated ${single}`;
  if (field.fieldKind === "map") return `map<${scalarName(field.mapKey)}, ${single}>`;
  return single;
}

function scalarName(scalar: ScalarType | undefined): string {
  return scalar === undefined ? "" : ScalarType[scalar].toLowerCase();
}
