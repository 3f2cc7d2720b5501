// Bad input to a running server and to its start: each gets its answer, and a good request right after
// still works. Raw bytes of HTTP are tried beside the gateway (`gateway/bad-input.test.ts`).
import { chmodSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { create, type DescField, type DescMethod, getOption } from "@bufbuild/protobuf";
import { Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { ErrorInfoSchema } from "@meshwork/gen/google/rpc/error_details";
import { access, Permission } from "@meshwork/gen/mesh/options/v1/access";
import { AgentService } from "@meshwork/gen/mesh/v1/agent_service";
import { Role } from "@meshwork/gen/mesh/v1/credential";
import { CredentialService } from "@meshwork/gen/mesh/v1/credential_service";
import { MeshService } from "@meshwork/gen/mesh/v1/mesh_service";
import { MessageService } from "@meshwork/gen/mesh/v1/message_service";
import { startWholeServer, type WholeServer } from "@meshwork/server/testing/whole-server";
import { createGrpcTransport } from "@meshwork/wire/grpc-transport";
import { createHome, type Ended, type Home } from "./harness/home.ts";

const hostileIds = [
  "x".repeat(10_240),
  "a\0b",
  "a\u202Eb",
  "$where",
  "a.b",
  '{"$gt":""}',
  "../../etc/passwd",
  "A",
  "-a",
  "a-",
  " a",
  "ä",
  "a/b",
  "%2e%2e",
];

describe("ids in every RPC", () => {
  let server: WholeServer;
  let transport: Transport & { close(): void };

  beforeAll(async () => {
    server = await startWholeServer();
    const token = await server.issueKey({ role: Role.ADMIN, displayName: "test" });
    transport = createGrpcTransport({
      endpoint: server.url,
      headers: { authorization: `Bearer ${token}` },
    });
    await createClient(MeshService, transport).createMesh({ meshId: "demo" });
  });
  afterAll(async () => {
    transport.close();
    await server.remove();
  });

  const fields = [MeshService, AgentService, MessageService, CredentialService]
    .flatMap(({ methods }) => methods)
    // No key may call it, so that none gets as far as its rules.
    .filter((method) => getOption(method, access).permission !== Permission.AGENTS_LAUNCH)
    .flatMap((method) =>
      method.input.fields
        .filter(
          ({ name, fieldKind }) =>
            fieldKind === "scalar" && /^[a-z_]*_id$/.test(name) && name !== "request_id",
        )
        .map(
          (field) => [`${method.parent.name}/${method.name} ${field.name}`, method, field] as const,
        ),
    );

  async function reasonOf(method: DescMethod, field: DescField, value: string): Promise<string> {
    const names = Object.fromEntries(
      method.input.fields
        .filter(({ name }) => name === "mesh_id" || name === "agent_id")
        .map(({ localName }) => [localName, "demo"]),
    );
    const client = createClient(method.parent, transport) as unknown as Record<
      string,
      (input: unknown, options: object) => unknown
    >;
    try {
      const called = client[method.localName]!(
        create(method.input, { ...names, [field.localName]: value }),
        { timeoutMs: 5_000 },
      );
      if (method.methodKind === "unary") await called;
      else await (called as AsyncIterable<unknown>)[Symbol.asyncIterator]().next();
      return "accepted";
    } catch (error) {
      const [info] = ConnectError.from(error).findDetails(ErrorInfoSchema);
      return `${Code[ConnectError.from(error).code]} ${info?.reason}`;
    }
  }

  test("there are many", () => {
    expect(fields.length).toBeGreaterThan(25);
  });

  test.each(fields)("%s", async (_name, method, field) => {
    for (const id of hostileIds) {
      expect([id.slice(0, 20), await reasonOf(method, field, id)]).toEqual([
        id.slice(0, 20),
        "InvalidArgument INVALID_REQUEST",
      ]);
    }
    const { meshes } = await createClient(MeshService, transport).listMeshes({});
    expect(meshes.map(({ meshId }) => meshId)).toEqual(["demo"]);
  });

  test("numbers in free-form JSON have to be finite", async () => {
    const token = await server.issueKey({ role: Role.ADMIN, displayName: "json" });
    for (const [method, more] of [
      ["ProvisionAgent", ""],
      ["ProvisionAgent", '"requestId":"r1",'],
      ["UpdateAgent", '"updateMask":"desiredConfiguration",'],
    ]) {
      const answer = await fetch(`${server.url}/mesh.v1.AgentService/${method}`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
        body: `{"meshId":"demo","agentId":"inf",${more}"desiredConfiguration":{"a":{"b":[1e999]}}}`,
      });
      expect([answer.status, await answer.text()]).toEqual([
        400,
        expect.stringContaining("not finite"),
      ]);
    }
  });

  test("a page size of 1e9 is capped, a page token that was changed is refused", async () => {
    const client = createClient(MeshService, transport);
    for (const meshId of ["a", "b", "c"]) await client.createMesh({ meshId });
    expect((await client.listMeshes({ pageSize: 1_000_000_000 })).meshes).toHaveLength(4);
    const { nextPageToken } = await client.listMeshes({ pageSize: 2 });
    expect(nextPageToken).not.toBe("");
    expect(
      (await client.listMeshes({ pageSize: 2, pageToken: nextPageToken })).meshes.map(
        ({ meshId }) => meshId,
      ),
    ).toEqual(["c", "demo"]);
    for (const pageToken of [
      nextPageToken.slice(0, -2),
      `${nextPageToken}A`,
      "nonsense",
      `A${nextPageToken.slice(1)}`,
    ]) {
      await expect(client.listMeshes({ pageToken })).rejects.toMatchObject({
        code: Code.InvalidArgument,
      });
    }
    for (const meshId of ["a", "b", "c"]) await client.deleteMesh({ meshId });
  });
});

describe("a start that cannot be", () => {
  let home: Home;

  beforeAll(() => {
    home = createHome();
  });
  afterAll(() => home.close());

  const serve = (...args: string[]): Promise<Ended> =>
    home.mesh(["server", "--listen", "127.0.0.1:0", ...args]);

  test("tells every wrong setting at once, with its source, and exits 3", async () => {
    const config = join(home.folder, "server.json");
    writeFileSync(config, '{"stroe":"sqlite:x","logLevel":7,"drainGraceMs":"soon"}');
    const ended = await serve("--config", config, "--store", "postgres://x");
    expect(ended.status).toBe(3);
    for (const word of ["stroe", "logLevel", "drainGraceMs", config, "--store", "sqlite:PATH"])
      expect(ended.stderr).toContain(word);
  });

  test("says so when the port is taken", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const { port } = other.address() as { port: number };
    const ended = await home.mesh(["server", "--listen", `127.0.0.1:${port}`]);
    expect(ended).toMatchObject({
      status: 3,
      stderr: expect.stringContaining(`127.0.0.1:${port}`),
    });
    other.close();
  });

  test("names the file that is no database, and leaves it as it is", async () => {
    const file = join(home.folder, "garbage.db");
    writeFileSync(file, "this is not a database".repeat(500));
    const ended = await serve("--store", `sqlite:${file}`);
    expect(ended).toMatchObject({ status: 3, stderr: expect.stringContaining(file) });
  });

  test("names the folder that cannot be one", async () => {
    const file = join(home.folder, "file");
    writeFileSync(file, "");
    const ended = await serve("--store", `sqlite:${file}/mesh.db`);
    expect(ended).toMatchObject({ status: 3, stderr: expect.stringContaining(file) });
  });

  test("names the file that may not be read, for all but root", async () => {
    const file = join(home.folder, "closed.json");
    writeFileSync(file, "{}");
    chmodSync(file, 0);
    const ended = await serve("--config", file, "--log-level", "loud");
    expect(ended).toMatchObject({ status: 3 });
    expect(ended.stderr).toContain(process.getuid?.() === 0 ? "loud" : file);
  });

  test("refuses a second server on the same store, by name of the first", async () => {
    const store = `sqlite:${join(home.folder, "shared.db")}`;
    const first = home.start(["server", "--listen", "127.0.0.1:0", "--store", store]);
    await first.until(/listening on/);
    const second = await serve("--store", store);
    expect(second).toMatchObject({ status: 3, stderr: expect.stringContaining(String(first.pid)) });
    first.child.kill("SIGTERM");
    expect((await first.ended).status).toBe(0);
  });
});
