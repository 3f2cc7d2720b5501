// One port speaks Connect, gRPC and gRPC-Web over HTTP/1.1 and HTTP/2: the same answers, the same
// errors, deadlines and cancellation over each; and it ends without leaving anything behind.
import { create } from "@bufbuild/protobuf";
import {
  Code,
  ConnectError,
  createClient,
  type Interceptor,
  type Transport,
} from "@connectrpc/connect";
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from "@connectrpc/connect-node";
import { createConnectTransport as createFetchTransport } from "@connectrpc/connect-web";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import {
  BadRequestSchema,
  ErrorInfoSchema,
  PreconditionFailureSchema,
  QuotaFailureSchema,
  RetryInfoSchema,
} from "@meshwork/gen/google/rpc/error_details";
import {
  Health,
  HealthCheckResponse_ServingStatus as Status,
} from "@meshwork/gen/grpc/health/v1/health";
import { AgentLinkService, ConnectRequestSchema } from "@meshwork/gen/mesh/v1/agent_link_service";
import { MeshService } from "@meshwork/gen/mesh/v1/mesh_service";
import { MessageService } from "@meshwork/gen/mesh/v1/message_service";
import { startFixture, type Fixture } from "./fixtures/gateway.ts";

let fixture: Fixture;

beforeAll(async () => {
  fixture = await startFixture();
});

afterAll(() => fixture.gateway.close(0));

function as(credential: string): { interceptors: Interceptor[] } {
  const bearer: Interceptor = (next) => (request) => {
    request.header.set("authorization", `Bearer ${credential}`);
    return next(request);
  };
  return { interceptors: [bearer] };
}

type Open = (url: string, credential: string) => Transport;

const transports: readonly (readonly [string, Open])[] = [
  [
    "Connect JSON, HTTP/1.1",
    (baseUrl, who) => createConnectTransport({ baseUrl, httpVersion: "1.1", ...as(who) }),
  ],
  [
    "Connect GET, HTTP/1.1",
    (baseUrl, who) =>
      createConnectTransport({ baseUrl, httpVersion: "1.1", useHttpGet: true, ...as(who) }),
  ],
  [
    "Connect protobuf with gzip, HTTP/2",
    (baseUrl, who) =>
      createConnectTransport({ baseUrl, httpVersion: "2", useBinaryFormat: true, ...as(who) }),
  ],
  ["gRPC", (baseUrl, who) => createGrpcTransport({ baseUrl, ...as(who) })],
  [
    "gRPC-Web, HTTP/1.1",
    (baseUrl, who) => createGrpcWebTransport({ baseUrl, httpVersion: "1.1", ...as(who) }),
  ],
  [
    "gRPC-Web, HTTP/2",
    (baseUrl, who) => createGrpcWebTransport({ baseUrl, httpVersion: "2", ...as(who) }),
  ],
  [
    "Connect by fetch, as browsers do",
    (baseUrl, who) => createFetchTransport({ baseUrl, ...as(who) }),
  ],
];

async function failure(run: Promise<unknown>): Promise<ConnectError> {
  try {
    await run;
  } catch (error) {
    return ConnectError.from(error);
  }
  throw new Error("the call did not fail");
}

function reasonOf(error: ConnectError): string | undefined {
  const infos = error.findDetails(ErrorInfoSchema);
  expect(infos).toHaveLength(1);
  expect(infos[0]?.domain).toBe("meshwork");
  expect(infos[0]?.metadata["callId"]).toMatch(/^[A-Za-z0-9._-]{1,64}$/);
  return infos[0]?.reason;
}

