import type { ErrorReason } from "@meshwork/gen/mesh/v1/error";

/** Name of a value of the contract's `ErrorReason`. */
export type Reason = Exclude<keyof typeof ErrorReason, "UNSPECIFIED">;

export interface ErrorDetails {
  /** Every dynamic word of the message, by name. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Fields of the request that break a rule. */
  readonly violations?: readonly { readonly field: string; readonly description: string }[];
  /** Milliseconds after which a retry may succeed. */
  readonly retryAfterMs?: number;
  /** The limit that was reached. */
  readonly quota?: { readonly subject: string; readonly description: string };
  /** What stands in the way. */
  readonly precondition?: {
    readonly type: string;
    readonly subject: string;
    readonly description: string;
  };
  readonly cause?: unknown;
}

/**
 * The one error that the domain throws. The gateway maps its reason to a canonical code. The message
 * is written for the caller: lower case, no full stop, with the value, the limit and the cure.
 */
export class DomainError extends Error {
  override readonly name = "DomainError";
  readonly reason: Reason;
  readonly details: ErrorDetails;

  constructor(reason: Reason, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.reason = reason;
    this.details = details;
  }
}

/**
 * There is no such thing, or the caller has no right to know of it: the answer is the same.
 * `collection` is `meshes`, `agents` …
 */
export function notFound(collection: string, id: string): DomainError {
  return new DomainError(
    "RESOURCE_NOT_FOUND",
    `there is no "${collection}/${id}", or it is out of your credential's reach; check id and credential`,
    { metadata: { resource: `${collection}/${id}` } },
  );
}

/** The id is taken. */
export function alreadyExists(collection: string, id: string): DomainError {
  return new DomainError(
    "RESOURCE_EXISTS",
    `"${collection}/${id}" exists already; choose another id or leave it empty`,
    { metadata: { resource: `${collection}/${id}` } },
  );
}

/** A field breaks a rule that the contract's own checks cannot express. */
export function invalidField(
  field: string,
  description: string,
  metadata: Readonly<Record<string, string>> = {},
): DomainError {
  return new DomainError("INVALID_REQUEST", `${field}: ${description}`, {
    metadata: { field, ...metadata },
    violations: [{ field, description }],
  });
}

/** As many things as may be. `limit` is the name of the limit, `max` its value. */
export function quotaExceeded(
  subject: string,
  limit: string,
  max: number,
  cure: string,
): DomainError {
  const description = `${subject} has as many as ${limit} allows: ${max}; ${cure}`;
  return new DomainError("QUOTA_EXCEEDED", description, {
    metadata: { subject, limit, max: String(max) },
    quota: { subject, description },
  });
}
