// Agents on a real server: the ten lines of the README, one process's worker and manager, a server that
// goes away and comes back, and what the environment adds.
import { fork } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { AgentConfigurationError } from "@meshwork/agents-core";
import { AgentLiveness } from "@meshwork/gen/mesh/v1/agent";
import { Role } from "@meshwork/gen/mesh/v1/credential";
import { startWholeServer, type WholeServer } from "@meshwork/server/testing/whole-server";
import {
  createManagerAgent,
  createMeshManager,
  createWorkerAgent,
  echo,
  type IMesh,
  type IMeshManager,
} from "./agents-node.ts";
import { effectiveOptions } from "./options.ts";
import { startLinkServer } from "./testing/link-server.ts";

let server: WholeServer;
let meshes: IMeshManager;
let mesh: IMesh;
let folder: string;
const stops: (() => unknown)[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "agents-"));
  server = await startWholeServer();
  const token = await server.issueKey({ role: Role.ADMIN, displayName: "test" });
  meshes = createMeshManager({ endpoint: server.url, token });
  mesh = await meshes.create({ meshId: "demo", heartbeatIntervalMs: 200, lostAfterMs: 1_000 });
});

afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
  meshes.close();
  await server.remove();
  rmSync(folder, { recursive: true });
});

test("the ten lines: join by the environment, send, receive, answer, and leave at SIGTERM", async () => {
  const { joinToken } = await mesh.provision({ agentId: "greeter" });
  const env = {
    ...process.env,
    NODE_OPTIONS: "",
    MESH_ENDPOINT: server.url,
    MESH_JOIN_TOKEN: joinToken,
    XDG_STATE_HOME: folder,
  };
  const child = fork(join(import.meta.dirname, "../examples/ten-lines.ts"), {
    env,
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  const said = new Promise((resolve) => child.stdout?.once("data", resolve));
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  stops.push(() => child.kill("SIGKILL"));
  for await (const { changes } of mesh.watch())
    if (
      changes.some(
        ({ change }) => change.case === "liveness" && change.value.liveness === AgentLiveness.ALIVE,
      )
    )
      break;
  expect((await mesh.call("greeter", "greet", "world")).text()).toBe("hello, world");
  expect(String(await said)).toBe("greeter says ready\n");
  child.kill("SIGTERM");
  expect(await exited).toBe(0);
  expect((await mesh.getAgent("greeter")).status?.liveness).toBe(AgentLiveness.LEFT);
}, 30_000);

test("a manager hands tasks out; killing a worker loses none; messages and configuration arrive", async () => {
  const workers = await Promise.all(
    ["w1", "w2"].map((agentId) =>
      meshes.join("demo", {
        agentId,
        capabilities: {
          work: async (call) => {
            await new Promise((resolve) => setTimeout(resolve, 5));
            return `${agentId}:${call.text()}`;
          },
          echo,
        },
      }),
    ),
  );
  stops.push(...workers.map((worker) => () => worker.stop()));
  const { joinToken } = await mesh.provision({ agentId: "boss", role: 2 });
  const manager = createManagerAgent({
    endpoint: server.url,
    agentId: "boss",
    joinToken,
    credentialFile: join(folder, "boss.json"),
  });
  await manager.start();
  stops.push(() => manager.stop());

  const seen = new Promise<string>((resolve) =>
    workers[0]!.onMessage(({ subject, sender }) => resolve(`${sender} ${subject}`)),
  );
  manager.send("w1", { subject: "note", data: "hi" });
  expect(await seen).toBe("boss note");

  const tasks = Array.from({ length: 200 }, (_, n) => String(n));
  const answers = new Map<number, string>();
  for await (const { index, answer, error } of manager.dispatch(tasks, {
    capability: "work",
    timeoutMs: 5_000,
  })) {
    expect(error).toBeUndefined();
    answers.set(index, answer!.text());
    if (answers.size === 40) await workers[0]!.stop({ graceMs: 0 });
  }
  expect([...answers.keys()].sort((a, b) => a - b)).toEqual(tasks.map(Number));
  expect(new Set([...answers.values()].map((text) => text.split(":")[0]))).toEqual(
    new Set(["w1", "w2"]),
  );
}, 30_000);

test("a worker outlives the server's restart and keeps its identity without its token", async () => {
  const { joinToken } = await mesh.provision({ agentId: "w1" });
  writeFileSync(join(folder, "token"), `${joinToken}\n`, { mode: 0o600 });
  const options = {
    agentId: "w1",
    credentialFile: join(folder, "w1.json"),
    capabilities: { echo },
  };
  const first = createWorkerAgent({
    ...options,
    endpoint: server.url,
    joinTokenFile: join(folder, "token"),
  });
  await first.start();
  const { agentUid } = first.status;
  await first.stop();
  const again = createWorkerAgent({ ...options, endpoint: server.url });
  await again.start();
  stops.push(() => again.stop());
  expect(again.status.agentUid).toBe(agentUid);
  const lost = new Promise((resolve) => again.on("disconnected", resolve));
  await server.stop();
  await lost;
  expect(again.status).toMatchObject({ phase: "running", connected: false });
}, 30_000);

test("a worker finds back to a server that was killed and started again", async () => {
  let current = await startLinkServer();
  const { endpoint } = current;
  stops.push(() => current.stop());
  const worker = createWorkerAgent({
    endpoint,
    agentId: "w1",
    joinToken: "jt",
    credentialFile: join(folder, "w1.json"),
    capabilities: { echo },
  });
  await worker.start();
  stops.push(() => worker.stop());
  for (let round = 1; round <= 3; round += 1) {
    const lost = new Promise((resolve) => worker.on("disconnected", resolve));
    const back = new Promise((resolve) => worker.on("connected", resolve));
    await current.stop();
    await lost;
    current = await startLinkServer(Number(new URL(endpoint).port));
    await back;
    expect(current.welcomed).toBe(1);
    expect(worker.status).toMatchObject({ phase: "running", connected: true });
  }
}, 30_000);

test("terminate ends the worker for good", async () => {
  const worker = await meshes.join("demo", { agentId: "w1" });
  const ended = new Promise((resolve) => worker.on("terminated", resolve));
  await mesh.terminate("w1", { graceMs: 1_000 });
  await ended;
  expect(worker.status.phase).toBe("terminated");
}, 30_000);

test("all that is wrong, files and environment included, at once", () => {
  const wrong = {
    MESH_ENDPOINT: "nowhere",
    MESH_AGENT_ID: "No Good",
    MESH_JOIN_TOKEN_FILE: join(folder, "missing"),
  };
  let thrown: unknown;
  try {
    const outbox = { maxMessages: 0, maxBites: 1 } as { maxMessages: number };
    effectiveOptions({ callsMax: 0, concurrency: 1_025, outbox }, wrong);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(AgentConfigurationError);
  const paths = (thrown as AgentConfigurationError).problems.map(({ path }) => path);
  expect(paths.sort()).toEqual([
    "agentId",
    "callsMax",
    "concurrency",
    "endpoint",
    "joinTokenFile",
    "outbox.maxBites",
    "outbox.maxMessages",
  ]);
});

test("options beat the environment, which beats the defaults", () => {
  const env = {
    MESH_ENDPOINT: "http://env:1",
    MESH_AGENT_ID: "from-env",
    XDG_STATE_HOME: "/state",
  };
  expect(effectiveOptions({}, {})).toMatchObject({
    endpoint: "http://127.0.0.1:7400",
    credentials: { place: "memory" },
    outbox: { place: "memory" },
  });
  const { endpoint, config, credentials, outbox } = effectiveOptions({ agentId: "w9" }, env);
  expect([endpoint, config.agentId, credentials.place, outbox.place]).toEqual([
    "http://env:1",
    "w9",
    "/state/meshwork/agents/env_1/w9.json",
    "/state/meshwork/agents/env_1/w9.outbox",
  ]);
  const own = effectiveOptions({ outbox: { file: "/o", maxMessages: 5 } }, {});
  expect([own.outbox.place, own.config.outbox]).toEqual(["/o", { maxMessages: 5 }]);
});
