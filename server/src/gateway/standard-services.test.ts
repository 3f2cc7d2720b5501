// The standard services answer clients that know nothing of this product: grpc-js built from the
// descriptors alone, health checks, reflection as grpcurl uses it; and callers of plain HTTP.
import {
  createFileRegistry,
  create,
  fromBinary,
  toBinary,
  type MessageShape,
} from "@bufbuild/protobuf";
import {
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
  type FileDescriptorProto,
} from "@bufbuild/protobuf/wkt";
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { Client, credentials, Metadata, type ServiceError } from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  Health,
  HealthCheckResponse_ServingStatus as Status,
} from "@meshwork/gen/grpc/health/v1/health";
import {
  ServerReflection,
  ServerReflectionRequestSchema,
  type ServerReflectionRequest,
  type ServerReflectionResponse,
} from "@meshwork/gen/grpc/reflection/v1/reflection";
import {
  GetMeshRequestSchema,
  GetMeshResponseSchema,
  WatchMeshRequestSchema,
  WatchMeshResponseSchema,
} from "@meshwork/gen/mesh/v1/mesh_service";
import { startFixture, type Fixture } from "./fixtures/gateway.ts";
import type { GatewayOptions } from "./gateway.ts";
import { sendRaw, statusOf } from "./fixtures/raw-client.ts";

let fixture: Fixture;
let ready = true;

beforeAll(async () => {
  fixture = await startFixture({ ready: () => ready });
});

afterAll(() => fixture.gateway.close(0));

describe("grpc-js", () => {
  const bearer = (who: string): Metadata => {
    const metadata = new Metadata();
    metadata.set("authorization", `Bearer ${who}`);
    return metadata;
  };
  let client: Client;

  beforeAll(() => {
    client = new Client(`127.0.0.1:${fixture.port}`, credentials.createInsecure());
  });

  afterAll(() => {
    client.close();
  });

  const getMesh = (
    meshId: string,
    who = "admin",
  ): Promise<MessageShape<typeof GetMeshResponseSchema>> =>
    new Promise((resolve, reject) => {
      client.makeUnaryRequest(
        "/mesh.v1.MeshService/GetMesh",
        (id: string) =>
          Buffer.from(toBinary(GetMeshRequestSchema, create(GetMeshRequestSchema, { meshId: id }))),
        (bytes) => fromBinary(GetMeshResponseSchema, bytes),
        meshId,
        bearer(who),
        (error, value) => {
          if (error !== null) reject(error);
          else resolve(value!);
        },
      );
    });

  test("unary calls, 200 at once, and their errors", async () => {
    const all = await Promise.all(Array.from({ length: 200 }, () => getMesh("demo")));
    expect(all.every(({ mesh }) => mesh?.meshId === "demo")).toBe(true);
    const error = await getMesh("nobody").catch((thrown: unknown) => thrown as ServiceError);
    expect(error).toMatchObject({ code: 5, details: `there is no mesh "nobody"` });
    expect((error as ServiceError).metadata.get("grpc-status-details-bin")).toHaveLength(1);
    expect(await getMesh("demo", "nobody").catch((thrown: unknown) => thrown)).toMatchObject({
      code: 16,
    });
  });

  test("a stream, cancelled", async () => {
    const stream = client.makeServerStreamRequest(
      "/mesh.v1.MeshService/WatchMesh",
      (meshId: string) =>
        Buffer.from(toBinary(WatchMeshRequestSchema, create(WatchMeshRequestSchema, { meshId }))),
      (bytes) => fromBinary(WatchMeshResponseSchema, bytes),
      "demo",
      bearer("admin"),
    );
    const first = await new Promise((resolve) => stream.once("data", resolve));
    expect(first).toMatchObject({ cursor: "c1" });
    const ended = new Promise((resolve) => stream.once("error", resolve));
    stream.cancel();
    expect(await ended).toMatchObject({ code: 1 });
    while (fixture.running > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });
});

describe("health", () => {
  const health = () => createClient(Health, createGrpcTransport({ baseUrl: fixture.url }));

  test("the server and each service, without a credential; unknown ones are NOT_FOUND", async () => {
    expect((await health().check({})).status).toBe(Status.SERVING);
    expect((await health().check({ service: "mesh.v1.MeshService" })).status).toBe(Status.SERVING);
    await expect(health().check({ service: "x" })).rejects.toThrow("[not_found]");
    const { statuses } = await health().list({});
    expect(Object.keys(statuses)).toContain("grpc.reflection.v1.ServerReflection");
  });

  test("a watch tells every change, and SERVICE_UNKNOWN without ending", async () => {
    const watch = health().watch({})[Symbol.asyncIterator]();
    expect((await watch.next()).value).toMatchObject({ status: Status.SERVING });
    ready = false;
    try {
      expect((await watch.next()).value).toMatchObject({ status: Status.NOT_SERVING });
      expect((await fetch(`${fixture.url}/readyz`)).status).toBe(503);
      expect((await fetch(`${fixture.url}/healthz`)).status).toBe(200);
    } finally {
      ready = true;
    }
    expect((await watch.next()).value).toMatchObject({ status: Status.SERVING });
    await watch.return?.();
    const unknown = health().watch({ service: "x" })[Symbol.asyncIterator]();
    expect((await unknown.next()).value).toMatchObject({ status: Status.SERVICE_UNKNOWN });
    await unknown.return?.();
  });
});

describe("reflection", () => {
  async function ask(
    ...requests: ServerReflectionRequest["messageRequest"][]
  ): Promise<ServerReflectionResponse["messageResponse"][]> {
    const client = createClient(ServerReflection, createGrpcTransport({ baseUrl: fixture.url }));
    // eslint-disable-next-line @typescript-eslint/require-await -- the requests are known
    async function* stream() {
      for (const messageRequest of requests) {
        yield create(ServerReflectionRequestSchema, { messageRequest });
      }
    }
    const answers: ServerReflectionResponse["messageResponse"][] = [];
    for await (const { messageResponse } of client.serverReflectionInfo(stream())) {
      answers.push(messageResponse);
    }
    return answers;
  }

  test("lists the services", async () => {
    const [answer] = await ask({ case: "listServices", value: "" });
    if (answer?.case !== "listServicesResponse") throw new Error("another answer");
    const names = answer.value.service.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["mesh.v1.MeshService", "grpc.health.v1.Health"]));
  });

  test.each([
    ["fileByFilename", "mesh/v1/mesh_service.proto"],
    ["fileContainingSymbol", "mesh.v1.MeshService"],
    ["fileContainingSymbol", "mesh.v1.MeshService.GetMesh"],
    ["fileContainingSymbol", "mesh.v1.Mesh"],
    ["fileContainingSymbol", "mesh.v1.Mesh.mesh_id"],
  ] as const)("%s %s: the file with all that it needs", async (kind, value) => {
    const [answer] = await ask({ case: kind, value });
    if (answer?.case !== "fileDescriptorResponse") throw new Error("another answer");
    const files = answer.value.fileDescriptorProto.map((bytes) =>
      fromBinary(FileDescriptorProtoSchema, bytes),
    );
    // A registry can be built only if nothing is missing; it wants each file after its imports.
    const sorted = new Set<FileDescriptorProto>();
    const add = (name: string): void => {
      const file = files.find((one) => one.name === name);
      file?.dependency.forEach(add);
      if (file !== undefined) sorted.add(file);
    };
    add(files[0]!.name);
    const known = createFileRegistry(create(FileDescriptorSetSchema, { file: [...sorted] }));
    expect(known.getMessage("mesh.v1.Mesh")).toBeDefined();
  });

  test("extensions, and what is not there", async () => {
    const options = "google.protobuf.MethodOptions";
    const answers = await ask(
      { case: "allExtensionNumbersOfType", value: options },
      {
        case: "fileContainingExtension",
        value: create(ServerReflectionRequestSchema, {
          messageRequest: {
            case: "fileContainingExtension",
            value: { containingType: options, extensionNumber: 50901 },
          },
        }).messageRequest.value as never,
      },
      { case: "fileContainingSymbol", value: "mesh.v1.Nothing" },
      { case: "fileContainingSymbol", value: "mesh.v1.MeshService.Nothing" },
      { case: "fileByFilename", value: "../../etc/passwd" },
      { case: "allExtensionNumbersOfType", value: "mesh.v1.Nothing" },
      { case: undefined },
    );
    expect(answers.map((answer) => answer.case)).toEqual([
      "allExtensionNumbersResponse",
      "fileDescriptorResponse",
      ...Array<string>(5).fill("errorResponse"),
    ]);
    expect(answers[0]?.value).toMatchObject({
      extensionNumber: expect.arrayContaining([50901, 50902]),
    });
    expect(
      answers.slice(2).map(({ value }) => (value as { errorCode?: number }).errorCode),
    ).toEqual([5, 5, 5, 5, 3]);
  });
});

