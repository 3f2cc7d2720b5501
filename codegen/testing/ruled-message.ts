// Values that keep the rules of the contract, or just break them.
import { create, getOption, ScalarType, type DescField } from "@bufbuild/protobuf";
import { DurationSchema } from "@bufbuild/protobuf/wkt";
import { field as fieldOption, type FieldRules } from "@meshwork/gen/buf/validate/validate";
import { below, pick, type Random } from "./random.ts";

/** Texts of which each pattern of the contract takes some and refuses others. */
const texts = [
  "", "a", "agent-1", "w7", "Agent", "a.b/c", "work.item", "text/plain", "*", ">", "jobs.>", "a..b",
  "jobs.*.done", "A1-b2", "x y", "é", "a\n", "-a", "a-", "x".repeat(63), "x".repeat(64), "\u{1F600}",
]; // prettier-ignore

/** A value for a field by its rules; undefined where chance alone may decide. */
export function ruledValue(field: DescField, random: Random, wrong: number): unknown {
  const rules = getOption(field, fieldOption);
  const { type } = rules;
  if (field.fieldKind === "list" && type.case === "repeated") {
    const { minItems, maxItems, unique, items } = type.value;
    const length = count(random, minItems, maxItems, wrong);
    const { message } = field;
    if (message !== undefined)
      return length > 2 || length === 0 ? Array.from({ length }, () => create(message)) : undefined;
    if (items === undefined) return undefined;
    const values = Array.from({ length }, (_, i) => elementValue(field, items, random, wrong, i));
    return unique && random() < wrong ? [...values.slice(1), ...values.slice(1)] : values;
  }
  if (field.fieldKind === "map" && type.case === "map") {
    const { minPairs, maxPairs, keys, values } = type.value;
    const length = count(random, minPairs, maxPairs, wrong);
    return Object.fromEntries(
      Array.from({ length }, (_, i) => [
        keys === undefined ? `key${i}` : elementValue(field, keys, random, wrong, i),
        values === undefined ? "value" : elementValue(field, values, random, wrong, 0),
      ]),
    );
  }
  if (field.fieldKind === "list" || field.fieldKind === "map") return undefined;
  return typedValue(field, rules, random, random() < wrong);
}

/** Mostly few, now and then as many as there may be, or one more. */
function count(random: Random, least: bigint, most: bigint, wrong: number): number {
  if (random() < wrong)
    return pick(
      random,
      [Number(least) - 1, Number(most) + 1].filter((n) => n >= 0),
    );
  return random() < 0.02 ? Number(most) : Math.max(Number(least), below(random, 3));
}

/** Elements differ by their index where their rule lets them. */
function elementValue(
  field: DescField,
  rules: FieldRules,
  random: Random,
  wrong: number,
  index: number,
): unknown {
  const isWrong = random() < wrong;
  if (!isWrong && index > 0 && rules.type.case === "string") return `a${index}`;
  return typedValue(field, rules, random, isWrong);
}

function typedValue(
  field: DescField,
  { type }: FieldRules,
  random: Random,
  wrong: boolean,
): unknown {
  switch (type.case) {
    case "string":
      return textValue(type.value, random, wrong);
    case "bytes": {
      const { minLen, maxLen } = type.value;
      return new Uint8Array(
        wrong ? Number(maxLen) + 1 : Math.max(Number(minLen), below(random, 5)),
      );
    }
    case "bool":
      return wrong ? !type.value.const : type.value.const;
    case "enum": {
      const numbers = field.enum!.values.map(({ number }) => number);
      const allowed = type.value.in.length > 0 ? type.value.in : numbers;
      return wrong ? pick(random, [-1, 99, 0]) : pick(random, allowed);
    }
    case "int32":
    case "int64":
    case "double": {
      const low = Number(type.value.greaterThan.value ?? 0);
      const high = Number(type.value.lessThan.value ?? low + 1_000);
      const odd = type.case === "double" ? [NaN, Infinity, -Infinity, -0] : [];
      const number = pick(random, wrong ? [low - 1, high + 1, ...odd] : [low, low + 1, high]);
      return type.case === "int64" ? BigInt(number) : number;
    }
    case "duration": {
      const low = type.value.greaterThan.value?.seconds ?? 0n;
      const high = type.value.lessThan.value?.seconds ?? 10n;
      const seconds = pick(random, wrong ? [low - 1n, high, high + 1n] : [low, high - 1n]);
      return create(DurationSchema, { seconds, nanos: wrong ? pick(random, [1, -1, 0]) : 0 });
    }
    default:
      return field.scalar === ScalarType.STRING ? "x" : undefined;
  }
}

function textValue(
  rules: Extract<FieldRules["type"], { case: "string" }>["value"],
  random: Random,
  wrong: boolean,
): string {
  if (rules.pattern !== "") {
    const pattern = new RegExp(rules.pattern, "u");
    return pick(
      random,
      texts.filter((text) => pattern.test(text) !== wrong),
    );
  }
  const [least, most] = [Number(rules.minLen), Number(rules.maxLen)];
  const letter = pick(random, ["x", "é", "\u{1F600}"]);
  if (wrong) return letter.repeat(least > 0 && random() < 0.5 ? least - 1 : most + 1);
  return letter.repeat(pick(random, [Math.max(least, 1), most]));
}
