// At-least-once messages between agents on a real server, over links that break and processes that end.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { Role } from "@meshwork/gen/mesh/v1/credential";
import { startWholeServer, type WholeServer } from "@meshwork/server/testing/whole-server";
import {
  createMeshManager,
  createWorkerAgent,
  type IMesh,
  type IMeshManager,
  type IWorkerAgent,
  type NodeAgentOptions,
} from "./agents-node.ts";
import { startForwarder, type Forwarder } from "./testing/forwarder.ts";

let server: WholeServer;
let way: Forwarder;
let meshes: IMeshManager;
let mesh: IMesh;
let folder: string;
const agents: IWorkerAgent[] = [];
const kept = { guarantee: "atLeastOnce" } as const;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "agents-"));
  server = await startWholeServer();
  way = await startForwarder(server.url);
  const token = await server.issueKey({ role: Role.ADMIN, displayName: "test" });
  meshes = createMeshManager({ endpoint: server.url, token });
  mesh = await meshes.create({ meshId: "demo", heartbeatIntervalMs: 100, lostAfterMs: 2_000 });
});

afterEach(async () => {
  for (const agent of agents.splice(0).reverse()) await agent.stop({ graceMs: 0 });
  meshes.close();
  await way.stop();
  await server.remove();
  rmSync(folder, { recursive: true });
});

/** An agent behind the forwarder that keeps its credential, and its outbox beside it. */
async function enrolled(agentId: string, options: NodeAgentOptions = {}): Promise<IWorkerAgent> {
  const { joinToken } = await mesh.provision({ agentId });
  return await again(agentId, { joinToken, ...options });
}

async function again(agentId: string, options: NodeAgentOptions = {}): Promise<IWorkerAgent> {
  const credentialFile = join(folder, `${agentId}.json`);
  const agent = createWorkerAgent({ endpoint: way.endpoint, agentId, credentialFile, ...options });
  agents.push(agent);
  await agent.start();
  return agent;
}

/** Collects what an agent handles. */
function collecting(agent: IWorkerAgent, told: (handled: number) => void = () => undefined) {
  const seen: string[] = [];
  const first: string[] = [];
  let check = (): void => undefined;
  agent.onMessage(({ subject, attempt }) => {
    seen.push(subject);
    if (attempt === 1) first.push(subject);
    check();
    told(seen.length);
  });
  return {
    seen,
    /** Those of a first delivery. */
    first,
    count: (wanted: number) =>
      new Promise<void>((resolve) => {
        check = () => {
          if (seen.length >= wanted) resolve();
        };
        check();
      }),
  };
}

