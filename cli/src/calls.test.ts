// Proves that generated commands call real servers: what they send, how they page, what a watch shows
// across a broken connection, and what errors become.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { AgentLiveness, AgentRole, type Agent } from "@meshwork/gen/mesh/v1/agent";
import { Role } from "@meshwork/gen/mesh/v1/credential";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { parse } from "yaml";
import { agentCount, demoRoutes, nothingSeen, type Seen } from "./testing/demo-routes.ts";
import { grpcServer, type GrpcServer } from "./testing/grpc-server.ts";
import { sandbox, type Sandbox } from "./testing/mesh-process.ts";

let server: GrpcServer;
let box: Sandbox;
let seen: Seen;

beforeAll(async () => {
  server = await grpcServer((router) => {
    demoRoutes(
      router,
      () => seen,
      () => {
        server.cut();
      },
    );
  });
});
afterAll(async () => {
  await server.close();
});
beforeEach(() => {
  seen = nothingSeen();
  box = sandbox();
  box.env["MESH_ENDPOINT"] = server.endpoint;
  box.env["MESH_TOKEN"] = "mesh_test";
  box.env["MESH_MESH"] = "demo";
});
afterEach(() => {
  box.remove();
});

describe("a unary command", () => {
  test("sends the credential and shows the record in every format", async () => {
    const json = await box.mesh(["agents", "get", "w1", "-o", "json"]);
    expect(json).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(json.stdout)).toMatchObject({
      agentId: "w1",
      role: "AGENT_ROLE_WORKER",
      status: { liveness: "AGENT_LIVENESS_ALIVE" },
    });
    expect(seen.tokens).toEqual(["Bearer mesh_test"]);
    const table = await box.mesh([
      "agents",
      "get",
      "w1",
      "--columns",
      "agent_id,status.state,create_time",
      "--time",
      "iso",
    ]);
    expect(table.stdout).toBe(
      "AGENT ID  STATE    CREATE TIME\nw1        running  2026-01-31T12:00:00.000Z\n",
    );
    expect((await box.mesh(["agents", "get", "w1", "-o", "name"])).stdout).toBe("w1\n");
    expect(parse((await box.mesh(["agents", "get", "w1", "-o", "yaml"])).stdout)).toMatchObject({
      agentId: "w1",
    });
  }, 30_000);

  test("tells what went wrong, on stderr, with the exit code of the error's kind", async () => {
    const { code, stdout, stderr } = await box.mesh(["agents", "get", "w9"]);
    expect({ code, stdout }).toEqual({ code: 4, stdout: "" });
    expect(stderr).toContain("error: there is no agent w9");
    expect(stderr).toContain("code NOT_FOUND, reason RESOURCE_NOT_FOUND, call call-7");
    const json = await box.mesh(["agents", "get", "w9", "-o", "json"]);
    expect({ code: json.code, stdout: json.stdout }).toEqual({ code: 4, stdout: "" });
    expect(JSON.parse(json.stderr)).toMatchObject({
      error: { code: "NOT_FOUND", reason: "RESOURCE_NOT_FOUND", exit: 4, callId: "call-7" },
    });
  }, 30_000);

  test("tells which field breaks which rule", async () => {
    const { code, stderr } = await box.mesh(["agents", "terminate", "w1", "--grace", "9s"]);
    expect(code).toBe(2);
    expect(stderr).toContain("  grace must not be 9 s (duration.not_in)");
  }, 30_000);

  test("masks an update by what is given, member by member", async () => {
    const ran = await box.mesh([
      "agents",
      "update",
      "w1",
      "--display-name",
      "",
      "--labels",
      "zone=eu,tier=gold",
    ]);
    expect(ran).toMatchObject({ code: 0 });
    expect(seen.update[0]?.updateMask?.paths).toEqual(["display_name", "labels"]);
    expect(seen.update[0]?.labels).toEqual({ zone: "eu", tier: "gold" });
    const nothing = await box.mesh(["agents", "update", "w1"]);
    expect(nothing.code).toBe(2);
    expect(nothing.stderr).toContain("nothing to update");
  }, 30_000);

  test("makes a fresh request id unless one is given, and tells of a secret on stderr", async () => {
    const first = await box.mesh([
      "agents",
      "provision",
      "w3",
      "--role",
      "manager",
      "--join-token-ttl",
      "1m30s",
    ]);
    await box.mesh(["agents", "provision", "w3"]);
    await box.mesh(["agents", "provision", "w3", "--request-id", "mine", "--dry-run"]);
    const [one, two, three] = seen.provision;
    expect(one?.requestId).toMatch(/^[0-9a-f-]{36}$/);
    expect(two?.requestId).not.toBe(one?.requestId);
    expect(three).toMatchObject({ requestId: "mine", validateOnly: true });
    expect(one).toMatchObject({ role: AgentRole.MANAGER, joinTokenTtl: { seconds: 90n } });
    expect(first.stdout).toContain("meshjoin_x");
    expect(first.stderr).toContain("join token is shown this once");
  }, 30_000);
});

