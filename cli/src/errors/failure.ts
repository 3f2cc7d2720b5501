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
import { hintsFor, type Asked } from "./hints.ts";
import type { Failure, Violation } from "./report.ts";

/** Tells an error of a call; undefined for one that comes from elsewhere. */
export function failureOfCall(error: unknown, asked: Asked): Failure | undefined {
  if (!(error instanceof ConnectError)) return undefined;
  const code = canonicalCode(error.code);
  const info = error.findDetails(ErrorInfoSchema)[0];
  const delay = error.findDetails(RetryInfoSchema)[0]?.retryDelay;
  const retryAfter = delay === undefined ? undefined : humanDuration(delay);
  const facts = { ...asked, code, metadata: info?.metadata ?? {}, retryAfter };
  const violations = violationsOf(error);
  const callId = info?.metadata["callId"] ?? error.metadata.get("x-request-id");
  return {
    message: messageOf(error, info?.reason, asked, violations),
    exit: exitCodeOf(code),
    code,
    ...(info === undefined ? {} : { reason: info.reason, metadata: info.metadata }),
    ...(callId ? { callId } : {}),
    violations,
    next: hintsFor(info?.reason ?? localReason(error), facts),
    ...(retryAfter === undefined ? {} : { retryAfter }),
    stack: error.stack,
  };
}

/** `NOT_FOUND` for `Code.NotFound`. */
export function canonicalCode(code: Code): string {
  if (code === Code.Canceled) return "CANCELLED";
  return Code[code].replace(/([a-z])([A-Z])/g, "$1_$2").toUpperCase();
}

/** What the client itself refuses to send has no reason of the server. */
const sentTooLarge = /^Attempted to send message with a size larger than (\d+)/;

function localReason({ rawMessage }: ConnectError): string | undefined {
  return sentTooLarge.test(rawMessage) ? "MESSAGE_TOO_LARGE" : undefined;
}

function messageOf(
  error: ConnectError,
  reason: string | undefined,
  { timeout }: Asked,
  violations: readonly Violation[],
): string {
  const { rawMessage } = error;
  const limit = sentTooLarge.exec(rawMessage)?.[1];
  if (limit !== undefined) return `the message is larger than the limit of ${limit} bytes`;
  const late = error.code === Code.DeadlineExceeded && (reason ?? "") in ours;
  if (late)
    return timeout === undefined ? "no answer before the deadline" : `no answer within ${timeout}`;
  return withoutViolations(rawMessage, violations) || canonicalCode(error.code);
}

/** Reasons, or none, with which a deadline is that of the command and not of the agent's own work. */
const ours: Readonly<Record<string, true>> = { "": true, DEADLINE_EXCEEDED: true };

/** A message that goes on with its violations ends before them: they are told one by one. */
function withoutViolations(message: string, violations: readonly Violation[]): string {
  const at = Math.min(
    ...violations
      .map(({ field, message: text }) => message.indexOf(field === "" ? text : `${field}: ${text}`))
      .map((each) => (each < 0 ? Infinity : each)),
  );
  if (at === Infinity) return message;
  return message.slice(0, at).replace(/[:\s]+$/, "") || "the request breaks a rule";
}

function violationsOf(error: ConnectError): Violation[] {
  const fields = error.findDetails(BadRequestSchema).flatMap(({ fieldViolations }) => {
    return fieldViolations.map(({ field, description, reason }) => ({
      field,
      ...(reason === "" ? {} : { rule: reason }),
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
