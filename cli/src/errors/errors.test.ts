// Proves the exit code of every code and reason of the contract, and what is told of an error.
import { Code, ConnectError } from "@connectrpc/connect";
import { describe, expect, test } from "@jest/globals";
import { types } from "@meshwork/gen-cli/explain";
import { ViolationsSchema } from "@meshwork/gen/buf/validate/validate";
import {
  ErrorInfoSchema,
  QuotaFailureSchema,
  RetryInfoSchema,
} from "@meshwork/gen/google/rpc/error_details";
import { ErrorReason } from "@meshwork/gen/mesh/v1/error";
import { exitCodes, usageError } from "./cli-error.ts";
import { nearest } from "./did-you-mean.ts";
import { exitCodeOf } from "./exit-code.ts";
import { canonicalCode, failureOfCall } from "./failure.ts";
import { failureOf, reportText } from "./report.ts";

const plain = { json: false, debug: false, colour: false };

function failure(error: ConnectError) {
  const found = failureOfCall(error, "http://h:1");
  if (found === undefined) throw new Error("not an error of a call");
  return found;
}

describe("the exit code", () => {
  const expected: Record<string, number> = {
    CANCELLED: 130,
    UNKNOWN: 1,
    INVALID_ARGUMENT: 2,
    DEADLINE_EXCEEDED: 8,
    NOT_FOUND: 4,
    ALREADY_EXISTS: 5,
    PERMISSION_DENIED: 6,
    RESOURCE_EXHAUSTED: 9,
    FAILED_PRECONDITION: 5,
    ABORTED: 5,
    OUT_OF_RANGE: 5,
    UNIMPLEMENTED: 1,
    INTERNAL: 1,
    UNAVAILABLE: 7,
    DATA_LOSS: 1,
    UNAUTHENTICATED: 6,
  };
  const codes = Object.values(Code).filter((each): each is Code => typeof each === "number");

  test.each(codes.map((code) => [canonicalCode(code), code] as const))(
    "of %s is the promised one",
    (name, code) => {
      expect(expected[name]).toBeDefined();
      expect(failure(new ConnectError("x", code)).exit).toBe(expected[name]);
    },
  );

  const members = types["mesh.v1.ErrorReason"]?.members ?? [];
  const reasons = members.filter(({ type }) => type !== "0");
  test("is known for every reason of the contract", () => {
    expect(reasons.map(({ name }) => name.replace("ERROR_REASON_", "")).sort()).toEqual(
      Object.keys(ErrorReason)
        .filter((name) => name !== "UNSPECIFIED")
        .sort(),
    );
  });

  test.each(reasons.map(({ name, doc }) => [name.replace("ERROR_REASON_", ""), doc] as const))(
    "of %s is that of its code",
    (reason, doc) => {
      const name = /^[A-Z_]+/.exec(doc)?.[0] ?? "";
      const code = codes.find((each) => canonicalCode(each) === name);
      expect([reason, code === undefined]).toEqual([reason, false]);
      const error = new ConnectError("x", code, undefined, [
        { desc: ErrorInfoSchema, value: { reason, domain: "meshwork" } },
      ]);
      const told = failure(error);
      expect(told).toMatchObject({ code: name, reason, exit: expected[name] });
      expect(told.exit).toBeGreaterThan(0);
    },
  );

  test("of a code that is not known is 1", () => {
    expect(exitCodeOf("NEWER")).toBe(exitCodes.other);
  });
});

describe("an error is told", () => {
  test("with what, why and what next", () => {
    const error = new ConnectError(
      "agents.get is missing",
      Code.PermissionDenied,
      { "x-request-id": "c1" },
      [
        {
          desc: ErrorInfoSchema,
          value: {
            reason: "PERMISSION_MISSING",
            domain: "meshwork",
            metadata: { permission: "agents.get" },
          },
        },
      ],
    );
    expect(reportText(failure(error), plain)).toBe(
      [
        "error: agents.get is missing",
        "  code PERMISSION_DENIED, reason PERMISSION_MISSING, call c1",
        "  → ask for a key whose role holds agents.get; `mesh auth whoami` tells what yours may do\n",
      ].join("\n"),
    );
  });

  test("with field and rule of buf.validate and of quotas, and when to come back", () => {
    const path = {
      elements: [
        { fieldName: "message" },
        { fieldName: "headers", subscript: { case: "stringKey" as const, value: "k" } },
      ],
    };
    const error = new ConnectError("invalid", Code.InvalidArgument, undefined, [
      {
        desc: ViolationsSchema,
        value: { violations: [{ field: path, ruleId: "string.max_len", message: "is too long" }] },
      },
    ]);
    expect(reportText(failure(error), plain)).toContain(
      "  message.headers[k] is too long (string.max_len)\n",
    );
    const limited = new ConnectError("slow down", Code.ResourceExhausted, undefined, [
      { desc: ErrorInfoSchema, value: { reason: "RATE_LIMITED", domain: "meshwork" } },
      { desc: RetryInfoSchema, value: { retryDelay: { seconds: 2n } } },
      {
        desc: QuotaFailureSchema,
        value: { violations: [{ subject: "agents", description: "at most 10" }] },
      },
    ]);
    expect(reportText(failure(limited), plain)).toContain("  agents at most 10 (quota)");
    expect(reportText(failure(limited), plain)).toContain("→ wait 2s and try again");
  });

  test("as one line of JSON where output is JSON, the stack only on demand", () => {
    const told = failureOf(usageError("no", "do this"));
    expect(JSON.parse(reportText(told, { ...plain, json: true }))).toEqual({
      error: { message: "no", exit: 2, violations: [], next: ["do this"] },
    });
    expect(reportText(told, { ...plain, json: true }).split("\n")).toHaveLength(2);
    expect(reportText(told, { ...plain, debug: true })).toContain("errors.test.ts");
    expect(reportText(told, plain)).not.toContain("errors.test.ts");
  });

  test("without what could steer a terminal", () => {
    const error = new ConnectError("a\u001b[2Jb\u009bc", Code.Internal);
    expect(reportText(failure(error), plain)).toContain("error: a\\x1b[2Jb\\x9bc\n");
  });
});

test.each([
  ["agnets", "agents"],
  ["lsit", "list"],
  ["managr", "manager"],
  ["term", "terminate"],
  ["xyzzy", undefined],
])("%s is near to %s", (typed, meant) => {
  expect(nearest(typed, ["agents", "list", "manager", "terminate", "meshes"])).toBe(meant);
});
