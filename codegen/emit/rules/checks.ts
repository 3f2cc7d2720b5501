// The rules of buf.validate as code: the verdicts, their order and their words are protovalidate's.
import {
  isFieldSet,
  ScalarType,
  toJson,
  type DescField,
  type DescMessage,
  type Message,
} from "@bufbuild/protobuf";
import { DurationSchema, type Duration } from "@bufbuild/protobuf/wkt";
import {
  BoolRulesSchema,
  BytesRulesSchema,
  DoubleRulesSchema,
  DurationRulesSchema,
  EnumRulesSchema,
  Int32RulesSchema,
  Int64RulesSchema,
  MapRulesSchema,
  RepeatedRulesSchema,
  StringRulesSchema,
  type FieldRules,
} from "@meshwork/gen/buf/validate/validate";

/** One check of a value. */
export interface Check {
  /** Code that is true where the value breaks the rule. */
  readonly fails: string;
  /** What is told then. */
  readonly description: string;
}

/** Names constants of the generated file, one for each distinct code. */
export interface Constants {
  readonly name: (kind: string, code: string) => string;
}

/** What makes a check out of a rule; undefined where another rule says it too. */
type Rule<R> = (
  value: string,
  rules: R,
  constants: Constants,
  field: DescField,
) => Check | undefined;

/** By rule, in order of their evaluation. */
type Rules<R> = Readonly<Record<string, Rule<R>>>;

const string: Rules<Typed<"string">> = {
  len: (value, { len }) => ({
    fails: `isShorter(${value}, ${len}) || isLonger(${value}, ${len})`,
    description: `must be ${len} characters`,
  }),
  minLen: (value, { minLen }) => ({
    fails: `isShorter(${value}, ${minLen})`,
    description: `must be at least ${minLen} characters`,
  }),
  maxLen: (value, { maxLen }) => ({
    fails: `isLonger(${value}, ${maxLen})`,
    description: `must be at most ${maxLen} characters`,
  }),
  pattern: (value, { pattern }, { name }) => ({
    fails: `!${name("pattern", regExpCode(pattern))}.test(${value})`,
    description: `does not match regex pattern \`${pattern}\``,
  }),
};

const bytes: Rules<Typed<"bytes">> = {
  len: (value, { len }) => ({
    fails: `${value}.length !== ${len}`,
    description: `must be ${len} bytes`,
  }),
  minLen: (value, { minLen }) => ({
    fails: `${value}.length < ${minLen}`,
    description: `must be at least ${minLen} bytes`,
  }),
  maxLen: (value, { maxLen }) => ({
    fails: `${value}.length > ${maxLen}`,
    description: `must be at most ${maxLen} bytes`,
  }),
};

const bool: Rules<Typed<"bool">> = {
  const: (value, rules) => ({
    fails: `${value} !== ${rules.const}`,
    description: `must equal ${rules.const}`,
  }),
};

const enumeration: Rules<Typed<"enum">> = {
  definedOnly: (value, { definedOnly }, { name }, field) => {
    if (!definedOnly) return undefined;
    const numbers = field.enum!.values.map(({ number }) => number);
    return {
      fails: `!${name("numbers", `new Set<number>([${numbers.join(", ")}])`)}.has(${value})`,
      description: "value must be one of the defined enum values",
    };
  },
  in: (value, rules, { name }) => ({
    fails: `!${name("numbers", `new Set<number>([${rules.in.join(", ")}])`)}.has(${value})`,
    description: `must be in list [${rules.in.join(", ")}]`,
  }),
};

const repeated: Rules<Typed<"repeated">> = {
  minItems: (value, { minItems }) => ({
    fails: `${value}.length < ${minItems}`,
    description: `must contain at least ${minItems} item(s)`,
  }),
  maxItems: (value, { maxItems }) => ({
    fails: `${value}.length > ${maxItems}`,
    description: `must contain no more than ${maxItems} item(s)`,
  }),
  unique: (value, { unique }, _, field) => {
    if (!unique) return undefined;
    const { scalar } = field;
    const isPlain = scalar !== ScalarType.BYTES && scalar !== ScalarType.DOUBLE;
    if (field.message !== undefined || !isPlain || scalar === ScalarType.FLOAT)
      throw refusal(field, "unique of other than texts, whole numbers and enums");
    return {
      fails: `hasDuplicates(${value})`,
      description: "repeated value must contain unique items",
    };
  },
  // Told of each item, see the code of lists.
  items: () => undefined,
};

const map: Rules<Typed<"map">> = {
  minPairs: (value, { minPairs }) => ({
    fails: `Object.keys(${value}).length < ${minPairs}`,
    description: `map must be at least ${minPairs} entries`,
  }),
  maxPairs: (value, { maxPairs }) => ({
    fails: `Object.keys(${value}).length > ${maxPairs}`,
    description: `map must be at most ${maxPairs} entries`,
  }),
  // Told of each entry, see the code of maps.
  keys: () => undefined,
  values: () => undefined,
};

interface Bounds<T> extends Message {
  readonly greaterThan: {
    readonly case?: "gt" | "gte" | undefined;
    readonly value?: T | undefined;
  };
  readonly lessThan: { readonly case?: "lt" | "lte" | undefined; readonly value?: T | undefined };
}

