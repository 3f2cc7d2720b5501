import type { Message } from "@bufbuild/protobuf";
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
    if (result.kind === "valid") return;
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
