// Random messages of any type, with values where codecs go wrong.
import {
  create,
  ScalarType,
  type DescField,
  type DescMessage,
  type Message,
} from "@bufbuild/protobuf";
import { isWrapperDesc } from "@bufbuild/protobuf/wkt";
import { below, pick, type Random } from "./random.ts";

/** Says that a field is to be left out. */
export const absent = Symbol("absent");

/** What a field's value is taken from; undefined leaves it to the values here. */
export type Values = (field: DescField, random: Random) => unknown;

const bigints = [
  0n, 1n, 127n, 128n, 16_384n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 49n, 2n ** 53n - 1n,
  2n ** 53n, 2n ** 53n + 1n, 2n ** 63n - 1n,
]; // prettier-ignore
const numbers = [0, 1, 5, 127, 128, 300, 16_384, 2 ** 21, 2 ** 28, 2 ** 31 - 1];
const doubles = [0, -0, 1, 0.25, -1e300, 5e-324, NaN, Infinity, -Infinity];
const lengths = [1, 7, 8, 9, 31, 40, 41, 48, 49, 64, 65, 126, 127, 128, 300];
const payloadLengths = [0, 1, 63, 64, 65, 100, 512, 513, 1_100, 9_000];
const texts = ["", "é", "日本語", "😀 text", "\ufeffmark", "\ud800 alone", "a\0b", "ÿ".repeat(60)];
const printable = Array.from({ length: 400 }, (_, i) => String.fromCharCode(33 + (i % 94))).join(
  "",
);
const keys = ["__proto__", "constructor", "7", "", "key"];
const json = [{}, { a: 1 }, { list: [1, "two", null, { deep: [true] }] }, { ["__proto__"]: "x" }];

/** A message with about half of its fields. */
export function randomMessage(desc: DescMessage, random: Random, values: Values): Message {
  const message = create(desc);
  for (const field of desc.fields) {
    if (random() < (field.message === undefined ? 0.4 : 0.25)) continue;
    const value = fieldValue(field, random, values);
    if (value === absent) continue;
    if (field.oneof === undefined || oneofPicks(field, random)) setField(message, field, value);
  }
  return message;
}

/** Sets a field to what the library holds for it. */
export function setField(message: Message, field: DescField, value: unknown): void {
  const fields = message as Message & Record<string, unknown>;
  if (field.oneof === undefined) fields[field.localName] = value;
  else fields[field.oneof.localName] = { case: field.localName, value };
}

/** Each of a oneof is as likely as the others; the last one taken stays. */
function oneofPicks({ oneof }: DescField, random: Random): boolean {
  return random() < 2 / oneof!.fields.length;
}

function fieldValue(field: DescField, random: Random, values: Values): unknown {
  const given = values(field, random);
  if (given !== undefined) return given;
  const one = (): unknown => singleValue(field, random, values);
  if (field.fieldKind === "list") return Array.from({ length: below(random, 3) }, one);
  if (field.fieldKind !== "map") return one();
  const entries = Array.from({ length: below(random, 3) }, () => [pick(random, keys), one()]);
  return Object.fromEntries(entries);
}

function singleValue(field: DescField, random: Random, values: Values): unknown {
  if (field.message?.typeName === "google.protobuf.Struct") return pick(random, json);
  if (field.message !== undefined && isWrapperDesc(field.message))
    return scalarValue(field.message.fields[0].scalar, random);
  if (field.message !== undefined) return randomMessage(field.message, random, values);
  if (field.enum !== undefined)
    return random() < 0.1
      ? pick(random, [-1, 77, 2 ** 31 - 1])
      : pick(random, field.enum.values).number;
  return scalarValue(field.scalar, random);
}

/** A text of that many ASCII characters. */
export function ascii(random: Random, length: number): string {
  return printable.slice(below(random, 90)).slice(0, length);
}

function scalarValue(type: ScalarType, random: Random): unknown {
  switch (type) {
    case ScalarType.STRING:
      return random() < 0.2 ? pick(random, texts) : ascii(random, pick(random, lengths));
    case ScalarType.BYTES: {
      const length = pick(random, payloadLengths.slice(0, random() < 0.02 ? undefined : 6));
      return new Uint8Array(length).fill(below(random, 256));
    }
    case ScalarType.BOOL:
      return random() < 0.5;
    case ScalarType.DOUBLE:
      return pick(random, doubles);
    case ScalarType.FLOAT:
      return Math.fround(pick(random, doubles));
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64: {
      const value = pick(random, bigints);
      return random() < 0.2 ? -value - 1n : value;
    }
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return pick(random, bigints);
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return pick(random, numbers);
    default: {
      const value = pick(random, numbers);
      return random() < 0.2 ? -value - 1 : value;
    }
  }
}