/** Lower and upper bound are one check; it stands where the lower one is, if there is one. */
function range<T>(comparison: Comparison<T>): Rules<Bounds<T>> {
  const both: Rule<Bounds<T>> = (value, rules, _, field) =>
    rangeCheck(comparison, value, rules, field);
  const upper: Rule<Bounds<T>> = (value, rules, constants, field) =>
    rules.greaterThan.case === undefined ? both(value, rules, constants, field) : undefined;
  return { gt: both, gte: both, lt: upper, lte: upper };
}

/** How values are compared with a bound, and shown. */
interface Comparison<T> {
  readonly code: (value: string, operator: ">" | ">=" | "<" | "<=", bound: T) => string;
  readonly shown: (bound: T) => string;
  readonly isOrdered: (low: T, high: T) => boolean;
}

const words = {
  gt: "greater than",
  gte: "greater than or equal to",
  lt: "less than",
  lte: "less than or equal to",
} as const;
const operators = { gt: ">", gte: ">=", lt: "<", lte: "<=" } as const;

function rangeCheck<T>(
  { code, shown, isOrdered }: Comparison<T>,
  value: string,
  { greaterThan, lessThan }: Bounds<T>,
  field: DescField,
): Check {
  const [low, high] = [greaterThan.value, lessThan.value];
  if (low !== undefined && high !== undefined && !isOrdered(low, high))
    throw refusal(field, "a range with a gap");
  const bounds = [greaterThan, lessThan].flatMap((bound) =>
    bound.case === undefined || bound.value === undefined
      ? []
      : [
          {
            fails: `!(${code(value, operators[bound.case], bound.value)})`,
            words: `${words[bound.case]} ${shown(bound.value)}`,
          },
        ],
  );
  return {
    fails: bounds.map(({ fails }) => fails).join(" || "),
    description: `must be ${bounds.map((bound) => bound.words).join(" and ")}`,
  };
}

const numbers: Comparison<number> = {
  code: (value, operator, bound) => `${value} ${operator} ${bound}`,
  shown: String,
  isOrdered: (low, high) => low <= high,
};
const bigints: Comparison<bigint> = {
  code: (value, operator, bound) => `${value} ${operator} ${bound}n`,
  shown: String,
  isOrdered: (low, high) => low <= high,
};
const durations: Comparison<Duration> = {
  code: (value, operator, { seconds, nanos }) =>
    `compareDuration(${value}, ${seconds}n, ${nanos}) ${operator} 0`,
  shown: (bound) => toJson(DurationSchema, bound),
  isOrdered: (low, high) =>
    low.seconds < high.seconds || (low.seconds === high.seconds && low.nanos <= high.nanos),
};

const double: Rules<Typed<"double">> = {
  ...range(numbers),
  finite: (value, { finite }) =>
    finite ? { fails: `!Number.isFinite(${value})`, description: "must be finite" } : undefined,
};

type RulesType = Exclude<FieldRules["type"]["case"], undefined>;
type Typed<C extends RulesType> = Extract<FieldRules["type"], { case: C }>["value"];

/** The known rules of each type, and what describes them. */
const known: {
  readonly [C in RulesType]?: { readonly schema: DescMessage; readonly rules: Rules<Typed<C>> };
} = {
  string: { schema: StringRulesSchema, rules: string },
  bytes: { schema: BytesRulesSchema, rules: bytes },
  bool: { schema: BoolRulesSchema, rules: bool },
  enum: { schema: EnumRulesSchema, rules: enumeration },
  repeated: { schema: RepeatedRulesSchema, rules: repeated },
  map: { schema: MapRulesSchema, rules: map },
  int32: { schema: Int32RulesSchema, rules: range(numbers) },
  int64: { schema: Int64RulesSchema, rules: range(bigints) },
  double: { schema: DoubleRulesSchema, rules: double },
  duration: { schema: DurationRulesSchema, rules: range(durations) },
};

/** The checks of a value by its rules, in their order. Throws for a rule that is not known. */
export function checksOf(
  field: DescField,
  { type }: FieldRules,
  value: string,
  constants: Constants,
): Check[] {
  if (type.case === undefined) return [];
  // The table pairs each type with its rules, which the compiler cannot follow through a look-up.
  const entry = known[type.case] as { schema: DescMessage; rules: Rules<Message> } | undefined;
  const names = setFields(entry?.schema, type.value);
  const unknown = entry === undefined ? "its rules" : names.find((name) => !(name in entry.rules));
  if (entry === undefined || unknown !== undefined || type.value.$unknown !== undefined)
    throw refusal(field, `${type.case}, ${unknown ?? "an extension"}`);
  return Object.entries(entry.rules).flatMap(([name, rule]) =>
    names.includes(name) ? (rule(value, type.value, constants, field) ?? []) : [],
  );
}

/** What is thrown for a rule that cannot be generated. */
export function refusal(where: DescField | DescMessage, rule: string): Error {
  return new Error(`${where.toString()}: ${rule}: not known to the generator`);
}

function setFields(schema: DescMessage | undefined, rules: Message): string[] {
  const set = schema?.fields.filter((field) => isFieldSet(rules, field)) ?? [];
  return set.map(({ localName }) => localName);
}

/** The platform's expressions do: the patterns are our own, each anchored and bounded in length. */
function regExpCode(pattern: string): string {
  return `new RegExp(${JSON.stringify(pattern)}, "u")`;
}
