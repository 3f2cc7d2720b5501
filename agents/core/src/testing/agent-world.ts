// An agent in a world that a test moves by hand.
import { expect } from "@jest/globals";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import type { ErrorReason } from "@meshwork/gen/mesh/v1/error";
import { createFakeClock } from "@meshwork/server/testing/fake-clock";
import type { AgentEvents } from "../agent.ts";
import type { AgentConfig } from "../configuration.ts";
import type { Outbox } from "../outbox.ts";
import { createWorkerAgent } from "../worker-agent.ts";
import { createScriptedServer, type ScriptedLink } from "./scripted-server.ts";

const cleanups: (() => Promise<void>)[] = [];

/** Stops every agent that was set up and checks that it released all it held. */
export async function cleanUpWorlds(): Promise<void> {
  for (const cleanup of cleanups.splice(0)) await cleanup();
}

/** A worker, not started, and all that it tells. */
export function setUp(
  config: AgentConfig = {},
  random: () => number = () => 0.5,
  routes?: Parameters<typeof createScriptedServer>[0]["routes"],
  outbox?: Outbox,
) {
  const clock = createFakeClock();
  const server = createScriptedServer({
    clock,
    random,
    ...(routes && { routes }),
    ...(outbox && { outbox }),
  });
  const agent = createWorkerAgent({
    agentId: "w1",
    joinToken: "jt",
    ...config,
    runtime: server.runtime,
  });
  const heard: { [E in keyof AgentEvents]?: AgentEvents[E][] } = {};
  for (const event of [
    "disconnected",
    "connected",
    "fenced",
    "terminated",
    "error",
    "phase",
    "notice",
  ] as const)
    agent.on(event, (detail) => {
      const list: unknown[] = (heard[event] ??= []);
      list.push(detail);
    });
  cleanups.push(async () => {
    const stopped = agent.stop({ graceMs: 0 });
    await settle();
    clock.advance(60_000);
    await stopped;
    expect([server.held, clock.pending]).toEqual([0, 0]);
  });
  return { clock, server, agent, heard };
}

/** Lets promises that wait for nothing but each other run. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** A worker with an open session. */
export async function running(config: AgentConfig = {}, random?: () => number) {
  const world = setUp(config, random);
  const started = world.agent.start();
  const link = await world.server.link();
  const hello = await link.welcome();
  await started;
  return { ...world, link, hello };
}

/** Ends the link as a network does, and answers the next one once it has been welcomed. */
export async function broken(
  { link, server, clock }: Awaited<ReturnType<typeof running>>,
  welcome: Parameters<ScriptedLink["welcome"]>[0] = { resumed: true },
) {
  link.end();
  clock.advance(60_000);
  const next = await server.link();
  return { link: next, hello: await next.welcome(welcome) };
}

/** Calls a capability of the agent. */
export function call(
  link: ScriptedLink,
  capability: string,
  data = "",
  callId = "c1",
  timeoutMs = 30_000,
): void {
  const payload = new TextEncoder().encode(data);
  link.send({
    case: "call",
    value: {
      callId,
      capability,
      caller: "boss",
      payload,
      contentType: "text/plain",
      timeout: durationFromMs(timeoutMs),
    },
  });
}

/** Ends the session as the server. */
export function goodbye(
  link: ScriptedLink,
  reason: ErrorReason,
  reconnect: boolean,
  afterMs = 1000,
): void {
  link.send({
    case: "goodbye",
    value: { reason, message: "bye", reconnect, reconnectAfter: durationFromMs(afterMs) },
  });
}
