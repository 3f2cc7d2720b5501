// Messages out and in, and the configuration that the mesh wants.
import { afterEach, describe, expect, test } from "@jest/globals";
import { Code } from "@connectrpc/connect";
import { AgentDesiredState } from "@meshwork/gen/mesh/v1/agent";
import { AgentError } from "./agent-error.ts";
import { MESSAGES_WAITING_MAX } from "./limits.ts";
import type { JsonData } from "./payload.ts";
import { cleanUpWorlds, running, settle } from "./testing/agent-world.ts";
import type { ScriptedLink } from "./testing/scripted-server.ts";

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

  const deliver = (link: ScriptedLink, subjects: string[], payload = new Uint8Array(0)): void =>
    link.send({
      case: "deliver",
      value: { messages: subjects.map((subject) => ({ subject, payload })) },
    });

  test("one handler at a time, in order over frames, however long each takes", async () => {
    const trace: string[] = [];
    const finish: (() => void)[] = [];
    const { link } = await running({
      onMessage: async ({ subject }) => {
        trace.push(`+${subject}`);
        await new Promise<void>((resolve) => finish.push(resolve));
        trace.push(`-${subject}`);
      },
    });
    deliver(link, ["a", "b"]);
    deliver(link, ["c"]);
    for (const seen of [["+a"], ["-a", "+b"], ["-b", "+c"], ["-c"]]) {
      await settle();
      expect(trace.splice(0)).toEqual(seen);
      finish.shift()?.();
    }
  });

  test.each([
    ["messages", MESSAGES_WAITING_MAX, 0],
    ["bytes", 16, 1024 * 1024 - 1],
  ])("what waits is bounded by %s; more is dropped and told", async (_, room, bytes) => {
    const seen: string[] = [];
    let release: () => void = () => undefined;
    const hung = new Promise<void>((resolve) => (release = resolve));
    const { link, heard } = await running({
      onMessage: async ({ subject }) => {
        seen.push(subject);
        await hung;
      },
    });
    deliver(link, Array<string>(room).fill("m"), new Uint8Array(bytes));
    expect(heard.notice).toBeUndefined();
    deliver(link, ["x", "y"], new Uint8Array(Math.max(bytes, 1)));
    expect(heard.notice).toMatchObject([{ kind: "MESSAGES_DROPPED", count: 2 }]);
    release();
    await settle();
    expect([seen.length, new Set(seen)]).toEqual([room, new Set(["m"])]);
    deliver(link, ["z"]);
    await settle();
    expect(seen.at(-1)).toBe("z");
  });

  test("stop lets messages finish within the grace, and is not held longer by one that hangs", async () => {
    const seen: string[] = [];
    let finish: () => void = () => undefined;
    const { link, agent, clock, heard } = await running({
      onMessage: async ({ subject }) => {
        seen.push(subject);
        if (subject !== "c") await new Promise<void>((resolve) => (finish = resolve));
      },
    });
    deliver(link, ["a", "hang", "c", "d"]);
    await settle();
    let stopped = false;
    const stopping = agent.stop({ graceMs: 3_000 }).then(() => (stopped = true));
    finish();
    await settle();
    expect(seen).toEqual(["a", "hang"]);
    clock.advance(2_999);
    await settle();
    expect([stopped, link.frames.at(-1)?.case]).toEqual([false, "stateUpdate"]);
    clock.advance(1);
    await link.next("goodbye");
    link.end();
    await stopping;
    expect(heard.notice).toMatchObject([{ kind: "MESSAGES_DROPPED", count: 2 }]);
    finish();
    await settle();
    expect(seen).toEqual(["a", "hang"]);
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

  const nested = (levels: number): unknown => (levels === 1 ? {} : { a: nested(levels - 1) });
  const cyclic: Record<string, unknown> = {};
  cyclic["self"] = cyclic;
  test.each([
    ["a cycle", cyclic, /is not JSON: Converting circular/],
    ["a bigint", { n: 1n }, /is not JSON/],
    ["a list", [1], /has to be an object, not \[1\]/],
    [
      "too much",
      { a: "x".repeat(64 * 1024) },
      /65544 bytes of JSON are more than the 65536 allowed/,
    ],
    ["too deep", nested(33), /nests more than the 32 levels allowed/],
  ])(
    "%s as effective configuration is refused here, and the agent goes on",
    async (_, bad, why) => {
      const answers: unknown[] = [bad, nested(32)];
      const { link, heard, agent } = await running({
        onConfiguration: () => answers.shift() as Record<string, JsonData>,
      });
      await link.next("stateUpdate");
      for (const n of [1, 2]) {
        const desiredConfiguration = { n };
        const desiredState = AgentDesiredState.RUNNING;
        link.send({ case: "config", value: { desiredState, desiredConfiguration } });
      }
      const refused = await link.next("stateUpdate");
      expect(refused.effectiveConfiguration).toBeUndefined();
      expect(refused.reason).toMatch(why);
      expect((await link.next("stateUpdate")).effectiveConfiguration).toEqual(nested(32));
      expect([heard.error!.length, agent.status.connected]).toEqual([1, true]);
    },
  );
});
