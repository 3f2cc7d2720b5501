// How the scalars of protobuf look on the wire and in TypeScript.
import { ScalarType, type DescField } from "@bufbuild/protobuf";

/** A scalar, as generated code reads and writes it. */
export interface ScalarShape {
  /** Ends the names of the runtime's functions: `readInt32`, `writeInt32`. */
  readonly suffix: string;
  readonly wireType: 0 | 1 | 2 | 5;
  readonly type: "string" | "boolean" | "number" | "bigint" | "Uint8Array";
}

const shapes: Readonly<Record<ScalarType, ScalarShape>> = {
  [ScalarType.DOUBLE]: { suffix: "Double", wireType: 1, type: "number" },
  [ScalarType.FLOAT]: { suffix: "Float", wireType: 5, type: "number" },
  [ScalarType.INT64]: { suffix: "Int64", wireType: 0, type: "bigint" },
  [ScalarType.UINT64]: { suffix: "Uint64", wireType: 0, type: "bigint" },
  [ScalarType.INT32]: { suffix: "Int32", wireType: 0, type: "number" },
  [ScalarType.FIXED64]: { suffix: "Fixed64", wireType: 1, type: "bigint" },
  [ScalarType.FIXED32]: { suffix: "Fixed32", wireType: 5, type: "number" },
  [ScalarType.BOOL]: { suffix: "Bool", wireType: 0, type: "boolean" },
  [ScalarType.STRING]: { suffix: "String", wireType: 2, type: "string" },
  [ScalarType.BYTES]: { suffix: "Bytes", wireType: 2, type: "Uint8Array" },
  [ScalarType.UINT32]: { suffix: "Uint32", wireType: 0, type: "number" },
  [ScalarType.SFIXED32]: { suffix: "Sfixed32", wireType: 5, type: "number" },
  [ScalarType.SFIXED64]: { suffix: "Sfixed64", wireType: 1, type: "bigint" },
  [ScalarType.SINT32]: { suffix: "Sint32", wireType: 0, type: "number" },
  [ScalarType.SINT64]: { suffix: "Sint64", wireType: 0, type: "bigint" },
};

const zeros: Readonly<Record<ScalarShape["type"], string>> = {
  string: '""',
  boolean: "false",
  number: "0",
  bigint: "0n",
  Uint8Array: "new Uint8Array(0)",
};

/** The shape of a field's values; enums travel as int32. */
export function shapeOf(field: DescField): ScalarShape {
  return shapes[field.scalar ?? ScalarType.INT32];
}

/** The code of a scalar's zero. */
export function zeroOf({ type }: ScalarShape): string {
  return zeros[type];
}

/** A field's tag: its number and the wire type. */
export function tagOf(number: number, wireType: number): number {
  return number * 8 + wireType;
}

/** Whether a list of it may travel as one value. */
export function isPackable({ wireType }: ScalarShape): boolean {
  return wireType !== 2;
}
