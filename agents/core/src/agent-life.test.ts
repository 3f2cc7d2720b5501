// An agent's life against a server that a test plays frame by frame, on a clock that the test moves.
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { afterEach, describe, expect, test } from "@jest/globals";
import { Code, ConnectError } from "@connectrpc/connect";
import { ErrorInfoSchema } from "@meshwork/gen/google/rpc/error_details";
import { AgentState } from "@meshwork/gen/mesh/v1/agent";
import { AgentLinkService } from "@meshwork/gen/mesh/v1/agent_link_service";
import { ErrorReason } from "@meshwork/gen/mesh/v1/error";
import { Notice_Kind } from "@meshwork/gen/mesh/v1/link";
import { createFakeClock } from "@meshwork/server/testing/fake-clock";
import { decodeJwt, decodeProtectedHeader, jwtVerify } from "jose";
import { backoffMs } from "./backoff.ts";
import { createKey } from "./credential.ts";
import { call, cleanUpWorlds, goodbye, running, settle, setUp } from "./testing/agent-world.ts";
import { createScriptedServer } from "./testing/scripted-server.ts";
import { createWorkerAgent } from "./worker-agent.ts";

afterEach(cleanUpWorlds);

describe("joining and connecting", () => {
  test("joins with its own key, says hello, is RUNNING, and shows tokens of 60 s signed by that key", async () => {
    const { agent, server, link, hello } = await running({
      labels: { zone: "eu" },
      capabilities: { echo: () => "x" },
      callsMax: 3,
    });
    expect(agent.status).toMatchObject({
      phase: "running",
      connected: true,
      meshId: "demo",
      agentId: "w1",
      sessionId: "s1",
    });
    expect(hello).toMatchObject({
      protocolVersion: 1,
      resumeSessionId: "",
      window: { callsMax: 3 },
      spec: { labels: { zone: "eu" }, capabilities: ["echo"] },
    });
    expect((await link.next("stateUpdate")).state).toBe(AgentState.RUNNING);
    const key = await crypto.subtle.importKey(
      "raw",
      new Uint8Array(server.credential!.publicKey),
      "Ed25519",
      false,
      ["verify"],
    );
    expect(decodeProtectedHeader(link.token).alg).toBe("EdDSA");
    const { iat, exp, sub, aud } = decodeJwt(link.token);
    expect([exp! - iat!, sub, aud]).toEqual([60, "agent-uid", "mesh-uid"]);
    await jwtVerify(link.token, key, { currentDate: new Date(Date.UTC(2026, 0, 1)) });
  });

  test("the key is kept before the token is spent, and used again when the join is repeated", async () => {
    const keys: string[] = [];
    let saved: unknown;
    const { agent, server, clock } = setUp(
      {},
      () => 0.5,
      (router) =>
        router.service(AgentLinkService, {
          joinMesh: ({ publicKey }) => {
            saved = server.credential;
            keys.push(Buffer.from(publicKey).toString("hex"));
            if (keys.length < 3) throw new ConnectError("not now", Code.Unavailable);
            return { agent: { meshId: "demo", agentId: "w1", uid: "u" }, meshUid: "m" };
          },
        }),
    );
    const started = agent.start();
    while (keys.length < 3) {
      await settle();
      clock.advance(200);
    }
    expect(saved).toBeDefined();
    await (await server.link()).welcome();
    await started;
    expect(new Set(keys).size).toBe(1);
  });

  test.each([
    [{ joinToken: "spent" }, ErrorReason.JOIN_TOKEN_USED, Code.FailedPrecondition],
    [{ joinToken: "wrong" }, ErrorReason.CREDENTIAL_INVALID, Code.Unauthenticated],
  ])("a refused token %p fails the start at once", async (config, reason, code) => {
    const name = Object.keys(ErrorReason).find(
      (key) => ErrorReason[key as keyof typeof ErrorReason] === reason,
    )!;
    let calls = 0;
    const { agent } = setUp(
      config,
      () => 0.5,
      (router) =>
        router.service(AgentLinkService, {
          joinMesh: () => {
            calls += 1;
            throw new ConnectError("no", code, undefined, [
              { desc: ErrorInfoSchema, value: { reason: name } },
            ]);
          },
        }),
    );
    await expect(agent.start()).rejects.toMatchObject({ code, reason: name });
    expect([agent.status.phase, calls]).toEqual(["failed", 1]);
  });

  test("without credential and token it says what to do", async () => {
    const clock = createFakeClock();
    const server = createScriptedServer({ clock, random: () => 0 });
    const agent = createWorkerAgent({ agentId: "w1", runtime: server.runtime });
    await expect(agent.start()).rejects.toThrow(
      /no credential in the test and no join token: make one with `mesh agents provision w1`/,
    );
    expect([server.held, clock.pending]).toEqual([0, 0]);
  });

  test("a start that is aborted releases everything and may be tried again", async () => {
    const { agent, server } = setUp();
    const controller = new AbortController();
    const started = agent.start({ signal: controller.signal });
    await server.link();
    controller.abort(new Error("enough"));
    await expect(started).rejects.toThrow("enough");
    expect([agent.status.phase, server.held]).toEqual(["stopped", 0]);
    const again = agent.start();
    await (await server.link()).welcome();
    await again;
  });
});

