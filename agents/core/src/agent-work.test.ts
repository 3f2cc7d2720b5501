// What a connected agent does: answers calls, fences itself, drains, ends when told.
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { afterEach, describe, expect, test } from "@jest/globals";
import { Code } from "@connectrpc/connect";
import { AgentDesiredState, AgentState } from "@meshwork/gen/mesh/v1/agent";
import { ErrorReason } from "@meshwork/gen/mesh/v1/error";
import { AgentError } from "./agent-error.ts";
import type { CapabilityCall } from "./capability.ts";
import { call, cleanUpWorlds, running, settle } from "./testing/agent-world.ts";

afterEach(cleanUpWorlds);

const text = (payload: Uint8Array): string => new TextDecoder().decode(payload);
const until = async (c: CapabilityCall): Promise<never> =>
  await new Promise((_, reject) =>
    c.signal.addEventListener("abort", () => reject(c.signal.reason as Error)),
  );

describe("calls", () => {
  test.each([
    ["hi", "text/plain", "hi"],
    [{ a: [1, null] }, "application/json", '{"a":[1,null]}'],
    [new Uint8Array([104]), "application/octet-stream", "h"],
    [0, "application/json", "0"],
  ] as const)(
    "an answer %p leaves as %s in one frame with its end",
    async (answer, contentType, sent) => {
      const { link } = await running({ capabilities: { echo: () => answer } });
      call(link, "echo");
      const reply = await link.next("reply");
      expect([
        reply.callId,
        reply.contentType,
        text(reply.payload),
        reply.hasPayload,
        reply.status?.code,
      ]).toEqual(["c1", contentType, sent, true, 0]);
    },
  );

  test("the handler sees argument, caller, headers and deadline", async () => {
    let seen: CapabilityCall | undefined;
    const { link, clock } = await running({ capabilities: { look: (c) => void (seen = c) } });
    call(link, "look", '{"n":1}', "c9", 1500);
    const reply = await link.next("reply");
    expect([reply.hasPayload, reply.status?.code]).toEqual([false, 0]);
    expect([seen!.text(), seen!.json(), seen!.caller, seen!.contentType]).toEqual([
      '{"n":1}',
      { n: 1 },
      "boss",
      "text/plain",
    ]);
    expect(seen!.deadlineMs).toBe(clock.now() + 1500);
  });

  test("streamed answers come in order, by iteration and by reply, then the end", async () => {
    const { link } = await running({
      capabilities: {
        count: async function* () {
          for (const n of [1, 2, 3]) yield await Promise.resolve(n);
        },
        push: async (c) => {
          await c.reply("a");
          await c.reply("b");
          return "c";
        },
      },
    });
    for (const [capability, expected] of [
      ["count", ["1", "2", "3", "end"]],
      ["push", ["a", "b", "c+end"]],
    ] as const) {
      call(link, capability);
      const got: string[] = [];
      for (;;) {
        const reply = await link.next("reply");
        const end = reply.status !== undefined;
        got.push(!reply.hasPayload ? "end" : text(reply.payload) + (end ? "+end" : ""));
        if (end) break;
      }
      expect(got).toEqual(expected);
    }
  });

  test("three thousand answers keep within the server's frame rate and lose nothing", async () => {
    const { link, clock } = await running({
      capabilities: {
        flood: async function* () {
          for (let n = 0; n < 3000; n += 1) yield await Promise.resolve(n);
        },
      },
    });
    call(link, "flood");
    const start = clock.monotonic();
    const replies = (): typeof link.frames => link.frames.filter((frame) => frame.case === "reply");
    while (replies().length < 3001) {
      await settle();
      const elapsed = (clock.monotonic() - start) / 1000;
      expect(link.frames.length).toBeLessThanOrEqual(2000 + 2000 * elapsed);
      clock.advance(20);
    }
    expect(clock.monotonic() - start).toBeGreaterThan(500);
    const values = replies()
      .slice(0, 3000)
      .map((frame) => Number(text((frame.value as { payload: Uint8Array }).payload)));
    expect(values).toEqual(Array.from({ length: 3000 }, (_, n) => n));
  });

  test.each([
    [
      () => {
        throw new AgentError(Code.NotFound, "no such order");
      },
      Code.NotFound,
      "no such order",
    ],
    [
      () => {
        throw new Error("boo");
      },
      Code.Unknown,
      "boo",
    ],
    [() => Promise.reject(new Error("half \ud800")), Code.Unknown, "half \ufffd"],
    [() => Promise.reject(new Error("later")), Code.Unknown, "later"],
    [
      () => new Uint8Array(1024 * 1024),
      Code.OutOfRange,
      "1048576 bytes are more than the 999424 that fit: send them in parts",
    ],
    [
      (c: CapabilityCall) => c.json() as string,
      Code.InvalidArgument,
      "the payload of 0 bytes is not JSON",
    ],
  ])("a handler that fails answers code and message (%#)", async (handler, code, message) => {
    const { link } = await running({ capabilities: { fail: handler as () => string } });
    call(link, "fail");
    expect((await link.next("reply")).status).toMatchObject({ code, message });
  });

  test("an unknown capability is NOT_FOUND, and one call too many RESOURCE_EXHAUSTED", async () => {
    const { link } = await running({ callsMax: 2, capabilities: { wait: until } });
    call(link, "nope");
    expect((await link.next("reply")).status).toMatchObject({ code: Code.NotFound });
    for (const id of ["c1", "c2", "c3"]) call(link, "wait", "", id);
    const refused = await link.next("reply");
    expect([refused.callId, refused.status?.code]).toEqual(["c3", Code.ResourceExhausted]);
  });

  test("answers that find no room while the link is down become an error, and the rest is kept", async () => {
    const big = new Uint8Array(900_000);
    const { link, server, clock } = await running({ capabilities: { big: () => big } });
    for (const id of ["c1", "c2", "c3", "c4", "c5"]) call(link, "big", "", id);
    // Before the handlers have answered.
    link.end();
    await settle();
    clock.advance(200);
    const second = await server.link();
    await second.welcome({ resumed: true });
    await settle();
    const replies = second.frames.flatMap((frame) => (frame.case === "reply" ? [frame.value] : []));
    expect(replies.map(({ callId, status }) => [callId, status?.code])).toEqual([
      ...["c1", "c2", "c3", "c4"].map((id) => [id, 0]),
      ["c5", Code.ResourceExhausted],
    ]);
  });

  test("cancelling aborts the signal, and nothing more is sent", async () => {
    const signals: AbortSignal[] = [];
    const { link, agent } = await running({
      capabilities: {
        wait: async (c) => {
          signals.push(c.signal);
          await until(c).catch(() => undefined);
          await c.reply("too late");
        },
      },
    });
    call(link, "wait");
    link.send({
      case: "cancelCall",
      value: { callId: "c1", reason: ErrorReason.DEADLINE_EXCEEDED },
    });
    link.send({ case: "cancelCall", value: { callId: "unknown", reason: ErrorReason.CANCELLED } });
    await settle();
    expect(signals[0]!.reason).toMatchObject({ code: Code.Canceled, reason: "DEADLINE_EXCEEDED" });
    expect([
      agent.status.callsInFlight,
      link.frames.some((frame) => frame.case === "reply"),
    ]).toEqual([0, false]);
  });

  test("a passed deadline aborts the signal even if the server says nothing", async () => {
    const { link, clock } = await running({ capabilities: { wait: until } });
    call(link, "wait", "", "c1", 5_000);
    clock.advance(5_000);
    expect((await link.next("reply")).status).toMatchObject({ code: Code.DeadlineExceeded });
  });
});

