// Proves that the generated validator of agents' frames gives the verdicts of protovalidate, every rule of
// it at work. Replay one run: SEED=<seed> npm test -- rules.fuzz
import {
  create,
  createFileRegistry,
  fromBinary,
  hasOption,
  setExtension,
  type DescField,
  type DescMessage,
  type MessageInitShape,
} from "@bufbuild/protobuf";
import { pathToString } from "@bufbuild/protobuf/reflect";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { createValidator } from "@bufbuild/protovalidate";
import { describe, expect, test } from "@jest/globals";
import { field as fieldOption, FieldRulesSchema } from "@meshwork/gen/buf/validate/validate";
import {
  ConnectRequestSchema,
  type ConnectRequest,
} from "@meshwork/gen/mesh/v1/agent_link_service";
import { connectRequestViolation } from "@meshwork/gen-codec/link-rules";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { codecFiles } from "./emit/codec/codec-files.ts";
import { isCovered, reachable } from "./emit/codec/shape.ts";
import { contractOf } from "./model/contract.ts";
import { buildImage, repository } from "./testing/image.ts";
import { loadGenerated, type Defect } from "./testing/mutant.ts";
import { createRandom, pick, type Random } from "./testing/random.ts";
import { absent, randomMessage, setField, type Values } from "./testing/random-message.ts";
import { ruledValue } from "./testing/ruled-message.ts";

const given = process.env["SEED"];
const seeds = given === undefined ? [1, 2, 3] : [Number(given)];
const ROUNDS = 2_000;
const generated = readFileSync(join(repository, "gen/codec/src/link-rules.ts"), "utf8");

type Violation = ReturnType<typeof connectRequestViolation>;
type Validate = (message: ConnectRequest) => Violation;

// The platform's expressions, which the generated code uses too: in those of the contract they agree
// with the default engine, as the last test shows.
const validator = createValidator({
  failFast: true,
  regexMatch: (pattern, against) => new RegExp(pattern, "u").test(against),
});

function wantedOf(message: ConnectRequest, by = validator): Violation {
  const result = by.validate(ConnectRequestSchema, message);
  if (result.kind === "error") throw result.error;
  const [first] = result.violations ?? [];
  return first && { field: pathToString(first.field), description: first.message };
}

const targets = reachable([ConnectRequestSchema])
  .flatMap(({ fields }) => fields)
  .filter((field) => hasOption(field, fieldOption));

/** The fields that lead from a frame to a message inside it. */
function wayTo(
  message: DescMessage,
  from: DescMessage = ConnectRequestSchema,
): DescField[] | undefined {
  if (message === from) return [];
  for (const field of from.fields) {
    const rest =
      field.message === undefined || !isCovered(field) ? undefined : wayTo(message, field.message);
    if (rest !== undefined) return [field, ...rest];
  }
  return undefined;
}

/** Most break one rule, so that rules deep inside are reached past others; some break many. */
function randomFrame(random: Random): ConnectRequest {
  const target = pick(random, targets);
  const elsewhere = random() < 0.8 ? 0 : 0.05;
  const values: Values = (field) => {
    if (field.message?.typeName === "google.protobuf.Struct") return absent;
    return ruledValue(field, random, field === target ? 0.8 : elsewhere);
  };
  let message = randomMessage(target.parent, random, values);
  const broken = values(target, random);
  if (broken !== undefined) setField(message, target, broken);
  for (const field of wayTo(target.parent)!.reverse()) {
    const outer = randomMessage(field.parent, random, values);
    setField(outer, field, field.fieldKind === "list" ? [message] : message);
    message = outer;
  }
  return message as ConnectRequest;
}

function firstDifference(validate: Validate, seed: number, seen = new Set<string>()) {
  const random = createRandom(seed);
  for (let round = 0; round < ROUNDS; round++) {
    const frame = randomFrame(random);
    const [found, wanted] = [validate(frame), wantedOf(frame)];
    seen.add(wanted?.description ?? "valid");
    if (found?.field !== wanted?.field || found?.description !== wanted?.description)
      return { seed, round, found, wanted };
  }
  return undefined;
}

test("verdict, field and words are protovalidate's, whatever rule is broken", () => {
  const seen = new Set<string>();
  for (const seed of seeds)
    expect(firstDifference(connectRequestViolation, seed, seen)).toBe(undefined);
  const all = [...generated.matchAll(/description: ("(?:[^"\\]|\\.)*")/g)].map(
    ([, text]) => JSON.parse(text!) as string,
  );
  expect(all.filter((description) => !seen.has(description))).toEqual([]);
  expect(seen.has("valid")).toBe(true);
});

describe("such a run finds", () => {
  const load = (defect?: Defect): Validate =>
    loadGenerated(["violation.ts", "link-rules.ts"], {}, defect)[
      "connectRequestViolation"
    ] as Validate;

  test("nothing in code that is loaded as the mutants are", () => {
    expect(firstDifference(load(), 1)).toBeUndefined();
  });

  test.each([
    ["units counted for characters", "violation.ts", "if (isPair) i++;", ""],
    ["too short taken", "link-rules.ts", "isShorter(message.callId, 1)", "false"],
    ["keys of maps shown as they are", "violation.ts", '.replaceAll("\\n", "\\\\n")', ""],
    ["whole seconds compared only", "violation.ts", "duration.nanos - nanos", "0"],
    ["numbers that are none", "link-rules.ts", "!Number.isFinite(", "-Infinity === ("],
    [
      "oneofs not asked for",
      "link-rules.ts",
      ".case === undefined) return",
      ".case === null) return",
    ],
    ["duplicates taken", "violation.ts", "values.length > 1", "values.length > 900"],
  ])("%s", (_, file, code, replacement) => {
    expect(firstDifference(load({ file, code, replacement }), 1)).toBeDefined();
  });
});

describe("a rule that the generator does not know", () => {
  const set = fromBinary(FileDescriptorSetSchema, buildImage());

  /** What the generator says when a field of the link has these rules. */
  function generate(rules: MessageInitShape<typeof FieldRulesSchema>): () => unknown {
    const options = set.file
      .find(({ name }) => name === "mesh/v1/link.proto")!
      .messageType.find(({ name }) => name === "AgentGoodbye")!.field[0]!.options!;
    setExtension(options, fieldOption, create(FieldRulesSchema, rules));
    return () => codecFiles(contractOf(createFileRegistry(set)));
  }

  test.each<[string, MessageInitShape<typeof FieldRulesSchema>, string]>([
    [
      "of a known type",
      { type: { case: "string", value: { maxLen: 3n, prefix: "a" } } },
      "string, prefix: not known to the generator",
    ],
    [
      "of an unknown type",
      { type: { case: "timestamp", value: {} } },
      "timestamp, its rules: not known to the generator",
    ],
    ["as an expression", { celExpression: ["true"] }, "not known to the generator"],
    ["to leave others out", { ignore: 1 }, "not known to the generator"],
  ])("%s stops it", (_, rules, message) => {
    expect(generate(rules)).toThrow(`field mesh.v1.AgentGoodbye.reason: `);
    expect(generate(rules)).toThrow(message);
  });

  test("is none of those in use", () => {
    expect(generate({ type: { case: "string", value: { maxLen: 3n } } })).not.toThrow();
  });
});

test("the contract's patterns mean the same to the platform and to the default engine", () => {
  const random = createRandom(9);
  const byDefault = createValidator({ failFast: true });
  for (let round = 0; round < 500; round++) {
    const frame = randomFrame(random);
    expect(connectRequestViolation(frame)).toEqual(wantedOf(frame, byDefault));
  }
});