describe("heartbeats", () => {
  test("come at the server's interval, early by at most a tenth, and follow every change", async () => {
    const { clock, link, agent } = await running({}, () => 0.5);
    clock.advance(5_000);
    const first = await link.next("heartbeat");
    expect(first).toMatchObject({
      sequence: 1n,
      load: { cpuCores: 0.5, memoryBytes: 1000n, callsInFlight: 0 },
    });
    clock.advance(40.1);
    const ack = {
      sequence: 1n,
      heartbeatInterval: durationFromMs(1_000),
      lostAfter: durationFromMs(3_000),
    };
    link.send({ case: "heartbeatAck", value: ack });
    expect(agent.status).toMatchObject({
      roundTripMs: expect.closeTo(40.1) as unknown as number,
      lostAfterMs: 3_000,
    });
    for (let beat = 2; beat < 6; beat += 1) {
      clock.advance(beat === 2 ? 908.9 : 949);
      await settle();
      expect(link.frames.filter((frame) => frame.case === "heartbeat")).toHaveLength(beat - 1);
      clock.advance(1);
      const next = await link.next("heartbeat");
      expect(next.sequence).toBe(BigInt(beat));
      expect(next.roundTripDuration).toBeDefined();
      link.send({ case: "heartbeatAck", value: { ...ack, sequence: next.sequence } });
    }
  });

  test("carry health, run beside them; a probe that hangs fails", async () => {
    const hang = new Promise<undefined>(() => undefined);
    const { clock, link } = await running({
      health: {
        good: () => undefined,
        odd: () => ({ result: "warning", message: "hm" }),
        bad: () => {
          throw new Error("broken");
        },
        stuck: () => hang,
      },
    });
    clock.advance(5_000);
    await link.next("heartbeat");
    await settle();
    clock.advance(10_000);
    const { health } = await link.next("heartbeat");
    const found = Object.fromEntries(
      health.map(({ name, result, message }) => [name, [result, message]]),
    );
    expect(found).toEqual({
      good: [1, ""],
      odd: [2, "hm"],
      bad: [3, "broken"],
      stuck: [3, "has not ended since the last heartbeat"],
    });
  });
});

