import { type DescMessage, type Message } from "@bufbuild/protobuf";
import { StructSchema } from "@bufbuild/protobuf/wkt";
import { pathToString } from "@bufbuild/protobuf/reflect";
import { createValidator } from "@bufbuild/protovalidate";
import { DomainError } from "../../domain/errors.ts";
import type { Exchange } from "../exchange.ts";
import { ruleText } from "./rule-texts.ts";

const VIOLATIONS_SHOWN_MAX = 20;

/** Checks a message against the rules of the contract; INVALID_REQUEST names each field and rule. */
export function createValidate() {
  const validator = createValidator();
  return ({ access }: Exchange, message: Message | undefined): void => {
    if (message === undefined || !access.validated) return;
    const result = validator.validate(access.method.input, message);
    if (result.kind === "valid") {
      checkNumbers(access.method.input, message);
      return;
    }
    if (result.kind === "error") throw result.error;
    const shown = result.violations.slice(0, VIOLATIONS_SHOWN_MAX);
    const violations = shown.map(({ field, message: rule, ruleId }) => ({
      field: pathToString(field),
      description: ruleText(rule, ruleId),
    }));
    const text = violations.map(({ field, description }) => `${field}: ${description}`).join("; ");
    throw new DomainError("INVALID_REQUEST", `the request breaks its rules: ${text}`, {
      metadata: { fields: violations.map(({ field }) => field).join(",") },
      violations,
    });
  };
}

/** Numbers in free-form JSON have to be ones that JSON can write; `1e999` parses as infinite. */
function checkNumbers(schema: DescMessage, message: Message): void {
  for (const field of schema.fields) {
    if (field.message?.typeName !== StructSchema.typeName) continue;
    const value = (message as unknown as Record<string, unknown>)[field.localName];
    if (value === undefined || allFinite(value)) continue;
    const description = "holds a number that is not finite";
    throw new DomainError("INVALID_REQUEST", `${field.name}: ${description}`, {
      metadata: { fields: field.name },
      violations: [{ field: field.name, description }],
    });
  }
}

/** The library holds a Struct as plain JSON within messages. */
function allFinite(value: unknown): boolean {
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || value === null) return true;
  return Object.values(value).every(allFinite);
}