describe("fencing", () => {
  test("silence for lost-after drops the link, cancels fenced handlers only, and reconnects", async () => {
    const aborted: string[] = [];
    const handler = async (c: CapabilityCall): Promise<never> => {
      c.signal.addEventListener("abort", () => aborted.push(c.capability));
      return await until(c);
    };
    const { server, clock, link, agent, heard } = await running({
      capabilities: { lead: { handler, fenced: true }, plain: handler },
    });
    call(link, "lead", "", "c1", 100_000);
    call(link, "plain", "", "c2", 100_000);
    clock.advance(29_999);
    expect([link.closed, agent.status.fenced]).toEqual(["open", false]);
    clock.advance(1);
    expect([link.closed, agent.status.fenced, aborted]).toEqual(["destroyed", true, ["lead"]]);
    expect(heard.fenced).toEqual([{ silentMs: 30_000 }]);
    clock.advance(200);
    await (await server.link()).welcome({ resumed: true });
    await settle();
    expect([agent.status.fenced, agent.status.connected]).toEqual([false, true]);
  });

  test("any frame counts as life, and silence counts while disconnected, once", async () => {
    const { server, clock, link, heard } = await running();
    clock.advance(20_000);
    link.send({ case: "deliver", value: { messages: [] } });
    clock.advance(20_000);
    expect(heard.fenced).toBeUndefined();
    link.end();
    for (let attempt = 0; attempt < 4; attempt += 1) {
      clock.advance(heard.disconnected!.at(-1)!.retryInMs);
      (await server.link()).end();
    }
    clock.advance(60_000);
    expect(heard.fenced).toHaveLength(1);
  });
});