describe("coming back", () => {
  test.each([0, 0.5, 0.999999])(
    "back-off is full jitter within its bounds (random %p)",
    (value) => {
      for (let failures = 0; failures < 40; failures += 1) {
        const bound = Math.min(15_000, 200 * 2 ** failures);
        expect(backoffMs(failures, 30_000, () => value)).toBeCloseTo(value * bound, 3);
      }
      expect(backoffMs(30, 600_000, () => 1)).toBe(30_000);
    },
  );

  test("an agent that is refused connections tries again and again, later and later, never at once", async () => {
    const { server, agent, clock, heard } = setUp({}, () => 0.9);
    void agent.start().catch(() => undefined);
    for (let attempt = 0; attempt < 10; attempt += 1) {
      (await server.link()).end(new ConnectError("down", Code.Unavailable));
      clock.advance(heard.disconnected!.at(-1)!.retryInMs - 1);
      await settle();
      expect(server.opened).toBe(attempt + 1);
      clock.advance(1);
    }
    const waits = heard.disconnected!.map(({ retryInMs }) => Math.round(retryInMs));
    expect(waits).toEqual([180, 360, 720, 1440, 2880, 5760, 11520, 13500, 13500, 13500]);
    await (await server.link()).welcome();
  });

  test("a frame that the carrier had to drop is told, and the session goes on", async () => {
    const { agent, link, heard } = await running();
    link.drop(new ConnectError("too large", Code.ResourceExhausted));
    expect(heard.error).toMatchObject([{ code: Code.ResourceExhausted, message: "too large" }]);
    expect([agent.status.connected, heard.disconnected]).toEqual([true, undefined]);
  });

  test("a broken link is resumed; answers given meanwhile are sent then, and calls go on", async () => {
    let finish: (() => void) | undefined;
    const { server, clock, link, agent } = await running({
      capabilities: {
        slow: async () => (await new Promise<void>((resolve) => (finish = resolve)), "done"),
        other: (c) => new Promise(() => c.signal),
      },
    });
    call(link, "slow");
    link.end(new ConnectError("reset", Code.Unavailable));
    expect(agent.status).toMatchObject({ phase: "running", connected: false, callsInFlight: 1 });
    finish!();
    await settle();
    clock.advance(200);
    const second = await server.link();
    const hello = await second.welcome({ sessionId: "s1", resumed: true });
    expect(hello.resumeSessionId).toBe("s1");
    expect(await second.next("reply")).toMatchObject({
      callId: "c1",
      hasPayload: true,
      status: { code: 0 },
    });
  });

  test("a session that could not be resumed aborts its calls and forgets their answers", async () => {
    let signal: AbortSignal | undefined;
    const { server, clock, link, agent } = await running({
      capabilities: {
        slow: async (c) => {
          signal = c.signal;
          await new Promise((resolve) => c.signal.addEventListener("abort", resolve));
          throw c.signal.reason;
        },
        quick: () => "early",
      },
    });
    call(link, "slow");
    link.end();
    call(link, "quick", "", "c2");
    clock.advance(200);
    const second = await server.link();
    await second.welcome({ sessionId: "s2", resumed: false });
    await settle();
    expect(signal!.aborted).toBe(true);
    expect(second.frames.map((frame) => frame.case)).toEqual(["hello", "stateUpdate"]);
    expect(agent.status.callsInFlight).toBe(0);
  });

  test("after a draining server's goodbye it comes back when it was asked to", async () => {
    const { server, clock, link, heard } = await running();
    link.send({
      case: "notice",
      value: { kind: Notice_Kind.SERVER_DRAINING, count: 0, message: "soon" },
    });
    goodbye(link, ErrorReason.SERVER_DRAINING, true, 700);
    expect(heard.notice).toEqual([{ kind: "SERVER_DRAINING", count: 0, message: "soon" }]);
    expect(heard.disconnected![0]!.retryInMs).toBe(725);
    clock.advance(725);
    expect((await (await server.link()).welcome()).resumeSessionId).toBe("s1");
  });

  test("a server that welcomes and breaks at once is not hammered", async () => {
    const { server, clock, link, heard } = await running({}, () => 0.9);
    link.end();
    for (let round = 0; round < 6; round += 1) {
      clock.advance(heard.disconnected!.at(-1)!.retryInMs);
      const next = await server.link();
      await next.welcome();
      await settle();
      next.end();
    }
    expect(Math.round(heard.disconnected!.at(-1)!.retryInMs)).toBe(11_520);
  });

  test("no welcome in time counts as a broken link", async () => {
    const { server, clock, agent, heard } = setUp();
    void agent.start().catch(() => undefined);
    const silent = await server.link();
    clock.advance(10_000);
    expect([silent.closed, heard.disconnected![0]!.error.code]).toEqual([
      "destroyed",
      Code.DeadlineExceeded,
    ]);
  });
});

describe("hard ends", () => {
  test.each([
    [ErrorReason.SESSION_SUPERSEDED, "failed", /another process connected as agent w1/],
    [ErrorReason.CREDENTIAL_INVALID, "failed", /refuses the credential of agent w1 in the test/],
    [ErrorReason.AGENT_TERMINATED, "terminated", /agent w1 was terminated/],
  ] as const)(
    "goodbye for reason %p without reconnect ends the agent: %s",
    async (reason, phase, message) => {
      const { agent, server, clock, link, heard } = await running();
      goodbye(link, reason, false);
      await settle();
      expect(agent.status.phase).toBe(phase);
      expect(agent.status.error?.message).toMatch(message);
      clock.advance(600_000);
      await settle();
      expect([server.opened, server.held, clock.pending]).toEqual([1, 0, 0]);
      expect(heard.terminated?.length ?? 0).toBe(phase === "terminated" ? 1 : 0);
    },
  );

  test("the same as an error of the stream", async () => {
    const { agent, server, clock, link } = await running();
    const details = [{ desc: ErrorInfoSchema, value: { reason: "SESSION_SUPERSEDED" } }];
    link.end(new ConnectError("newer", Code.Aborted, undefined, details));
    await settle();
    clock.advance(600_000);
    expect([agent.status.phase, server.opened]).toEqual(["failed", 1]);
  });

  test("a stored credential that is refused gives way to the join token, once", async () => {
    const { agent, server, clock } = setUp();
    const key = await createKey(false);
    const identity = { meshId: "old", meshUid: "old", agentId: "w1", agentUid: "old" };
    server.credential = { ...key, identity };
    const started = agent.start();
    const refused = await server.link();
    expect(decodeJwt(refused.token).sub).toBe("old");
    goodbye(refused, ErrorReason.CREDENTIAL_INVALID, false);
    const second = await server.link();
    expect(decodeJwt(second.token).sub).toBe("agent-uid");
    goodbye(second, ErrorReason.CREDENTIAL_INVALID, false);
    await expect(started).rejects.toMatchObject({ reason: "CREDENTIAL_INVALID" });
    clock.advance(600_000);
    expect(server.opened).toBe(2);
  });
});
