import { anyUnpack } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { ErrorInfoSchema } from "@meshwork/gen/google/rpc/error_details";
import type { Status } from "@meshwork/gen/google/rpc/status";
import { ErrorReason } from "@meshwork/gen/mesh/v1/error";

/** Names of the contract's error reasons, such as `NO_RECEIVER`, and what only an agent can find. */
export type Reason = keyof typeof ErrorReason | "OUTBOX_FULL";

/**
 * What every function of an agent throws, and what a capability throws to answer with a code of its
 * own: `throw new AgentError(Code.NotFound, "no such order")`.
 */
export class AgentError extends Error {
  readonly code: Code;
  /** Why, where the platform or the agent itself has a name for it, else empty. */
  readonly reason: Reason | "";
  /** The variable parts of the message. */
  readonly metadata: Readonly<Record<string, string>>;

  constructor(
    code: Code,
    message: string,
    {
      reason = "",
      metadata = {},
      cause,
    }: { reason?: Reason | ""; metadata?: Record<string, string>; cause?: unknown } = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "AgentError";
    this.code = code;
    this.reason = reason;
    this.metadata = metadata;
  }
}

/** Turns whatever a transport threw into an AgentError with the server's code, reason and message. */
export function agentErrorOf(thrown: unknown): AgentError {
  if (thrown instanceof AgentError) return thrown;
  const error = ConnectError.from(thrown);
  const [info] = error.findDetails(ErrorInfoSchema);
  const reason = info !== undefined && info.reason in ErrorReason ? (info.reason as Reason) : "";
  return new AgentError(error.code, error.rawMessage, {
    reason,
    metadata: info?.metadata ?? {},
    cause: thrown,
  });
}

/** Turns a status that a frame carries into an AgentError. */
export function agentErrorOfStatus({ code: number, message, details }: Status): AgentError {
  const code = codes.get(number) ?? Code.Unknown;
  for (const detail of details) {
    const info = anyUnpack(detail, ErrorInfoSchema);
    if (info === undefined) continue;
    const reason = info.reason in ErrorReason ? (info.reason as Reason) : "";
    return new AgentError(code, message, { reason, metadata: info.metadata });
  }
  return new AgentError(code, message);
}

const codes = new Map<number, Code>(
  Object.values(Code)
    .filter((code) => typeof code === "number")
    .map((code) => [code, code]),
);

const names = new Map<number, Reason>(
  Object.entries(ErrorReason).map(([name, number]) => [number, name as Reason]),
);

/** The contract's name of a reason on the wire; empty for one that this version does not know. */
export function reasonName(reason: ErrorReason): Reason | "" {
  return reason === ErrorReason.UNSPECIFIED ? "" : (names.get(reason) ?? "");
}