async function collect<T>(answers: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const answer of answers) all.push(answer);
  return all;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe.each(transports)("%s", (_name, open) => {
  const meshes = (who = "admin") => createClient(MeshService, open(fixture.url, who));
  const messages = (who = "admin") => createClient(MessageService, open(fixture.url, who));

  test("unary call, with the id of the call in the answer's headers", async () => {
    let callId: string | null = null;
    const options = {
      headers: { "x-request-id": "my-id.1" },
      onHeader: (header: Headers) => void (callId = header.get("x-request-id")),
    };
    const { mesh } = await meshes().getMesh({ meshId: "demo" }, options);
    expect([mesh?.meshId, callId]).toEqual(["demo", "my-id.1"]);
  });

  test("server stream, with a big payload both ways", async () => {
    const payload = new Uint8Array(700 * 1024).fill(7);
    const request = { meshId: "demo", agentId: "w1", capability: "echo", payload };
    const answers = await collect(messages().callAgent(request));
    expect(answers.map((answer) => answer.payload.length)).toEqual([
      payload.length,
      payload.length,
    ]);
  });

  test("an error of a stream", async () => {
    const request = { meshId: "demo", agentId: "w1", capability: "fail" };
    const error = await failure(collect(messages().callAgent(request)));
    expect([error.code, error.rawMessage]).toEqual([Code.FailedPrecondition, "nobody is there"]);
    expect(reasonOf(error)).toBe("NO_RECEIVER");
  });

  test.each([
    ["nobody", Code.NotFound, "RESOURCE_NOT_FOUND"],
    ["conflict", Code.Aborted, "CONTENDED"],
    ["unavailable", Code.Unavailable, "NOT_SENT"],
    ["unknown", Code.Unavailable, "OUTCOME_UNKNOWN"],
    ["exhausted", Code.ResourceExhausted, "STORE_FULL"],
    ["range", Code.OutOfRange, "CURSOR_TOO_OLD"],
    ["invalid", Code.Internal, "INTERNAL"],
    ["defect", Code.Internal, "INTERNAL"],
    ["huge", Code.ResourceExhausted, "MESSAGE_TOO_LARGE"],
    ["BAD", Code.InvalidArgument, "INVALID_REQUEST"],
  ])("error %s", async (meshId, code, reason) => {
    const error = await failure(meshes().getMesh({ meshId }));
    expect([error.code, reasonOf(error)]).toEqual([code, reason]);
    expect(error.rawMessage).not.toMatch(/secret detail|no text for callers/);
  });

  test("details of errors", async () => {
    const busy = await failure(meshes().getMesh({ meshId: "busy" }));
    expect(busy.findDetails(RetryInfoSchema)[0]?.retryDelay).toMatchObject({
      seconds: 1n,
      nanos: 500_000_000,
    });
    expect(busy.findDetails(QuotaFailureSchema)[0]?.violations).toMatchObject([
      { subject: "meshes", description: "at most 1" },
    ]);
    expect(busy.findDetails(PreconditionFailureSchema)[0]?.violations).toMatchObject([
      { type: "T" },
    ]);
    const bad = await failure(meshes().updateMesh({ meshId: "A", displayName: "x".repeat(129) }));
    const fields = bad.findDetails(BadRequestSchema)[0]?.fieldViolations.map(({ field }) => field);
    expect(fields).toEqual(["mesh_id", "display_name", "update_mask"]);
  });

  test("credentials", async () => {
    const wrong = await failure(meshes("nobody").getMesh({ meshId: "demo" }));
    expect([wrong.code, reasonOf(wrong)]).toEqual([Code.Unauthenticated, "CREDENTIAL_INVALID"]);
    const other = await failure(meshes("demo-viewer").getMesh({ meshId: "other" }));
    expect([other.code, reasonOf(other)]).toEqual([Code.NotFound, "RESOURCE_NOT_FOUND"]);
    const denied = await failure(
      collect(messages("viewer").callAgent({ meshId: "demo", agentId: "w1", capability: "echo" })),
    );
    expect([denied.code, reasonOf(denied)]).toEqual([Code.PermissionDenied, "PERMISSION_MISSING"]);
    expect(denied.findDetails(ErrorInfoSchema)[0]?.metadata["permission"]).toBe("AGENTS_CALL");
  });

  test("a deadline ends a handler that ignores it", async () => {
    const unary = await failure(meshes().getMesh({ meshId: "hang" }, { timeoutMs: 50 }));
    expect(unary.code).toBe(Code.DeadlineExceeded);
    const request = { meshId: "demo", agentId: "w1", capability: "hang" };
    const stream = await failure(collect(messages().callAgent(request, { timeoutMs: 50 })));
    expect(stream.code).toBe(Code.DeadlineExceeded);
  });

  test("a caller that goes away ends its stream's handler", async () => {
    const controller = new AbortController();
    const options = { signal: controller.signal };
    const stream = meshes().watchMesh({ meshId: "demo" }, options)[Symbol.asyncIterator]();
    expect((await stream.next()).value).toMatchObject({ cursor: "c1" });
    expect(fixture.running).toBe(1);
    controller.abort();
    await failure(stream.next());
    await until(() => fixture.running === 0);
  });

  test("a revoked credential ends its open streams within a second", async () => {
    const stream = meshes("operator").watchMesh({ meshId: "demo" })[Symbol.asyncIterator]();
    await stream.next();
    const revokedMs = performance.now();
    fixture.revoked.add("operator");
    try {
      const error = await failure(stream.next());
      expect([error.code, reasonOf(error)]).toEqual([Code.Unauthenticated, "CREDENTIAL_INVALID"]);
      expect(performance.now() - revokedMs).toBeLessThan(1000);
    } finally {
      fixture.revoked.delete("operator");
    }
    await until(() => fixture.running === 0);
  });
});

