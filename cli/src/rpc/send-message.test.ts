// Proves what a typed message becomes, and what does not go together.
import { describe, expect, test } from "@jest/globals";
import { AgentRole } from "@meshwork/gen/mesh/v1/agent";
import { DeliveryGuarantee } from "@meshwork/gen/mesh/v1/message";
import { CliError } from "../errors/cli-error.ts";
import { typedMessage } from "./send-message.ts";

const nobody = {
  agent: undefined,
  group: undefined,
  topic: undefined,
  selector: undefined,
  broadcast: false,
};
const plain = {
  target: { ...nobody, agent: "w1" },
  subject: "s",
  guarantee: undefined,
  ttl: undefined,
  delay: undefined,
  correlationId: "",
  requestId: "",
} as const;
const stored = { ...plain, guarantee: "at-least-once" } as const;

function refusal(typed: Parameters<typeof typedMessage>[0]): string {
  try {
    typedMessage(typed);
  } catch (error) {
    expect(error).toBeInstanceOf(CliError);
    expect((error as CliError).exit).toBe(2);
    return [(error as CliError).message, ...(error as CliError).next].join("\n");
  }
  throw new Error("was not refused");
}

describe("a message", () => {
  test.each([
    [{ agent: "w1" }, { case: "agentId", value: "w1" }],
    [{ group: "g" }, { case: "group", value: "g" }],
    [{ topic: "a.b" }, { case: "topic", value: "a.b" }],
    [{ broadcast: true }, { case: "broadcast", value: true }],
    [{ selector: "size(agent.labels) > 0" }, { value: { expression: "size(agent.labels) > 0" } }],
    [
      { selector: "role=worker" },
      { case: "selector", value: { roles: [AgentRole.WORKER], matchLabels: {} } },
    ],
  ] as const)("to %j goes there", (target, sent) => {
    expect(typedMessage({ ...plain, target: { ...nobody, ...target } }).target).toMatchObject(sent);
  });

  test("has its topic as its subject unless it has another", () => {
    const target = { ...nobody, topic: "orders.eu" };
    expect(typedMessage({ ...plain, subject: undefined, target }).subject).toBe("orders.eu");
    expect(typedMessage({ ...plain, target }).subject).toBe("s");
    expect(refusal({ ...plain, subject: undefined })).toContain("--subject is required");
  });

  test("is sent as it is asked for, with durations to the nanosecond", () => {
    expect(typedMessage(plain)).toMatchObject({ guarantee: DeliveryGuarantee.UNSPECIFIED });
    expect(typedMessage(plain)).not.toHaveProperty("ttl");
    const message = typedMessage({ ...stored, ttl: "1h", delay: "1.5s", correlationId: "c" });
    expect(message).toMatchObject({
      guarantee: DeliveryGuarantee.AT_LEAST_ONCE,
      correlationId: "c",
      ttl: { seconds: 3_600n, nanos: 0 },
      delay: { seconds: 1n, nanos: 500_000_000 },
    });
  });

  test("needs one receiver and no more", () => {
    expect(refusal({ ...plain, target: nobody })).toContain("not said who receives");
    const both = { ...nobody, topic: "t", broadcast: true };
    expect(refusal({ ...plain, target: both })).toContain("--topic and --broadcast are given");
  });

  test.each([
    [{ ttl: "1s" }, "--ttl is"],
    [{ delay: "1s", requestId: "r" }, "--delay, --request-id is"],
    [{ guarantee: "at-most-once", ttl: "1s" }, "--ttl is"],
  ] as const)("with %j has to be delivered at least once", (more, told) => {
    expect(refusal({ ...plain, ...more })).toContain(told);
    expect(refusal({ ...plain, ...more })).toContain("add --guarantee at-least-once");
  });

  test("to a group is at least once by itself, and never less", () => {
    const target = { ...nobody, group: "g" };
    expect(typedMessage({ ...plain, target, ttl: "1s" }).ttl).toMatchObject({ seconds: 1n });
    expect(refusal({ ...plain, target, guarantee: "at-most-once" })).toContain("leave --guarantee");
  });

  test("takes only durations that lie ahead", () => {
    expect(refusal({ ...stored, ttl: "10" })).toContain('--ttl takes a duration, not "10"');
    expect(refusal({ ...stored, delay: "-1s" })).toContain("--delay takes no negative duration");
  });
});
