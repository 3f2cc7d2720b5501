import { create } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { codeFromString } from "@connectrpc/connect/protocol-connect";
import {
  BadRequestSchema,
  ErrorInfoSchema,
  PreconditionFailureSchema,
  QuotaFailureSchema,
  RetryInfoSchema,
} from "@meshwork/gen/google/rpc/error_details";
import { DomainError, type ErrorDetails, type Reason } from "../../domain/errors.ts";
import { StoreError, type StoreErrorCode } from "../../store/store.ts";
import { codeOfReason } from "./reasons.ts";

/** Why a call failed, ready for the wire, the log and the audit log. */
export interface Failure {
  readonly code: Code;
  readonly reason: Reason;
  /** For the caller. */
  readonly message: string;
  readonly details: ErrorDetails;
  /** What a defect of the server threw; for the log only. */
  readonly defect?: unknown;
}

/** Which side of the handler a library error comes from: what it means depends on that. */
export type Side = "request" | "response";

const storeReasons: Readonly<Record<StoreErrorCode, Reason>> = {
  CONFLICT: "CONTENDED",
  OUT_OF_RANGE: "CURSOR_TOO_OLD",
  UNAVAILABLE: "NOT_SENT",
  EXHAUSTED: "STORE_FULL",
  UNKNOWN_OUTCOME: "OUTCOME_UNKNOWN",
  INVALID: "INTERNAL",
};

/** What errors of the library already stand for; they may pass a handler on their way out. */
const completed = new WeakMap<ConnectError, Failure>();

/** Why a call failed, told from what was thrown. Everything unknown is a defect. */
export function failureOf(error: unknown, side: Side = "response"): Failure {
  if (error instanceof DomainError) return ofDomain(error);
  if (error instanceof StoreError) return ofStore(error);
  if (error instanceof ConnectError) return completed.get(error) ?? ofLibrary(error, side);
  return defect(error);
}

/** Writes the failure into an error of the library, which the library then puts on the wire. */
export function complete(error: ConnectError, failure: Failure, callId: string): ConnectError {
  const { code, message } = failure;
  completed.set(error, failure);
  return Object.assign(error, { code, rawMessage: message, details: detailsOf(failure, callId) });
}

/** The failure as an error of the library. Exactly one of its details is an ErrorInfo. */
export function toConnectError(failure: Failure, callId: string): ConnectError {
  return complete(new ConnectError(failure.message, failure.code), failure, callId);
}

function ofDomain(error: DomainError): Failure {
  const { reason, details } = error;
  if (reason === "INTERNAL") return defect(error);
  const code = reason === "CAPABILITY_FAILED" ? agentsCode(details) : codeOfReason[reason];
  return { code, reason, message: error.message, details };
}

/** A capability that failed answers with the code that its agent gave. */
function agentsCode({ metadata }: ErrorDetails): Code {
  const name = metadata?.["code"]?.toLowerCase() ?? "";
  // The one name that Connect spells in another way than gRPC.
  return codeFromString(name === "cancelled" ? "canceled" : name) ?? codeOfReason.CAPABILITY_FAILED;
}

function ofStore(error: StoreError): Failure {
  const reason = storeReasons[error.code];
  if (reason === "INTERNAL") return defect(error);
  const texts: Partial<Record<Reason, string>> = {
    CONTENDED: "the record keeps being changed by others; retry",
    CURSOR_TOO_OLD: "the cursor is too old or of another store; list again",
    NOT_SENT: "the store does not answer, nothing was written; retry",
    STORE_FULL: "the store has no room for writes; free disk space",
    OUTCOME_UNKNOWN: "the store did not confirm the write; retry with the same request id only",
  };
  return {
    code: codeOfReason[reason],
    reason,
    message: texts[reason] ?? error.message,
    details: reason === "NOT_SENT" ? { retryAfterMs: 1000 } : {},
  };
}

function ofLibrary(error: ConnectError, side: Side): Failure {
  const message = error.rawMessage;
  switch (error.code) {
    case Code.DeadlineExceeded:
      return known("DEADLINE_EXCEEDED", "no answer within the deadline of the call");
    case Code.Canceled:
      return known("CANCELLED", "the caller went away");
    case Code.ResourceExhausted:
      return known("MESSAGE_TOO_LARGE", message);
    case Code.Unimplemented:
      // Both protocols demand this code for an unknown compression and for a missing message.
      return { ...known("MALFORMED_REQUEST", message), code: Code.Unimplemented };
    default:
      // The library answers INTERNAL to bytes that it cannot decode; they are the caller's fault.
      return side === "request" ? known("MALFORMED_REQUEST", message) : defect(error);
  }
}

function known(reason: Reason, message: string): Failure {
  return { code: codeOfReason[reason], reason, message, details: {} };
}

function defect(error: unknown): Failure {
  return {
    code: Code.Internal,
    reason: "INTERNAL",
    message: "internal error; the call id finds it in the server's log",
    details: {},
    defect: error,
  };
}

function detailsOf({ reason, details }: Failure, callId: string): ConnectError["details"] {
  const all: ConnectError["details"] = [
    {
      desc: ErrorInfoSchema,
      value: { reason, domain: "meshwork", metadata: { ...details.metadata, callId } },
    },
  ];
  if (details.violations !== undefined) {
    all.push({
      desc: BadRequestSchema,
      value: create(BadRequestSchema, { fieldViolations: [...details.violations] }),
    });
  }
  if (details.retryAfterMs !== undefined) {
    all.push({
      desc: RetryInfoSchema,
      value: create(RetryInfoSchema, { retryDelay: durationFromMs(details.retryAfterMs) }),
    });
  }
  if (details.quota !== undefined) {
    all.push({
      desc: QuotaFailureSchema,
      value: create(QuotaFailureSchema, { violations: [details.quota] }),
    });
  }
  if (details.precondition !== undefined) {
    all.push({
      desc: PreconditionFailureSchema,
      value: create(PreconditionFailureSchema, { violations: [details.precondition] }),
    });
  }
  return all;
}
