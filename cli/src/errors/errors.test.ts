// Proves the exit code of every code and reason of the contract, and what is told of an error.
import { Code, ConnectError } from "@connectrpc/connect";
import { describe, expect, test } from "@jest/globals";
import { types } from "@meshwork/gen-cli/explain";
import { ViolationsSchema } from "@meshwork/gen/buf/validate/validate";
import {
  BadRequestSchema,
  ErrorInfoSchema,
  QuotaFailureSchema,
  RetryInfoSchema,
} from "@meshwork/gen/google/rpc/error_details";
import { ErrorReason } from "@meshwork/gen/mesh/v1/error";
import { exitCodes, usageError } from "./cli-error.ts";
import { nearest } from "./did-you-mean.ts";
import { exitCodeOf } from "./exit-code.ts";
import { canonicalCode, failureOfCall } from "./failure.ts";
import type { Asked } from "./hints.ts";
import { failureOf, reportText } from "./report.ts";

const plain = { json: false, debug: false, colour: false };

function failure(error: ConnectError, asked: Asked = {}) {
  const found = failureOfCall(error, { endpoint: "http://h:1", ...asked });
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

  test("once where its message goes on with what breaks the rules", () => {
    const violations = [
      { field: "role", description: "must be given" },
      { field: "grace", description: "must not be 9 s" },
    ];
    const text = violations.map(({ field, description }) => `${field}: ${description}`).join("; ");
    const told = (message: string, fieldViolations: typeof violations) =>
      failure(
        new ConnectError(message, Code.InvalidArgument, undefined, [
          { desc: BadRequestSchema, value: { fieldViolations } },
        ]),
      );
    expect(reportText(told(`the request breaks its rules: ${text}`, violations), plain)).toBe(
      [
        "error: the request breaks its rules",
        "  role must be given",
        "  grace must not be 9 s",
        "  code INVALID_ARGUMENT\n",
      ].join("\n"),
    );
    const [first] = violations;
    expect(told("role: must be given", [first!])).toMatchObject({
      message: "the request breaks a rule",
      violations: [{ field: "role", message: "must be given" }],
    });
    expect(told("role: must be given", [first!]).violations[0]).not.toHaveProperty("rule");
    expect(told("something else", violations).message).toBe("something else");
  });

  const withReason = (code: Code, reason: string, metadata: Record<string, string> = {}) =>
    new ConnectError("x", code, undefined, [
      { desc: ErrorInfoSchema, value: { reason, domain: "meshwork", metadata } },
    ]);
  const hints = (error: ConnectError, asked?: Asked) => failure(error, asked).next.join("\n");

  test.each(["CAPABILITY_FAILED", "OUTCOME_UNKNOWN", "SERVER_DRAINING", "NEWER"])(
    "with %s, which a server gave, not as if none were running",
    (reason) => {
      expect(hints(withReason(Code.Unavailable, reason))).not.toContain("is a server running");
    },
  );

  test("as an absent server where nobody gave a reason", () => {
    expect(hints(new ConnectError("x", Code.Unavailable))).toContain("running at http://h:1?");
  });

  test("with when a repeat is safe", () => {
    const unknown = withReason(Code.Unavailable, "OUTCOME_UNKNOWN");
    expect(hints(unknown)).toContain("twice does no harm");
    expect(hints(unknown, { repeat: "request-id" })).toContain("with the same --request-id");
    expect(hints(unknown, { repeat: "reads" })).toBe("it only reads: try again");
  });

  test("with the cure of the one whose credential it is", () => {
    const invalid = withReason(Code.Unauthenticated, "CREDENTIAL_INVALID");
    expect(hints(invalid)).toContain("`mesh login`");
    const agents = hints(invalid, { command: "agent run" });
    expect(agents).not.toContain("mesh login");
    expect(agents).toContain("`mesh agents provision NAME`");
  });

  test("with the commands that make an agent anew", () => {
    const exists = withReason(Code.AlreadyExists, "RESOURCE_EXISTS", { resource: "agents/m/w1" });
    const anew = "mesh agents terminate w1\nmesh agents delete w1\nmesh agents provision w1";
    expect(hints(exists, { command: "agents provision" })).toContain(anew);
    expect(hints(exists, { command: "meshes create" })).not.toContain("terminate");
    expect(hints(withReason(Code.FailedPrecondition, "JOIN_TOKEN_USED"))).toContain(
      "with its credential file",
    );
  });

  test.each([
    ["MAILBOX_FULL", { agent_id: "w1" }, "`mesh agents get w1`"],
    ["MAILBOX_FULL", { group: "g" }, "members of the group"],
    ["LAUNCHER_UNFIT", { launcher_id: "boss" }, "`mesh agents get boss --columns"],
    ["PROCESS_RUNNING", { agent_id: "w1" }, "`mesh agents get w1 -w`"],
    ["NOT_IN_FLIGHT", {}, "`mesh messages trace ID`"],
    ["SEQUENCE_GAP", {}, "the messages before it first"],
    ["SEQUENCE_FORGOTTEN", {}, "look before you send it anew"],
    ["CREDIT_EXCEEDED", {}, "to be confirmed"],
  ])("with what to do about %s of %j", (reason, metadata, told) => {
    expect(hints(withReason(Code.FailedPrecondition, reason, metadata))).toContain(told);
  });

  test("with how a message reaches an agent that is away, where one was sent", () => {
    const away = withReason(Code.FailedPrecondition, "NO_RECEIVER");
    expect(hints(away, { command: "send w1" })).toContain("--guarantee at-least-once");
    expect(hints(away, { command: "call w1" })).not.toContain("--guarantee");
  });

  test("with the deadline that was given, unless the agent missed one of its own", () => {
    const late = new ConnectError("Deadline exceeded after 0.002s", Code.DeadlineExceeded);
    expect(failure(late, { timeout: "1ms" }).message).toBe("no answer within 1ms");
    expect(failure(late).message).toBe("no answer before the deadline");
    const own = withReason(Code.DeadlineExceeded, "CAPABILITY_FAILED");
    expect(failure(own, { timeout: "1ms" }).message).toBe("x");
  });

  test("with the limit that a message exceeds, before it is sent or after", () => {
    const sent = "Attempted to send message with a size larger than 1048576";
    const told = failure(new ConnectError(sent, Code.ResourceExhausted));
    expect(told).toMatchObject({
      message: "the message is larger than the limit of 1048576 bytes",
    });
    expect(told.next).toEqual(["send less at once, or a reference to where it lies"]);
    expect(failure(withReason(Code.ResourceExhausted, "MESSAGE_TOO_LARGE")).next).toEqual(
      told.next,
    );
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
