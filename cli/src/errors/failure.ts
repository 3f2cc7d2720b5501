// Any error as what is told about it: what, why, what next.
import { Code, ConnectError } from "@connectrpc/connect";
import { ViolationsSchema } from "@meshwork/gen/buf/validate/validate";
import type { FieldPath } from "@meshwork/gen/buf/validate/validate";
import {
  BadRequestSchema,
  ErrorInfoSchema,
  QuotaFailureSchema,
  RetryInfoSchema,
} from "@meshwork/gen/google/rpc/error_details";
import { humanDuration } from "../output/human.ts";
import { exitCodeOf } from "./exit-code.ts";
import type { Failure, Violation } from "./report.ts";
import { hintFor } from "./hints.ts";

/** Tells an error of a call; undefined for one that comes from elsewhere. */
export function failureOfCall(error: unknown, endpoint: string | undefined): Failure | undefined {
  if (!(error instanceof ConnectError)) return undefined;
  const code = canonicalCode(error.code);
  const info = error.findDetails(ErrorInfoSchema)[0];
  const delay = error.findDetails(RetryInfoSchema)[0]?.retryDelay;
  const retryAfter = delay === undefined ? undefined : humanDuration(delay);
  const facts = { endpoint, metadata: info?.metadata ?? {}, retryAfter };
  const next = hintFor(code, info?.reason, facts);
  const callId = info?.metadata["callId"] ?? error.metadata.get("x-request-id");
  return {
    message: error.rawMessage === "" ? code : error.rawMessage,
    exit: exitCodeOf(code),
    code,
    ...(info === undefined ? {} : { reason: info.reason, metadata: info.metadata }),
    ...(callId ? { callId } : {}),
    violations: violationsOf(error),
    next: next === undefined ? [] : [next],
    ...(retryAfter === undefined ? {} : { retryAfter }),
    stack: error.stack,
  };
}

/** `NOT_FOUND` for `Code.NotFound`. */
export function canonicalCode(code: Code): string {
  if (code === Code.Canceled) return "CANCELLED";
  return Code[code].replace(/([a-z])([A-Z])/g, "$1_$2").toUpperCase();
}

function violationsOf(error: ConnectError): Violation[] {
  const fields = error.findDetails(BadRequestSchema).flatMap(({ fieldViolations }) => {
    return fieldViolations.map(({ field, description, reason }) => ({
      field,
      rule: reason,
      message: description,
    }));
  });
  if (fields.length > 0) return fields;
  const rules = error.findDetails(ViolationsSchema).flatMap(({ violations }) => {
    return violations.map(({ field, ruleId, message }) => ({
      field: pathText(field),
      rule: ruleId,
      message,
    }));
  });
  if (rules.length > 0) return rules;
  return error.findDetails(QuotaFailureSchema).flatMap(({ violations }) => {
    return violations.map(({ subject, description }) => ({
      field: subject,
      rule: "quota",
      message: description,
    }));
  });
}

function pathText(path: FieldPath | undefined): string {
  const parts = path?.elements.map(({ fieldName, subscript }) => {
    return subscript.case === undefined ? fieldName : `${fieldName}[${String(subscript.value)}]`;
  });
  return parts?.join(".") ?? "";
}
