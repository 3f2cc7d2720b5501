// Every reason has the canonical code that the contract's comment on it begins with, and whatever is
// thrown ends as one error with exactly one ErrorInfo.
import { readFileSync } from "node:fs";
import { Code, ConnectError } from "@connectrpc/connect";
import { codeToString } from "@connectrpc/connect/protocol-connect";
import { describe, expect, test } from "@jest/globals";
import { ErrorInfoSchema } from "@meshwork/gen/google/rpc/error_details";
import { ErrorReasonSchema } from "@meshwork/gen/mesh/v1/error";
import { DomainError, type Reason } from "../../domain/errors.ts";
import { failureOf, toConnectError } from "./map-errors.ts";
import { codeOfReason } from "./reasons.ts";

const contract = readFileSync(
  new URL("../../../../proto/mesh/v1/error.proto", import.meta.url),
  "utf8",
);

describe("reasons", () => {
  const reasons = ErrorReasonSchema.values.filter(({ number }) => number !== 0);

  test.each(reasons.map(({ name }) => name))("%s", (name) => {
    const comment = new RegExp(`// ([A-Z_]+)[^\\n]*(?:\\n  //[^\\n]*)*\\n  ${name} =`).exec(
      contract,
    );
    const code = codeOfReason[name.slice("ERROR_REASON_".length) as Reason];
    const shown = codeToString(code).toUpperCase().replace("CANCELED", "CANCELLED");
    expect(shown).toBe(comment?.[1]);
  });
});

describe("what is thrown", () => {
  const outcome = (thrown: unknown) => {
    const error = toConnectError(failureOf(thrown), "id-1");
    const infos = error.findDetails(ErrorInfoSchema);
    expect(infos).toHaveLength(1);
    return [error.code, infos[0]?.reason, error.rawMessage, infos[0]?.metadata["callId"]];
  };

  test.each([new TypeError("secret"), "secret", undefined, null, { toString: null }])(
    "%p is a defect that tells nothing",
    (thrown) => {
      const [code, reason, message, callId] = outcome(thrown);
      expect([code, reason, callId]).toEqual([Code.Internal, "INTERNAL", "id-1"]);
      expect(message).not.toContain("secret");
    },
  );

  test("an error that is complete stays what it is", () => {
    const first = toConnectError(failureOf(new DomainError("MESH_DELETING", "m")), "id-1");
    expect(outcome(first)).toEqual([Code.FailedPrecondition, "MESH_DELETING", "m", "id-1"]);
  });

  test.each([
    ["CANCELLED", Code.Canceled],
    ["DATA_LOSS", Code.DataLoss],
    ["OK", Code.Unknown],
    ["nonsense", Code.Unknown],
  ])("an agent's code %s", (name, code) => {
    const error = new DomainError("CAPABILITY_FAILED", "m", { metadata: { code: name } });
    expect(outcome(error)[0]).toBe(code);
  });

  test("an error of the library means the caller's fault only on the request's side", () => {
    const error = () => new ConnectError("parse binary: x", Code.Internal);
    expect(failureOf(error(), "request").reason).toBe("MALFORMED_REQUEST");
    expect(failureOf(error(), "response").reason).toBe("INTERNAL");
  });
});