describe("a secret of an answer", () => {
  const provision = (...more: string[]) => box.mesh(["agents", "provision", "w3", ...more]);

  test.each([[["-o", "name"]], [["--columns", "agent.agent_id"]]])(
    "that %j leaves out is on stderr",
    async (flags) => {
      const { code, stdout, stderr } = await provision(...flags);
      expect({ code, told: stdout.includes("meshjoin_x") }).toEqual({ code: 0, told: false });
      expect(stderr).toBe("join token (shown this once): meshjoin_x\n");
    },
    30_000,
  );

  test.each([[[]], [["-o", "wide"]], [["-o", "jsonl"]], [["--columns", "join_token"]]])(
    "that %j shows is on stdout alone",
    async (flags) => {
      const { stdout, stderr } = await provision(...flags);
      expect(stdout).toContain("meshjoin_x");
      expect(stderr).toBe("join token is shown this once: keep it now\n");
    },
    30_000,
  );

  test("is not made where it could not be shown", async () => {
    expect((await provision("--columns", "nope")).code).toBe(2);
    expect((await provision("--sort-by", "nope")).code).toBe(2);
    expect(seen.provision).toEqual([]);
  }, 30_000);
});

describe("a list", () => {
  test("pages through to the end", async () => {
    const { code, stdout } = await box.mesh([
      "agents",
      "list",
      "-o",
      "name",
      "--liveness",
      "alive,lost",
    ]);
    expect(code).toBe(0);
    expect(stdout.trimEnd().split("\n")).toEqual(
      Array.from({ length: agentCount }, (_, at) => `w${at}`),
    );
    expect(seen.list.map(({ pageToken }) => pageToken)).toEqual(["", "1000", "2000"]);
    expect(seen.list[2]?.liveness).toEqual([AgentLiveness.ALIVE, AgentLiveness.LOST]);
  }, 30_000);

  test("stops at the limit, and a pipe that closes early is no error", async () => {
    const { stdout } = await box.mesh([
      "agents",
      "list",
      "--limit",
      "1500",
      "--no-headers",
      "--columns",
      "agentId",
    ]);
    expect(stdout.trimEnd().split("\n")).toHaveLength(1_500);
    expect(seen.list.map(({ pageSize }) => pageSize)).toEqual([1_000, 500]);
    const child = box.start(["agents", "list", "-o", "jsonl"]);
    let stderr = "";
    child.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    child.stdout?.once("data", () => child.stdout?.destroy());
    expect(await new Promise((resolve) => child.once("close", resolve))).toBe(0);
    expect(stderr).toBe("");
  }, 30_000);
});

describe("a watch", () => {
  /** The first lines of a command that goes on; then it is interrupted. */
  async function firstLines(
    args: readonly string[],
    count: number,
  ): Promise<{ lines: string[]; code: unknown; stderr: string }> {
    const child = box.start(args);
    const lines: string[] = [];
    let stderr = "";
    child.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    const closed = new Promise((resolve) => child.once("close", resolve));
    for await (const line of createInterface({ input: child.stdout! })) {
      lines.push(line);
      if (lines.length === count) child.kill("SIGINT");
    }
    return { lines, code: await closed, stderr };
  }

  test("goes on from its cursor after a broken connection, each commit whole and once", async () => {
    const { lines, code, stderr } = await firstLines(["agents", "watch", "-o", "jsonl"], 5);
    const states = lines.map(
      (line) =>
        JSON.parse(line) as {
          agent?: { agentId: string; status: { state: string } };
          deletedAgentId?: string;
        },
    );
    expect(
      states.map(
        ({ agent: each, deletedAgentId }) =>
          deletedAgentId ?? `${each?.agentId ?? ""} ${each?.status.state ?? ""}`,
      ),
    ).toEqual([
      "w1 AGENT_STATE_RUNNING",
      "w2 AGENT_STATE_RUNNING",
      "w1 AGENT_STATE_DRAINING",
      "w2",
      "w1 AGENT_STATE_TERMINATED",
    ]);
    expect(seen.watch.map(({ cursor }) => cursor)).toEqual(["", "s"]);
    expect(stderr).toContain("connection lost");
    expect(code).toBe(130);
  }, 30_000);

  test("of a mesh tells each event in a line", async () => {
    const { lines } = await firstLines(["meshes", "watch", "demo"], 1);
    expect(lines).toEqual([
      "12:00:01.000  w1  ALIVE → SUSPECT  missed-heartbeats  (silent for 20 s)",
    ]);
  }, 30_000);

  test("keeps a get up to date, in a pipe as lines of JSON", async () => {
    const { lines, stderr } = await firstLines(["agents", "get", "w1", "-w"], 3);
    expect(stderr).not.toContain("error");
    expect(lines).toHaveLength(3);
    expect(new Set(lines.map((line) => (JSON.parse(line) as Agent).agentId))).toEqual(
      new Set(["w1"]),
    );
  }, 30_000);

  test("is how terminate waits until it is done", async () => {
    const ran = await box.mesh([
      "agents",
      "terminate",
      "w1",
      "--columns",
      "agent_id,status.state",
      "--no-headers",
    ]);
    expect(ran).toMatchObject({ code: 0, stdout: "w1  terminated\n" });
    expect(ran.stderr).toContain("waiting until w1 has ended; --no-wait does not\n");
    expect(ran.stderr).toContain("w1 is draining");
    const watches = seen.watch.length;
    const at = await box.mesh(["agents", "terminate", "w1", "--no-wait", "-o", "name"]);
    expect(at).toMatchObject({ code: 0, stdout: "w1\n" });
    expect(seen.watch).toHaveLength(watches);
  }, 30_000);
});

