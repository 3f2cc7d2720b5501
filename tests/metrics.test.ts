// Every metric that a server tells moves when what it counts happens: none is only declared.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { createMeshManager, type IMeshManager, type IWorkerAgent } from "@meshwork/agents-node";
import { Role } from "@meshwork/gen/mesh/v1/credential";
import { startWholeServer, type WholeServer } from "@meshwork/server/testing/whole-server";
import { eventually } from "./harness/home.ts";

let server: WholeServer;
let meshes: IMeshManager;
let worker: IWorkerAgent;

beforeAll(async () => {
  server = await startWholeServer();
  const token = await server.issueKey({ role: Role.ADMIN, displayName: "test" });
  meshes = createMeshManager({ endpoint: server.url, token });
  await meshes.create({ meshId: "demo" });
  worker = await meshes.join("demo", {
    agentId: "w1",
    capabilities: { echo: (call) => call.text() },
  });
});
afterAll(async () => {
  await worker.stop();
  meshes.close();
  await server.remove();
});

async function samples(): Promise<Record<string, number>> {
  const text = await (await fetch(`${server.url}/metrics`)).text();
  const lines = text.split("\n").filter((line) => line.startsWith("meshwork_"));
  return Object.fromEntries(
    lines.map((line) => [
      line.slice(0, line.lastIndexOf(" ")),
      Number(line.slice(line.lastIndexOf(" ") + 1)),
    ]),
  );
}

test("what happens on links shows", async () => {
  const mesh = await meshes.get("demo");
  await mesh.call("w1", "echo", "hi");
  await mesh.send("w1", { subject: "note" });
  worker.send("nobody", { subject: "lost" });
  const moved = {
    meshwork_link_sessions: 1,
    meshwork_messages_delivered_total: 1,
    meshwork_messages_dropped_total: 1,
    meshwork_agent_calls_in_flight: 0,
    'meshwork_agent_calls_total{outcome="ok"}': 1,
    'meshwork_liveness_changes_total{liveness="ALIVE"}': 1,
  };
  const seen = await eventually(async () => {
    const found = await samples();
    // Connections are counted as they are swept, twice a second.
    const connected = (found['meshwork_connections{protocol="http2"}'] ?? 0) > 0;
    return connected && found["meshwork_messages_dropped_total"] === 1 ? found : undefined;
  });
  expect(seen).toMatchObject(moved);
  expect(seen['meshwork_link_frames_total{direction="in",frame="hello"}']).toBe(1);
  expect(seen['meshwork_store_commits_total{outcome="OK"}']).toBeGreaterThan(2);
});
