// Proves that the generated codec of the agent link makes the same of every frame as the library, of
// broken ones too, and that such a proof finds defects. Replay one run: SEED=<seed> npm test -- codec.fuzz
import { fromBinary, toBinary, type DescField, type Message } from "@bufbuild/protobuf";
import { describe, expect, test } from "@jest/globals";
import {
  ConnectRequestSchema,
  ConnectResponseSchema,
} from "@meshwork/gen/mesh/v1/agent_link_service";
import * as link from "@meshwork/gen-codec/link";
import { codecOf } from "./emit/codec/codec-files.ts";
import { isCovered, reachable } from "./emit/codec/shape.ts";
import { allKinds } from "./testing/all-kinds.ts";
import { firstFault, type Codec } from "./testing/codec-faults.ts";
import { loadGenerated, runGenerated, type Defect } from "./testing/mutant.ts";
import { createRandom } from "./testing/random.ts";
import { absent, randomMessage, type Values } from "./testing/random-message.ts";

const given = process.env["SEED"];
const seeds = given === undefined ? [1, 2, 3, 4] : [Number(given)];
const ROUNDS = 3_000;

interface Functions {
  readonly encodeConnectRequest: (message: Message) => Uint8Array;
  readonly encodeConnectResponse: (message: Message) => Uint8Array;
  readonly decodeConnectRequest: (bytes: Uint8Array) => Message;
  readonly decodeConnectResponse: (bytes: Uint8Array) => Message;
}

function codecsOf(functions: Functions): readonly Codec[] {
  return [
    {
      schema: ConnectRequestSchema,
      encode: functions.encodeConnectRequest,
      decode: functions.decodeConnectRequest,
    },
    {
      schema: ConnectResponseSchema,
      encode: functions.encodeConnectResponse,
      decode: functions.decodeConnectResponse,
    },
  ];
}

const codecs = codecsOf(link as unknown as Functions);

describe.each(seeds)("seed %d", (seed) => {
  test.each(codecs)("$schema.name is as the library has it", (codec) => {
    expect(firstFault(codec, seed, ROUNDS)).toBeUndefined();
  });
});

const runtime = ["not-covered.ts", "wire-reader.ts", "wire-writer.ts", "link.ts"];
const libraries = { fromBinary, toBinary, ConnectRequestSchema, ConnectResponseSchema };
const [reader, writer, frames] = ["wire-reader.ts", "wire-writer.ts", "link.ts"];

function load(known: Readonly<Record<string, unknown>>, defect?: Defect): Functions {
  return loadGenerated(runtime, known, defect) as unknown as Functions;
}

function mutant(defect?: Defect): readonly Codec[] {
  return codecsOf(load(libraries, defect));
}

describe("such a run finds", () => {
  const firstOf = (all: readonly Codec[], rounds = ROUNDS): string | undefined =>
    all.map((codec) => firstFault(codec, 1, rounds)).find((fault) => fault !== undefined);

  test("nothing in code that is loaded as the mutants are", () => {
    expect(firstOf(mutant(), 500)).toBeUndefined();
  });

  test.each<[what: string, file: string, code: string, replacement: string]>([
    ["numbers cut to 28 bits", reader, "if (count < 5)", "if (count < 4)"],
    ["negative numbers taken for large ones", reader, "BigInt.asIntN", "BigInt.asUintN"],
    ["bytes taken for text that are none", reader, "fatal: true", "fatal: false"],
    ["a mark dropped from a text", reader, "ignoreBOM: true", "ignoreBOM: false"],
    ["an entry that becomes a prototype", reader, 'key === "__proto__"', "false"],
    ["bytes that are views of the input", reader, "copy.set(", "return ("],
    ["bool that is true only as 1", reader, "octet !== 0", "octet === 1"],
    ["messages that end elsewhere", frames, "if (reader.position !== end) throw notCovered;", ""],
    ["a message that replaces its first half", frames, " !== undefined) throw notCovered;\n", ") {}"],
    ["fields lost that are not known", frames, "default:\n        throw notCovered", "default:\n        return message"],
    ["unknown fields not written", frames, " || message.$unknown !== undefined", ""],
    ["large numbers rounded", writer, "Number.MAX_SAFE_INTEGER", "2 ** 60"],
    ["negative numbers of five octets", writer, "putVarint64(writer, value, -1)", "putUint32(writer, value >>> 0)"],
    ["text left where it was encoded", writer, "bytes.copyWithin(", "void ("],
    ["room that is forgotten", writer, "if (writer.position >= length) return;", "if (writer.position >= 1) return;"],
  ])("%s", (_, file, code, replacement) => {
    expect(firstOf(mutant({ file, code, replacement }))).toBeDefined();
  }); // prettier-ignore
});

describe("what the contract may have tomorrow", () => {
  const kinds = allKinds();
  const code = codecOf([kinds]);

  function kindsCodec(known: Readonly<Record<string, unknown>>): Codec {
    const all = { ...loadGenerated(runtime.slice(0, -1), known), KindsSchema: kinds };
    const functions = runGenerated(code, all);
    return {
      schema: kinds,
      encode: functions["encodeKinds"] as Codec["encode"],
      decode: functions["decodeKinds"] as Codec["decode"],
    };
  }

  /** Few at once: one that is not covered leaves all of its frame to the library. */
  const few: Values = (field, random) =>
    random() < (isCovered(field) ? 0.1 : 0.003) ? undefined : absent;

  test.each(seeds)("seed %d: fields of every kind are as the library has them", (seed) => {
    expect(firstFault(kindsCodec(libraries), seed, ROUNDS, few)).toBeUndefined();
  });

  test("is generated but for messages within themselves, wrappers and maps of messages", () => {
    const left = kinds.fields.filter((field) => !isCovered(field)).map(({ name }) => name);
    expect(left).toEqual([
      "map_Inner",
      "one_Kinds",
      "many_Kinds",
      "choice_Kinds",
      "map_Kinds",
      "wrapped",
    ]);
    const alone = kindsCodec({ fromBinary: refuse, toBinary: refuse });
    const random = createRandom(7);
    const near: Values = (field) =>
      isCovered(field) && field.name !== "far" && random() < 0.1 ? undefined : absent;
    for (let round = 0; round < 500; round++) {
      const message = randomMessage(kinds, random, near);
      const bytes = toBinary(kinds, message);
      expect(alone.encode(message)).toEqual(bytes);
      expect(alone.decode(bytes)).toEqual(fromBinary(kinds, bytes));
    }
  });
});

function refuse(): never {
  throw new Error("left to the library");
}

describe("the library's work", () => {
  const messages = reachable([ConnectRequestSchema, ConnectResponseSchema]);

  test("is nothing but free-form structures", () => {
    const left = messages.flatMap(({ fields }): readonly DescField[] =>
      fields.filter((field) => !isCovered(field)),
    );
    expect(new Set(left.map(({ message }) => message?.typeName))).toEqual(
      new Set(["google.protobuf.Struct"]),
    );
  });

  test("is not done for other frames", () => {
    const alone = { ...libraries, fromBinary: refuse, toBinary: refuse };
    const random = createRandom(7);
    for (const { schema, encode, decode } of codecsOf(load(alone)))
      for (let round = 0; round < 500; round++) {
        const message = randomMessage(schema, random, withoutUncovered);
        expect(decode(encode(message)).$typeName).toBe(schema.typeName);
      }
  });
});

function withoutUncovered(field: DescField): typeof absent | undefined {
  return isCovered(field) ? undefined : absent;
}
