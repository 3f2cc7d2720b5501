// A clock that steps makes good tokens look bad: what is doubted, for how long, and what is not.
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { afterEach, expect, test } from "@jest/globals";
import { Code, ConnectError } from "@connectrpc/connect";
import { ErrorInfoSchema } from "@meshwork/gen/google/rpc/error_details";
import { decodeJwt } from "jose";
import { createFakeClock } from "@meshwork/server/testing/fake-clock";
import { createServerClock } from "./server-clock.ts";
import { cleanUpWorlds, running, settle, setUp } from "./testing/agent-world.ts";
import type { ScriptedLink } from "./testing/scripted-server.ts";

afterEach(cleanUpWorlds);

const refusal = (): ConnectError =>
  new ConnectError("no", Code.Unauthenticated, undefined, [
    { desc: ErrorInfoSchema, value: { reason: "CREDENTIAL_INVALID" } },
  ]);
const signedAtMs = ({ token }: ScriptedLink): number => decodeJwt(token).iat! * 1000;
const lost = (): ConnectError => new ConnectError("reset", Code.Unavailable);

test("an identity that worked is shown again, later and later up to 30 s, for 5 min", async () => {
  const { server, clock, link, heard, agent } = await running({}, () => 0.9);
  link.end(lost());
  const waits: number[] = [];
  let waitedMs = 0;
  for (;;) {
    const waitMs = heard.disconnected!.at(-1)!.retryInMs;
    clock.advance(waitMs);
    (await server.link()).end(refusal());
    await settle();
    if (agent.status.phase === "failed") break;
    const next = heard.disconnected!.at(-1)!;
    expect(next.error.reason).toBe("CREDENTIAL_INVALID");
    waits.push(Math.round(next.retryInMs));
    waitedMs += next.retryInMs;
  }
  expect(waits.slice(0, 9)).toEqual([360, 720, 1440, 2880, 5760, 11520, 23040, 27000, 27000]);
  expect([waitedMs >= 300_000, waitedMs < 330_000]).toEqual([true, true]);
  expect(agent.status.error).toMatchObject({ reason: "CREDENTIAL_INVALID" });
  clock.advance(600_000);
  expect([server.held, clock.pending]).toEqual([0, 0]);
});

test("it comes back when it is taken again, and the next doubt has its full time", async () => {
  const { server, clock, link, heard, agent } = await running();
  let open = link;
  for (let round = 0; round < 3; round += 1) {
    open.end(lost());
    for (let refused = 0; refused < 14; refused += 1) {
      clock.advance(heard.disconnected!.at(-1)!.retryInMs);
      (await server.link()).end(refusal());
      await settle();
    }
    clock.advance(heard.disconnected!.at(-1)!.retryInMs);
    open = await server.link();
    await open.welcome();
    clock.advance(10_000);
    const { sequence } = await open.next("heartbeat");
    open.send({ case: "heartbeatAck", value: { sequence } });
  }
  expect(agent.status).toMatchObject({ phase: "running", connected: true });
});

test("refused on an open session, or never taken before: it ends at once", async () => {
  const open = await running();
  open.link.end(refusal());
  await settle();
  expect([open.agent.status.phase, open.server.opened]).toEqual(["failed", 1]);
  const fresh = setUp();
  const started = fresh.agent.start();
  (await fresh.server.link()).end(refusal());
  await expect(started).rejects.toMatchObject({ reason: "CREDENTIAL_INVALID" });
  expect(fresh.server.opened).toBe(1);
});

test("tokens go by the server's clock, whatever the wall clock does, also after a new start", async () => {
  const { server, clock, agent } = setUp();
  const started = agent.start();
  const link = await server.link();
  const aheadMs = 3_600_000;
  const serverMs = (): number => clock.now() + aheadMs;
  await link.welcome({ serverTimeMs: serverMs() });
  await started;
  clock.jump(-86_400_000);
  link.end(lost());
  clock.advance(100);
  const second = await server.link();
  expect(signedAtMs(second)).toBe(Date.UTC(2026, 0, 1) + aheadMs);
  await second.welcome();
  clock.advance(5_000);
  const { sequence } = await second.next("heartbeat");
  const serverTime = timestampFromMs(1_800_000_000_000);
  second.send({ case: "heartbeatAck", value: { sequence, serverTime } });
  const stopped = agent.stop();
  await second.next("goodbye");
  second.end();
  await stopped;
  clock.advance(60_000);
  const again = agent.start();
  const third = await server.link();
  expect(signedAtMs(third)).toBe(1_800_000_060_000);
  await third.welcome();
  await again;
});

test("refusals try the other clocks, for a machine that slept or was put right; late answers are not believed", () => {
  const clock = createFakeClock(1_000_000);
  const serverClock = createServerClock(clock);
  serverClock.heard(5_000_000, 5_001);
  expect(serverClock.now()).toBe(1_000_000);
  serverClock.heard(5_000_000, 200);
  clock.advance(1_000);
  clock.jump(3_600_000);
  const shown = [0, 1, 2, 3].map(() => {
    const now = serverClock.now();
    serverClock.refused();
    return now;
  });
  expect(shown).toEqual([5_001_100, 4_601_000, 8_601_100, 5_001_100]);
  serverClock.heard(7_000_000, 0);
  expect(serverClock.now()).toBe(7_000_000);
});