describe("away from loopback", () => {
  test("metrics and reflection need a caller; health does not", async () => {
    await using open = await startFixture({}, 0, "0.0.0.0");
    const url = `http://127.0.0.1:${open.port}`;
    const metrics = async (who?: string) =>
      (
        await fetch(
          `${url}/metrics`,
          who === undefined ? {} : { headers: { authorization: `Bearer ${who}` } },
        )
      ).status;
    expect(await metrics()).toBe(401);
    expect(await metrics("nobody")).toBe(401);
    expect(await metrics("demo-viewer")).toBe(403);
    expect(await metrics("viewer")).toBe(200);
    const reflection = createClient(ServerReflection, createGrpcTransport({ baseUrl: url }));
    // eslint-disable-next-line @typescript-eslint/require-await -- the request is known
    async function* stream() {
      yield create(ServerReflectionRequestSchema, {
        messageRequest: { case: "listServices", value: "" },
      });
    }
    await expect(
      reflection.serverReflectionInfo(stream())[Symbol.asyncIterator]().next(),
    ).rejects.toThrow("[unauthenticated]");
    const health = createClient(Health, createGrpcTransport({ baseUrl: url }));
    expect((await health.check({})).status).toBe(Status.SERVING);
  });
});

test("an authentication that breaks down is an error, not the end of the process", async () => {
  const authenticate: GatewayOptions["authenticate"] = () =>
    Promise.reject(new TypeError("broken"));
  await using broken = await startFixture({ authenticate }, 0, "0.0.0.0");
  const headers = { authorization: "Bearer x" };
  const answer = await sendRaw(
    broken.port,
    "GET /metrics HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer x\r\nConnection: close\r\n\r\n",
  );
  expect(statusOf(answer)).toBe(500);
  const url = `http://127.0.0.1:${broken.port}/mesh.v1.AuthService/WhoAmI`;
  const body = {
    method: "POST",
    body: "{}",
    headers: { ...headers, "content-type": "application/json" },
  };
  expect((await fetch(url, body)).status).toBe(500);
});
