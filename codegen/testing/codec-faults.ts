// Compares a codec with the library: what it makes of random messages and of bytes that went wrong.
import { isDeepStrictEqual } from "node:util";
import { WireType } from "@bufbuild/protobuf/wire";
import { fromBinary, toBinary, type DescMessage, type Message } from "@bufbuild/protobuf";
import { below, createRandom, pick, type Random } from "./random.ts";
import { randomMessage, type Values } from "./random-message.ts";

export interface Codec {
  readonly schema: DescMessage;
  readonly encode: (message: Message) => Uint8Array;
  readonly decode: (bytes: Uint8Array) => Message;
}

/** Random messages and broken inputs of which the codec makes something else, up to the first. */
export function firstFault(
  codec: Codec,
  seed: number,
  rounds: number,
  values: Values = () => undefined,
): string | undefined {
  const random = createRandom(seed);
  let before: Uint8Array = new Uint8Array(0);
  for (let round = 0; round < rounds; round++) {
    const message = randomMessage(codec.schema, random, (field) =>
      field.fieldKind === "scalar" && random() < 0.002
        ? pick<unknown>(random, misfits)
        : values(field, random),
    );
    if (random() < 0.02)
      message.$unknown = [{ no: 99, wireType: WireType.Varint, data: Uint8Array.of(1) }];
    const wanted = outcome(() => toBinary(codec.schema, message));
    const found = outcome(() => codec.encode(message));
    const bytes = wanted.value ?? before;
    const fault = isDeepStrictEqual(found, wanted)
      ? (decodeFault(codec, bytes) ?? decodeFault(codec, broken(bytes, before, random)))
      : `encoded as ${shown(found)}, not as ${shown(wanted)}`;
    if (fault !== undefined) return `seed ${seed}, round ${round}: ${fault}`;
    before = bytes;
  }
  return undefined;
}

/** Values that belong to no field or to others: the library takes some and refuses the rest. */
const misfits = [
  "5",
  "x",
  "",
  1.5,
  -1,
  2 ** 40,
  -(2 ** 31),
  7n,
  -1n,
  2n ** 64n,
  2n ** 63n,
  true,
  null,
  [],
  [7],
];

/** What is decoded must not change with the input, which may be used again. */
function decodeFault(codec: Codec, bytes: Uint8Array): string | undefined {
  const input = Uint8Array.from(bytes);
  const found = outcome(() => codec.decode(input));
  const wanted = outcome(() => fromBinary(codec.schema, Uint8Array.from(bytes)));
  input.fill(0xee);
  if (isDeepStrictEqual(found, wanted) && ordered(found) === ordered(wanted)) return undefined;
  return `${hex(bytes)} is decoded otherwise`;
}

/** Entries of maps have an order, and fields that are absent none: a deep comparison sees neither. */
function ordered(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === "bigint" || each instanceof Uint8Array ? String(each) : each,
  );
}

interface Outcome<T> {
  readonly value?: T;
  readonly error?: string;
}

function outcome<T>(make: () => T): Outcome<T> {
  try {
    return { value: make() };
  } catch (error) {
    return { error: String(error) };
  }
}

function shown({ value, error }: Outcome<Uint8Array>): string {
  return value === undefined ? error! : hex(value);
}

/** Bytes that went wrong in one of the ways that bytes do, or that are right in an unusual way. */
function broken(bytes: Uint8Array, others: Uint8Array, random: Random): Uint8Array {
  const at = below(random, bytes.length + 1);
  const noise = Uint8Array.from({ length: 1 + below(random, 6) }, () => below(random, 256));
  return pick<() => Uint8Array>(random, [
    () => bytes.slice(0, at),
    () => bytes.map((octet, i) => (i === at ? below(random, 256) : octet)),
    () => bytes.map((octet, i) => (i === at ? octet ^ (1 << below(random, 8)) : octet)),
    () => Buffer.concat([bytes.slice(0, at), noise, bytes.slice(at)]),
    () => Buffer.concat([bytes.slice(0, at), bytes.slice(at + noise.length)]),
    () => noise,
    // Twice the same, or two: scalars are replaced, lists go on, messages are merged.
    () => Buffer.concat([bytes, bytes]),
    () => Buffer.concat([bytes, others]),
    () => Buffer.concat([bytes, pick(random, oddities)]),
    () => nested(bytes, others),
    () => nested(bytes, pick(random, oddities)),
  ])();
}

/** Field numbers, wire types and varints that are rare, a group, and a value without its end. */
const oddities = [
  [0xfa, 0x01, 0x01, 0x00], [0x9b, 0x06, 0x08, 0x01, 0x9c, 0x06], [0x9b, 0x06, 0x08, 0x01],
  [0x80, 0x80, 0x80, 0x80, 0x10, 0x01], [0x08, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
  [0x08, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01], [0x00, 0x00], [0x0f, 0x00],
  [0x8a, 0x00, 0x00], [0x18, 0x05], [0x20, 0x82, 0x80, 0x00], [0x12, 0x02, 0xff, 0xfe], [0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f],
].map((octets) => Uint8Array.from(octets)); // prettier-ignore

/** The first field's message goes on with more bytes. */
function nested(bytes: Uint8Array, more: Uint8Array): Uint8Array {
  const [tag, length] = [bytes[0], bytes[1]];
  if (tag === undefined || length === undefined || length + more.length > 127) return more;
  const inner = Buffer.concat([bytes.slice(2, 2 + length), more]);
  return Buffer.concat([Uint8Array.of(tag, inner.length), inner]);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
