import { anyPack } from "@bufbuild/protobuf/wkt";
import { create } from "@bufbuild/protobuf";
import { ErrorInfoSchema } from "@meshwork/gen/google/rpc/error_details";
import { StatusSchema, type Status } from "@meshwork/gen/google/rpc/status";
import type { DomainError, Reason } from "../errors.ts";

const UNKNOWN = 2;

/** Canonical codes of what can become of one message, settlement or subscription within a frame. */
const codes: Partial<Readonly<Record<Reason, number>>> = {
  INVALID_REQUEST: 3,
  RESOURCE_NOT_FOUND: 5,
  AGENT_TERMINATED: 9,
  MESH_DELETING: 9,
  NO_RECEIVER: 9,
  MESSAGE_TOO_LARGE: 8,
  MAILBOX_FULL: 8,
  QUOTA_EXCEEDED: 8,
  CREDIT_EXCEEDED: 8,
  STORE_FULL: 8,
  SEQUENCE_GAP: 9,
  SEQUENCE_FORGOTTEN: 11,
  NOT_IN_FLIGHT: 9,
  SESSION_SUPERSEDED: 10,
  CONTENDED: 10,
  NOT_SENT: 14,
  OUTCOME_UNKNOWN: 14,
  SERVER_DRAINING: 14,
  INTERNAL: 13,
};

/** An error as it stands in a frame, beside outcomes that are none: with its reason as ErrorInfo. */
export function statusOf({ reason, message, details }: DomainError): Status {
  const info = create(ErrorInfoSchema, {
    reason,
    domain: "meshwork",
    metadata: { ...details.metadata },
  });
  return create(StatusSchema, {
    code: codes[reason] ?? UNKNOWN,
    message,
    details: [anyPack(ErrorInfoSchema, info)],
  });
}