describe("ending", () => {
  test("stop drains: DRAINING, refuses new calls, finishes the old ones, goodbye, nothing left", async () => {
    let finish: () => void = () => undefined;
    const { server, clock, link, agent } = await running({
      capabilities: {
        slow: async () => (await new Promise<void>((resolve) => (finish = resolve)), "done"),
      },
    });
    call(link, "slow");
    const stopped = agent.stop({ reason: "update" });
    await settle();
    expect(agent.status.phase).toBe("draining");
    call(link, "slow", "", "c2");
    finish();
    await link.next("goodbye");
    expect(link.closed).toBe("ended");
    link.end();
    await stopped;
    const kinds = link.frames
      .slice(1)
      .map(({ case: kind, value }) =>
        kind === "stateUpdate"
          ? value.state
          : kind === "reply"
            ? `${value.callId}:${value.status!.code}`
            : kind,
      );
    expect(kinds).toEqual([AgentState.RUNNING, AgentState.DRAINING, "c2:14", "c1:0", "goodbye"]);
    expect([agent.status.phase, server.held, clock.pending]).toEqual(["stopped", 0, 0]);
  });

  test("the grace bounds what stop waits for; a server that does not answer a goodbye does too", async () => {
    const { server, clock, link, agent } = await running({
      capabilities: { never: () => new Promise<never>(() => undefined), heed: until },
    });
    call(link, "never", "", "c1", 600_000);
    call(link, "heed", "", "c2", 600_000);
    const stopped = agent.stop({ graceMs: 3_000 });
    await settle();
    clock.advance(3_000);
    await link.next("goodbye");
    const replies = link.frames.flatMap((frame) => (frame.case === "reply" ? [frame.value] : []));
    expect(replies.map(({ callId, status }) => [callId, status?.code])).toEqual([
      ["c1", Code.Unavailable],
      ["c2", Code.Unavailable],
    ]);
    clock.advance(1_000);
    await stopped;
    expect([link.closed, server.held, agent.status.phase]).toEqual(["destroyed", 0, "stopped"]);
    expect(clock.pending).toBe(0);
  });

  test("desired TERMINATED drains within the grace, says goodbye and tells", async () => {
    const { server, clock, link, agent, heard } = await running({ capabilities: { wait: until } });
    call(link, "wait");
    const config = { desiredState: AgentDesiredState.TERMINATED, grace: durationFromMs(2_000) };
    link.send({ case: "config", value: config });
    link.send({ case: "config", value: config });
    await settle();
    expect(agent.status.phase).toBe("draining");
    clock.advance(2_000);
    await link.next("goodbye");
    link.end();
    await settle();
    expect([agent.status.phase, heard.terminated, server.held, server.opened]).toEqual([
      "terminated",
      [{ reason: "the mesh asked for it" }],
      0,
      1,
    ]);
  });

  test("stopping while the server is away needs no server", async () => {
    const { server, link, agent, clock } = await running();
    link.end();
    await agent.stop();
    expect([agent.status.phase, server.held, clock.pending]).toEqual(["stopped", 0, 0]);
  });
});
