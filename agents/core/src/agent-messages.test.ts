// Messages out and in, and the configuration that the mesh wants.
import { afterEach, describe, expect, test } from "@jest/globals";
import { Code } from "@connectrpc/connect";
import { AgentDesiredState } from "@meshwork/gen/mesh/v1/agent";
import { AgentError } from "./agent-error.ts";
import type { JsonData } from "./payload.ts";
import { cleanUpWorlds, running, settle } from "./testing/agent-world.ts";

afterEach(cleanUpWorlds);

describe("messages", () => {
  test("one tick's messages leave in one frame, in order", async () => {
    const { agent, link } = await running();
    for (const n of [1, 2, 3]) agent.send("w2", { subject: `s${n}`, data: { n } });
    const { messages } = await link.next("publish");
    expect(messages.map(({ subject }) => subject)).toEqual(["s1", "s2", "s3"]);
    expect(messages[0]).toMatchObject({ target: { value: "w2" }, contentType: "application/json" });
  });

  test("a bad message is refused here, as it would cost the session there", async () => {
    const { agent, link } = await running();
    for (const [id, subject] of [
      ["W2", "s"],
      ["w2", "two words"],
      ["w2", ""],
    ] as const)
      expect(() => agent.send(id, { subject })).toThrow(AgentError);
    expect(() => agent.send("w2", { subject: "s", headers: { "a b": "" } })).toThrow(
      /header "a b"/,
    );
    await settle();
    expect(link.frames.some((frame) => frame.case === "publish")).toBe(false);
  });

  test("not connected is said, not swallowed", async () => {
    const { agent, link } = await running();
    link.end();
    expect(() => agent.send("w2", { subject: "s" })).toThrow(
      expect.objectContaining({ code: Code.Unavailable, reason: "NOT_SENT" }),
    );
  });

  test("deliveries reach the handler in order; one that throws does not stop the next", async () => {
    const seen: string[] = [];
    const { link, heard } = await running({
      onMessage: ({ subject }) => {
        seen.push(subject);
        if (subject === "a") throw new Error("bad handler");
      },
    });
    link.send({ case: "deliver", value: { messages: [{ subject: "a" }, { subject: "b" }] } });
    await settle();
    expect([seen, heard.error!.map(({ message }) => message)]).toEqual([
      ["a", "b"],
      ["bad handler"],
    ]);
  });
});

describe("configuration from the mesh", () => {
  test("goes to the handler once per change; what is effective, or the refusal, is reported", async () => {
    const given: unknown[] = [];
    const { link, heard } = await running({
      onConfiguration: (desired: Readonly<Record<string, JsonData>>) => {
        given.push(desired);
        if (desired["bad"] === true) throw new Error("bad is not supported");
        return { ...desired, level: 1 };
      },
    });
    await link.next("stateUpdate");
    const send = (desiredConfiguration: Record<string, JsonData>): void =>
      link.send({
        case: "config",
        value: {
          desiredState: AgentDesiredState.RUNNING,
          desiredConfiguration: desiredConfiguration as never,
        },
      });
    send({ verbose: true });
    expect((await link.next("stateUpdate")).effectiveConfiguration).toEqual({
      verbose: true,
      level: 1,
    });
    send({ verbose: true });
    send({ bad: true });
    const refused = await link.next("stateUpdate");
    expect([refused.effectiveConfiguration, refused.reason]).toEqual([
      undefined,
      "configuration refused: bad is not supported",
    ]);
    expect([given, heard.error!.length]).toEqual([[{ verbose: true }, { bad: true }], 1]);
  });
});