async function until(what: string, done: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 20_000;
  while (!(await done())) {
    if (performance.now() > end) throw new Error(`not within 20 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const names = (count: number): string[] => Array.from({ length: count }, (_, n) => `m${n}`);

test("a thousand messages are handled once each, in order, over links that break again and again", async () => {
  const sender = await enrolled("sender");
  const receiver = await enrolled("receiver");
  const { seen, first, count } = collecting(receiver, (handled) => {
    if (handled % 100 === 0) way.cut();
  });
  let breaks = 0;
  for (const agent of [sender, receiver]) agent.on("disconnected", () => (breaks += 1));
  await Promise.all(names(1_000).map((subject) => sender.send("receiver", { subject }, kept)));
  await count(1_000);
  await until("all is settled", () => receiver.status.unsettled === 0);
  // A welcome that got lost makes the next session a fresh one, whose redeliveries keep no order.
  expect(first).toEqual(names(1_000).filter((name) => first.includes(name)));
  expect(seen.toSorted()).toEqual(names(1_000).toSorted());
  expect(sender.status.outbox).toMatchObject({ messages: 0, bytes: 0 });
  expect(breaks).toBeGreaterThan(9);
}, 60_000);

test("what an agent could not send outlives it, and goes out when it starts again", async () => {
  const receiver = await enrolled("receiver");
  const { seen, count } = collecting(receiver);
  const first = await enrolled("sender");
  await first.send("receiver", { subject: "before" }, kept);
  way.target(undefined);
  way.cut();
  const kept10 = names(10).map((subject) => first.send("receiver", { subject }, kept));
  await Promise.all(kept10.map(({ stored }) => stored));
  const ends = Promise.allSettled(kept10);
  await first.stop({ graceMs: 0 });
  for (const { status } of await ends) expect(status).toBe("rejected");
  way.target(server.url);
  const second = await again("sender");
  expect(second.status.outbox?.place).toBe(join(folder, "sender.outbox"));
  await count(11);
  expect(seen).toEqual(["before", ...names(10)]);
  await until("the outbox is empty", () => second.status.outbox?.messages === 0);
}, 60_000);

test("a server that restarts loses nothing and doubles nothing", async () => {
  const sender = await enrolled("sender");
  const receiver = await enrolled("receiver");
  const { seen, count } = collecting(receiver);
  const all = names(300).map((subject) => sender.send("receiver", { subject }, kept));
  await all[20];
  way.target(undefined);
  server = await server.restarted();
  way.target(server.url);
  await Promise.all(all);
  await count(300);
  await until("all is settled", () => receiver.status.unsettled === 0);
  expect(seen).toEqual(names(300));
}, 60_000);

test("a refused message rejects with the server's reason", async () => {
  const sender = await enrolled("sender");
  await expect(sender.send("nobody", { subject: "lost" }, kept)).rejects.toMatchObject({
    name: "AgentError",
    reason: "RESOURCE_NOT_FOUND",
  });
  expect(sender.status.outbox).toMatchObject({ messages: 0 });
}, 30_000);

test("what a handler throws at comes again, what it rejects does not", async () => {
  const attempts: string[] = [];
  const receiver = await enrolled("receiver", {
    onMessage: async (message) => {
      attempts.push(`${message.subject} ${message.attempt}`);
      if (message.subject === "bad") await message.reject("never");
      else if (message.attempt === 1) throw new Error("busy");
    },
  });
  receiver.on("error", () => undefined);
  const sender = await enrolled("sender");
  await sender.send("receiver", { subject: "good" }, kept);
  await sender.send("receiver", { subject: "bad" }, kept);
  await until("both are settled", () => attempts.length === 3 && receiver.status.unsettled === 0);
  expect(attempts.sort()).toEqual(["bad 1", "good 1", "good 2"]);
}, 30_000);

test("groups share, topics reach those who were away, gather asks all", async () => {
  const capabilities = { who: () => "me" };
  const [a, b] = [await enrolled("a", { capabilities }), await enrolled("b", { capabilities })];
  const sender = await enrolled("sender");
  const shared: string[] = [];
  for (const agent of [a, b])
    await agent.subscribe(
      { group: "crew" },
      {
        handler: async ({ subject }) => {
          shared.push(`${agent.status.agentId} ${subject}`);
          await new Promise((resolve) => setTimeout(resolve, 5));
        },
      },
    );
  await Promise.all(names(200).map((subject) => sender.send({ group: "crew" }, { subject })));
  await until("all are handled", () => shared.length >= 200);
  expect(new Set(shared.map((text) => text.split(" ")[1]))).toEqual(new Set(names(200)));
  expect(shared).toHaveLength(200);

  await a.subscribe("orders.>", { durable: true });
  const away = collecting(b);
  await b.subscribe("orders.*.eu", { durable: true });
  await b.stop();
  const here = collecting(a);
  await sender.publish("orders.new.eu", { subject: "one" }, kept);
  await here.count(1);
  await b.start();
  await away.count(1);
  expect([here.seen, away.seen]).toEqual([["one"], ["one"]]);

  const gathering = sender.gather({}, "who");
  const answers: string[] = [];
  for await (const answer of gathering) answers.push(`${answer.agentId} ${answer.text()}`);
  expect(answers.sort()).toEqual(["a me", "b me"]);
  expect(gathering.summary).toMatchObject({ asked: 2, answered: 2, failures: [] });
}, 60_000);
