// One running server, many clients: grpc-go, grpcurl, Python, `buf curl` over gRPC, gRPC-Web and
// Connect, and plain curl.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { provisionedAgent } from "./harness/agent.ts";
import { tokenOf } from "./harness/api.ts";
import { createHome, type Ended, type Home, root } from "./harness/home.ts";
import { type ServerProcess, startSignedInServer } from "./harness/server.ts";
import { buf, canRun, grpcurl, python, testWith } from "./harness/tools.ts";

describe("clients of all kinds", () => {
  let home: Home;
  let server: ServerProcess;
  let bearer: string;

  beforeAll(async () => {
    home = createHome();
    server = await startSignedInServer(home);
    bearer = `authorization: Bearer ${tokenOf(home)}`;
    await provisionedAgent(home, "w1");
  }, 60_000);
  afterAll(() => home.close());

  const run = (command: string, args: readonly string[], cwd?: string): Promise<Ended> =>
    home.spawn(command, args, cwd === undefined ? {} : { cwd }).ended;
  const agentsOf = (ended: Ended): unknown =>
    (JSON.parse(ended.stdout) as { agents: { agentId: string }[] }).agents.map(
      ({ agentId }) => agentId,
    );

  test.each(["grpc", "grpcweb", "connect"])(
    "buf curl over %s, with types by reflection",
    async (protocol) => {
      const path = `${server.url}/mesh.v1.AgentService/ListAgents`;
      const cleartext = protocol === "grpc" ? ["--http2-prior-knowledge"] : [];
      const args = [
        "curl",
        "--protocol",
        protocol,
        ...cleartext,
        "--header",
        bearer,
        "--data",
        '{"meshId":"demo"}',
        path,
      ];
      // Reflection is a bidirectional stream, which needs HTTP/2.
      const schema = protocol === "grpc" ? [] : ["--schema", root];
      const ended = await run(buf, [...args.slice(0, 1), ...schema, ...args.slice(1)]);
      expect(ended.stderr).toBe("");
      expect(agentsOf(ended)).toEqual(["w1"]);
    },
  );

  test("curl, JSON over HTTP/1.1", async () => {
    const json = "content-type: application/json";
    const path = `${server.url}/mesh.v1.AgentService/ListAgents`;
    const ended = await run("curl", [
      "-sS",
      "-H",
      json,
      "-H",
      bearer,
      "-d",
      '{"meshId":"demo"}',
      path,
    ]);
    expect(agentsOf(ended)).toEqual(["w1"]);
    const refused = await run("curl", ["-sS", "-H", json, "-d", '{"meshId":"demo"}', path]);
    expect(JSON.parse(refused.stdout)).toMatchObject({ code: "unauthenticated" });
  });

  testWith(canRun(grpcurl), "grpcurl")("grpcurl, with types by reflection", async () => {
    const plain = ["-plaintext", "-H", bearer];
    const target = new URL(server.url).host;
    const listed = await run(grpcurl, [...plain, target, "list"]);
    expect(listed.stdout.split("\n")).toEqual(
      expect.arrayContaining(["mesh.v1.AgentService", "grpc.health.v1.Health"]),
    );
    const ended = await run(grpcurl, [
      ...plain,
      "-d",
      '{"mesh_id":"demo"}',
      target,
      "mesh.v1.AgentService/ListAgents",
    ]);
    expect(agentsOf(ended)).toEqual(["w1"]);
  });

  testWith(canRun("go", ["version"]), "go")(
    "grpc-go on the generated stubs: a list, an error with its reason, a watch",
    async () => {
      const ended = await run(
        "go",
        ["run", ".", new URL(server.url).host, tokenOf(home)],
        join(root, "tests/go"),
      );
      expect(ended).toMatchObject({ status: 0 });
      expect(ended.stdout.trim().split("\n")).toEqual([
        "agents: w1",
        "refused: NotFound RESOURCE_NOT_FOUND",
        "watched: w1",
      ]);
    },
    300_000,
  );

  testWith(canRun(python), "the Python of .ci/install-languages")(
    "the Python agent of the docs joins, beats and answers a call",
    async () => {
      const token = join(home.folder, "py.join-token");
      const { joinToken } = (await home.json(["agents", "provision", "py"])) as {
        joinToken: string;
      };
      writeFileSync(token, joinToken);
      const env = { PYTHONPATH: join(root, "gen/python") };
      const agent = home.spawn(
        python,
        [join(root, "docs/python-agent/agent.py"), new URL(server.url).host, token],
        { env },
      );
      await agent.until(/py is running in demo/);
      const call = await home.mesh(["call", "py", "echo", "--data", "from python"]);
      expect(call).toMatchObject({ status: 0, stdout: expect.stringContaining("from python") });
      // It outlives the time after which a silent agent would be lost.
      await new Promise((resolve) => setTimeout(resolve, 7_000));
      const shown = (await home.json(["agents", "get", "py"])) as { status: object };
      expect(shown.status).toMatchObject({ liveness: "AGENT_LIVENESS_ALIVE" });
      agent.child.kill("SIGKILL");
    },
    60_000,
  );
});