describe.each([
  ["direct", {}],
  ["library", { defaultTimeoutMs: 60_000 }],
] as const)("bidi streams, %s", (path, deadline) => {
  const open = () =>
    createClient(
      AgentLinkService,
      createGrpcTransport({ baseUrl: fixture.url, ...as("demo-agent"), ...deadline }),
    );

  test("answers come while the caller still sends; frames are not validated here", async () => {
    let answered = 0;
    const go = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
    async function* frames() {
      yield create(ConnectRequestSchema, {
        frame: { case: "heartbeat", value: { sequence: -1n } },
      });
      await go[0]!.promise;
      yield create(ConnectRequestSchema, { frame: { case: "publish", value: {} } });
      await go[1]!.promise;
      yield create(ConnectRequestSchema, { frame: { case: "goodbye", value: {} } });
    }
    for await (const { frame } of open().connect(frames())) {
      if (frame.case === "notice") go[answered++]?.resolve(undefined);
    }
    expect(answered).toBe(2);
    const { values } = await fixture.metrics.linkStreams.get();
    expect(values.find(({ labels }) => labels.path === path)?.value).toBe(1);
  });
});

describe("what every call leaves", () => {
  test("one line in the log without anything personal, one count by RPC and code", async () => {
    fixture.log.length = 0;
    const client = createClient(
      MeshService,
      createGrpcTransport({ baseUrl: fixture.url, ...as("viewer") }),
    );
    await client.getMesh({ meshId: "demo" }, { headers: { "x-request-id": "logged" } });
    await failure(client.getMesh({ meshId: "defect" }, { headers: { "x-request-id": "broken" } }));
    const lines = fixture.log.map(({ callId, operation, principal, code }) => [
      callId,
      operation,
      principal,
      code,
    ]);
    const operation = "mesh.v1.MeshService/GetMesh";
    expect(lines).toEqual([
      ["logged", operation, "key:viewer", "ok"],
      ["broken", operation, "key:viewer", "internal"],
    ]);
    expect(fixture.log[1]).toMatchObject({
      level: "error",
      err: { stack: expect.stringContaining("fixtures/gateway") },
    });
    expect(JSON.stringify(fixture.log)).not.toMatch(/127\.0\.0\.1|Bearer|authorization/);
    const text = await (await fetch(`${fixture.url}/metrics`)).text();
    expect(text).toMatch(
      /meshwork_rpc_calls_total\{method="mesh\.v1\.MeshService\/GetMesh",code="internal"\} [1-9]/,
    );
    expect(text).toMatch(
      /meshwork_rpc_duration_seconds_count\{method="mesh\.v1\.MeshService\/GetMesh"\} [1-9]/,
    );
  });

  test("security headers on answers over HTTP/1", async () => {
    const { headers } = await fetch(`${fixture.url}/healthz`);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
  });

  test("an id of a call that is not harmless is replaced", async () => {
    const response = await fetch(`${fixture.url}/healthz`, { headers: { "x-request-id": 'a b"' } });
    expect(response.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe("limits of callers", () => {
  test("an address that brings wrong credentials is told to wait, a proven caller is counted by itself", async () => {
    await using small = await startFixture({
      limits: {
        addressPointsMax: 20,
        credentialFailurePoints: 10,
        readCallsMax: 3,
        rateWindowSeconds: 60,
      },
    });
    const client = (who: string) =>
      createClient(MeshService, createGrpcTransport({ baseUrl: small.url, ...as(who) }));
    for (let call = 0; call < 3; call += 1) await client("viewer").getMesh({ meshId: "demo" });
    const own = await failure(client("viewer").getMesh({ meshId: "demo" }));
    expect([own.code, reasonOf(own)]).toEqual([Code.ResourceExhausted, "RATE_LIMITED"]);
    expect(own.findDetails(RetryInfoSchema)).toHaveLength(1);
    await client("admin").getMesh({ meshId: "demo" });
    for (let call = 0; call < 3; call += 1) {
      expect((await failure(client("nobody").getMesh({ meshId: "demo" }))).code).toBe(
        Code.Unauthenticated,
      );
    }
    const address = await failure(client("admin").getMesh({ meshId: "demo" }));
    expect(reasonOf(address)).toBe("RATE_LIMITED");
  });

  test("hosts that are not allowed: 421", async () => {
    await using picky = await startFixture({ allowedHosts: ["localhost"] });
    expect((await fetch(`${picky.url}/healthz`)).status).toBe(421);
    expect((await fetch(`http://localhost:${picky.port}/healthz`)).status).toBe(200);
  });
});

describe("the end", () => {
  test("drain: no new connections, not ready, calls in flight go on", async () => {
    const draining = await startFixture();
    const health = createClient(Health, createGrpcTransport({ baseUrl: draining.url }));
    const client = createClient(
      MeshService,
      createConnectTransport({ baseUrl: draining.url, httpVersion: "2", ...as("admin") }),
    );
    expect((await health.check({})).status).toBe(Status.SERVING);
    const controller = new AbortController();
    const inFlight = client.getMesh({ meshId: "wait" }, { signal: controller.signal });
    await until(() => draining.handled.length === 1);
    draining.gateway.drain();
    await expect(fetch(`${draining.url}/readyz`)).rejects.toThrow();
    const closed = draining.gateway.close(5000);
    controller.abort();
    expect((await failure(inFlight)).code).toBe(Code.Canceled);
    await closed;
  });

  test("close: long streams end with SERVER_DRAINING, what hangs is cut off, twice is once", async () => {
    const closing = await startFixture();
    const client = createClient(
      MeshService,
      createGrpcTransport({ baseUrl: closing.url, ...as("admin") }),
    );
    const stream = client.watchMesh({ meshId: "demo" })[Symbol.asyncIterator]();
    await stream.next();
    const hanging = failure(client.getMesh({ meshId: "hang" }));
    await until(() => closing.handled.length === 1);
    const closed = closing.gateway.close(50);
    expect(closing.gateway.close(50)).toBe(closed);
    const error = await failure(stream.next());
    expect([error.code, reasonOf(error)]).toEqual([Code.Unavailable, "SERVER_DRAINING"]);
    await closed;
    expect((await hanging).code).not.toBe(Code.DeadlineExceeded);
    await until(() => closing.running === 0);
  });

  test("a port that is taken: listen rejects, close has nothing to do", async () => {
    await using first = await startFixture();
    await expect(startFixture({}, first.port)).rejects.toThrow("EADDRINUSE");
  });
});