describe("commands by hand", () => {
  test("status reads like a sentence or two", async () => {
    const { stdout } = await box.mesh(["meshes", "status", "demo"]);
    expect(stdout).toMatch(/^Mesh +demo\nHealth +healthy: all is well\n/);
    expect(stdout).toMatch(/by liveness +2 alive/);
  }, 30_000);

  test("send and call carry text, files and stdin as they are", async () => {
    const sent = await box.mesh([
      "send",
      "w1",
      "--subject",
      "note",
      "--data",
      '{"a":1}',
      "--headers",
      "k=a\\,b",
      "-o",
      "name",
    ]);
    expect(sent).toMatchObject({ code: 0, stdout: "m1\n" });
    expect(seen.send[0]?.message).toMatchObject({
      contentType: "application/json",
      headers: { k: "a,b" },
    });
    const called = await box.mesh(["call", "w1", "echo", "--data", "-"], { stdin: "hi\n" });
    expect(called).toMatchObject({ code: 0, stdout: 'hi\n{"n":1}\n' });
    const failed = await box.mesh(["call", "w1", "fail", "--data", "x", "-o", "jsonl"]);
    expect(failed.code).toBe(7);
    expect(JSON.parse(failed.stdout)).toEqual({ contentType: "text/plain", text: "x" });
    expect(JSON.parse(failed.stderr)).toMatchObject({ error: { reason: "OUTCOME_UNKNOWN" } });
  }, 30_000);

  test("rpc calls anything with JSON", async () => {
    const ran = await box.mesh([
      "rpc",
      "AgentService/GetAgent",
      "--data",
      '{"meshId":"demo","agentId":"w1"}',
    ]);
    expect(JSON.parse(ran.stdout)).toMatchObject({ agent: { agentId: "w1" } });
    const unknown = await box.mesh(["rpc", "AgentService/GetAgnt"]);
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain("did you mean `AgentService/GetAgent`?");
  }, 30_000);

  test("login stores a good key, buys one for an admin token, and stores nothing else", async () => {
    const file = join(box.folder, "meshwork", "contexts.yaml");
    delete box.env["MESH_TOKEN"];
    const bought = await box.mesh(["login", "--context", "prod"], { stdin: "meshadmin_once\n" });
    expect(bought).toMatchObject({ code: 0, stdout: "" });
    expect(seen.tokens).toEqual(["Bearer meshadmin_once", "Bearer mesh_bought"]);
    expect(seen.keys).toMatchObject([{ role: Role.ADMIN }]);
    expect(bought.stderr).not.toContain("mesh_bought");
    expect(parse(readFileSync(file, "utf8"))).toEqual({
      current: "prod",
      contexts: { prod: { endpoint: server.endpoint, token: "mesh_bought" } },
    });
    const wrong = await box.mesh(["login", "--context", "prod"], { stdin: "mesh_wrong" });
    expect(wrong.code).toBe(6);
    expect((await box.mesh(["login"], { stdin: "hunter2" })).code).toBe(2);
    expect(parse(readFileSync(file, "utf8"))).toMatchObject({
      contexts: { prod: { token: "mesh_bought" } },
    });
  }, 30_000);

  test("a protected context asks before changes, and reads do not", async () => {
    await box.mesh(["context", "add", "prod", "--endpoint", server.endpoint, "--protected"]);
    const refused = await box.mesh(["agents", "provision", "w3"]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("the context prod is protected");
    expect(seen.provision).toEqual([]);
    expect((await box.mesh(["agents", "provision", "w3", "--yes"])).code).toBe(0);
    expect((await box.mesh(["agents", "get", "w1"])).code).toBe(0);
  }, 30_000);
});
