// The rules of buf.validate, told in words.
import { getOption, hasOption, type DescField } from "@bufbuild/protobuf";
import { field as fieldRules } from "@meshwork/gen/buf/validate/validate";
import type { FieldRules } from "@meshwork/gen/buf/validate/validate";

/** The bounds of a field, such as `1 to 63 characters`; undefined where it has none. */
export function boundsOf(field: DescField): string | undefined {
  if (!hasOption(field, fieldRules)) return undefined;
  const rules = getOption(field, fieldRules);
  const parts = partsOf(rules);
  return parts.length === 0 ? undefined : parts.join("; ");
}

/** Whether a field has to be there: by `required`, or because its rule refuses the empty value. */
export function isRequired(field: DescField): boolean {
  if (!hasOption(field, fieldRules)) return false;
  const rules = getOption(field, fieldRules);
  if (rules.required) return true;
  const { type } = rules;
  if (field.fieldKind !== "scalar" && field.fieldKind !== "enum") return false;
  if (type.case === "bytes") return type.value.len > 0n || type.value.minLen > 0n;
  if (type.case === "enum") return type.value.in.length > 0 && !type.value.in.includes(0);
  if (type.case !== "string") return false;
  if (type.value.minLen > 0n || type.value.len > 0n) return true;
  return type.value.pattern !== "" && !new RegExp(type.value.pattern, "u").test("");
}

/** The values that a rule allows an enum; undefined where it allows all. */
export function allowedNumbers(field: DescField): readonly number[] | undefined {
  if (!hasOption(field, fieldRules)) return undefined;
  const { type } = getOption(field, fieldRules);
  return type.case === "enum" && type.value.in.length > 0 ? type.value.in : undefined;
}

function partsOf(rules: FieldRules): string[] {
  return [...(rules.required ? ["required"] : []), ...typeParts(rules)];
}

function typeParts({ type }: FieldRules): string[] {
  switch (type.case) {
    case "string":
      return [
        ...range(type.value.minLen, type.value.maxLen, "characters"),
        ...(type.value.len > 0n ? [`exactly ${type.value.len.toString()} characters`] : []),
        ...(type.value.pattern === "" ? [] : [`matches \`${type.value.pattern}\``]),
      ];
    case "bytes":
      return [
        ...range(type.value.minLen, type.value.maxLen, "bytes"),
        ...(type.value.len > 0n ? [`exactly ${type.value.len.toString()} bytes`] : []),
      ];
    case "int32":
      return limits<number>(type.value, String);
    case "int64":
      return limits<bigint>(type.value, String);
    case "double":
      return limits<number>(type.value, String);
    case "duration":
      return limits<Seconds>(type.value, ({ seconds, nanos }) => {
        return `${String(Number(seconds) + nanos / 1e9)} s`;
      });
    case "enum":
      return type.value.definedOnly ? ["a defined value"] : [];
    case "repeated":
      return [
        ...range(type.value.minItems, type.value.maxItems, "items"),
        ...(type.value.unique ? ["each once"] : []),
        ...prefixed("each", type.value.items),
      ];
    case "map":
      return [
        ...range(type.value.minPairs, type.value.maxPairs, "pairs"),
        ...prefixed("keys", type.value.keys),
        ...prefixed("values", type.value.values),
      ];
    default:
      return [];
  }
}

function prefixed(who: string, rules: FieldRules | undefined): string[] {
  const parts = rules === undefined ? [] : partsOf(rules);
  return parts.length === 0 ? [] : [`${who}: ${parts.join(", ")}`];
}

function range(min: bigint, max: bigint, unit: string): string[] {
  if (min > 0n && max > 0n) return [`${min.toString()} to ${max.toString()} ${unit}`];
  if (min > 0n) return [`at least ${min.toString()} ${unit}`];
  return max > 0n ? [`at most ${max.toString()} ${unit}`] : [];
}

interface Seconds {
  readonly seconds: bigint;
  readonly nanos: number;
}

interface Limits<T> {
  readonly lessThan: { readonly case?: string | undefined; readonly value?: T | undefined };
  readonly greaterThan: { readonly case?: string | undefined; readonly value?: T | undefined };
}

function limits<T>({ lessThan, greaterThan }: Limits<T>, show: (value: T) => string): string[] {
  const parts: string[] = [];
  if (greaterThan.value !== undefined) {
    parts.push(
      `${greaterThan.case === "gt" ? "more than" : "at least"} ${show(greaterThan.value)}`,
    );
  }
  if (lessThan.value !== undefined) {
    parts.push(`${lessThan.case === "lt" ? "less than" : "at most"} ${show(lessThan.value)}`);
  }
  return parts;
}
