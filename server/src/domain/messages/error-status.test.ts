// Errors within frames bear the same code as errors of calls.
import { expect, test } from "@jest/globals";
import { anyUnpack } from "@bufbuild/protobuf/wkt";
import { ErrorInfoSchema } from "@meshwork/gen/google/rpc/error_details";
import { codeOfReason } from "../../gateway/interceptors/reasons.ts";
import { DomainError, type Reason } from "../errors.ts";
import { statusOf } from "./error-status.ts";

test.each([
  ...["INVALID_REQUEST", "RESOURCE_NOT_FOUND", "AGENT_TERMINATED", "MESH_DELETING", "NO_RECEIVER"],
  ...["MESSAGE_TOO_LARGE", "MAILBOX_FULL", "QUOTA_EXCEEDED", "CREDIT_EXCEEDED", "STORE_FULL"],
  ...["SEQUENCE_GAP", "SEQUENCE_FORGOTTEN", "NOT_IN_FLIGHT", "SESSION_SUPERSEDED", "CONTENDED"],
  ...["NOT_SENT", "OUTCOME_UNKNOWN", "SERVER_DRAINING", "INTERNAL"],
] as Reason[])("%s", (reason) => {
  const status = statusOf(new DomainError(reason, "so", { metadata: { a: "b" } }));
  expect(status).toMatchObject({ code: codeOfReason[reason], message: "so" });
  const info = anyUnpack(status.details[0]!, ErrorInfoSchema);
  expect(info).toMatchObject({ reason, domain: "meshwork", metadata: { a: "b" } });
});
