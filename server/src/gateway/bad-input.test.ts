// Bad input gets the answer that is promised for it, a good request right after it works, and memory
// does not grow: lines 1, 2, 4, 5, 6, 7 and 8 of the table of bad input.
import { gzipSync } from "node:zlib";
import { create, toBinary } from "@bufbuild/protobuf";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { GetMeshRequestSchema, UpdateMeshRequestSchema } from "@meshwork/gen/mesh/v1/mesh_service";
import { startGatewayProcess, type GatewayProcess } from "./fixtures/gateway-process.ts";
import {
  envelope,
  errorInfoOf,
  grpcOutcome,
  http2Request,
  sendRaw,
  statusOf,
  type ConnectErrorBody,
} from "./fixtures/raw-client.ts";
import { linkTargets, type Target } from "./fixtures/rote-links.ts";

const GET_MESH = "/mesh.v1.MeshService/GetMesh";
const UPDATE_MESH = "/mesh.v1.MeshService/UpdateMesh";
const WATCH_MESH = "/mesh.v1.MeshService/WatchMesh";
const UPDATE_AGENT = "/mesh.v1.AgentService/UpdateAgent";
const CONNECT = "/mesh.v1.AgentLinkService/Connect";
const targets: readonly Target[] = [[GET_MESH, {}], [WATCH_MESH, {}], ...linkTargets];
const [unary] = targets;
const MEMORY_GROWTH_BYTES_MAX = 20 * 1024 * 1024;
const WARM_UP_CALLS = 500;

let fixture: GatewayProcess;
let rssBefore: number;

beforeAll(async () => {
  fixture = await startGatewayProcess();
  for (let call = 0; call < WARM_UP_CALLS; call += 1) await goodRequest();
  await goodGrpcRequest();
  rssBefore = (await fixture.report()).rssBytes;
});

afterEach(async () => {
  await goodRequest();
  await goodGrpcRequest();
  const { rssBytes, defects } = await fixture.report();
  expect(defects).toEqual([]);
  expect(rssBytes - rssBefore).toBeLessThan(MEMORY_GROWTH_BYTES_MAX);
});

afterAll(() => fixture.stop());

async function goodRequest(): Promise<void> {
  const response = await post(GET_MESH, `{"meshId":"demo"}`);
  expect(await response.json()).toEqual({ mesh: { meshId: "demo" } });
}

async function goodGrpcRequest(): Promise<void> {
  const message = toBinary(GetMeshRequestSchema, create(GetMeshRequestSchema, { meshId: "demo" }));
  expect(await grpcReason(GET_MESH, {}, [envelope(message)])).toBe("0 ");
}

function post(
  path: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(fixture.url + path, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: "Bearer admin", ...headers },
    body,
  });
}

function grpcHeaders(path: string, headers: Readonly<Record<string, string>> = {}) {
  return {
    ":path": path,
    "content-type": "application/grpc",
    te: "trailers",
    authorization: "Bearer admin",
    ...headers,
  };
}

/** Status and reason of a gRPC call. */
async function grpcReason(...[path, more, body]: [...Target, readonly Uint8Array[]]) {
  const answer = await http2Request(fixture.port, grpcHeaders(path, more), body);
  const { status, info } = grpcOutcome(answer);
  return `${status} ${info?.reason ?? ""}`;
}

async function outcome(response: Response): Promise<string> {
  const body = (await response.json()) as ConnectErrorBody;
  const { reason, domain, metadata } = errorInfoOf(body);
  expect(domain).toBe("meshwork");
  expect(metadata["callId"]).toBe(response.headers.get("x-request-id"));
  return `${body.code} ${reason}`;
}

describe("hosts", () => {
  const request = (lines: string, version = "1.1") =>
    sendRaw(fixture.port, `GET /healthz HTTP/${version}\r\n${lines}Connection: close\r\n\r\n`);

  test.each([
    ["a broken IPv6 address", "Host: [::bad\r\n"],
    ["a blank within", "Host: a b\r\n"],
    ["a port out of range", "Host: a:99999\r\n"],
    ["an IPv4 address out of range", "Host: 999.999.999.999\r\n"],
    ["nothing", "Host:\r\n"],
    ["no Host", ""],
    ["two Hosts", "Host: a\r\nHost: b\r\n"],
    ["the same Host twice", "Host: a\r\nHost: a\r\n"],
    ["credentials", "Host: u:p@a\r\n"],
  ])("%s: 400", async (_name, lines) => {
    expect(statusOf(await request(lines))).toBe(400);
  });

  test("HTTP/1.0 without Host: 400, with one: 200", async () => {
    expect(statusOf(await request("", "1.0"))).toBe(400);
    expect(statusOf(await request("Host: a\r\n", "1.0"))).toBe(200);
  });

  test.each(["[::bad", "a:99999", "a/b", "u@a"])(":authority %s: 400 or a reset", async (host) => {
    const headers = { ":method": "GET", ":path": "/healthz", ":authority": host };
    const answer = await http2Request(fixture.port, headers);
    if (answer.resetCode === 0) expect(answer.headers[":status"]).toBe(400);
  });

  test("IPv6 and ports are fine", async () => {
    expect(statusOf(await request("Host: [::1]:8080\r\n"))).toBe(200);
  });
});

describe("framing and headers", () => {
  const head = `POST ${GET_MESH} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n`;

  test("Content-Length with Transfer-Encoding: 400 and closed", async () => {
    const lines = "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    expect(statusOf(await sendRaw(fixture.port, head, lines))).toBe(400);
  });

  test("a header block above 16 KiB: 431", async () => {
    const answer = await sendRaw(fixture.port, head, `X: ${"x".repeat(17 * 1024)}\r\n\r\n`);
    expect(statusOf(answer)).toBe(431);
  });

  test("101 headers: 431, 100 are fine", async () => {
    const ask = (count: number) => {
      const lines = Array.from({ length: count - 2 }, (_, index) => `X-${index}: 1\r\n`).join("");
      const first = "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n";
      return sendRaw(fixture.port, `${first}${lines}\r\n`);
    };
    expect(statusOf(await ask(100))).toBe(200);
    expect(statusOf(await ask(101))).toBe(431);
    expect(statusOf(await ask(400))).toBe(431);
  });

  test("garbage: 400", async () => {
    expect(statusOf(await sendRaw(fixture.port, "\x16\x03\x01garbage\r\n\r\n"))).toBe(400);
  });

  test("a target that is no path: 400", async () => {
    const answer = await sendRaw(
      fixture.port,
      "OPTIONS * HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    );
    expect(statusOf(answer)).toBe(400);
  });

  test("a first packet of one byte is enough for neither protocol, and harms neither", async () => {
    const text = "GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    expect(statusOf(await sendRaw(fixture.port, ...text.split(/(?=.)/s)))).toBe(200);
    const put = "PUT /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    expect(statusOf(await sendRaw(fixture.port, "P", put.slice(1)))).toBe(405);
  });

  test("header values beyond ASCII neither end the process nor the call", async () => {
    const answer = await sendRaw(
      fixture.port,
      Buffer.from(
        `GET /healthz HTTP/1.1\r\nHost: a\r\nX-Odd: \xff\x80\r\nConnection: close\r\n\r\n`,
        "latin1",
      ),
    );
    expect(statusOf(answer)).toBe(200);
  });
});

describe("paths, methods, content types", () => {
  test("an unknown path: 404 with METHOD_UNKNOWN", async () => {
    const response = await post("/mesh.v1.MeshService/Nothing", "{}");
    expect(response.status).toBe(404);
    expect(await outcome(response)).toBe("unimplemented METHOD_UNKNOWN");
  });

  test.each(["application/grpc", "application/grpc+proto", "application/grpc-web+proto"])(
    "an unknown path for %s: grpc-status 12 with METHOD_UNKNOWN",
    async (type) => {
      const headers = grpcHeaders("/mesh.v1.MeshService/Nothing", { "content-type": type });
      const answer = await http2Request(fixture.port, headers);
      expect(answer.headers[":status"]).toBe(200);
      const { status, info } = grpcOutcome(answer);
      expect([status, info?.reason]).toEqual([12, "METHOD_UNKNOWN"]);
    },
  );

  test("a wrong method: 405; a GET where there are side effects, too", async () => {
    const headers = { authorization: "Bearer admin" };
    expect((await fetch(fixture.url + GET_MESH, { method: "PUT", headers })).status).toBe(405);
    expect((await fetch(fixture.url + UPDATE_MESH, { headers })).status).toBe(405);
    expect((await fetch(`${fixture.url}/healthz`, { method: "DELETE" })).status).toBe(405);
  });

  test.each([
    "text/plain",
    "application/xml",
    "application/grpc+thrift",
    "application/json; charset=latin1",
  ])("content type %s: 415", async (type) => {
    const response = await post(GET_MESH, "{}", { "content-type": type });
    expect(response.status).toBe(415);
    expect(await outcome(response)).toBe("invalid_argument MALFORMED_REQUEST");
  });

  test("bidi over HTTP/1.1: 505 and closed", async () => {
    const response = await post(CONNECT, "", { "content-type": "application/connect+json" });
    expect(response.status).toBe(505);
    expect(response.headers.get("connection")).toBe("close");
  });

  test("dots in a path lead nowhere", async () => {
    const lines = "Host: a\r\nConnection: close\r\n\r\n";
    const answer = await sendRaw(
      fixture.port,
      `GET /healthz/../../etc/passwd HTTP/1.1\r\n${lines}`,
    );
    expect(statusOf(answer)).toBe(404);
  });
});

const nestedJson = (depth: number) =>
  `{"meshId":"demo","settings":${'{"a":'.repeat(depth)}1${"}".repeat(depth)}}`;
const nestedStruct = (depth: number) =>
  `{"desiredConfiguration":{"a":${"[".repeat(depth)}${"]".repeat(depth)}}}`;

describe("malformed messages: INVALID_ARGUMENT, never INTERNAL", () => {
  const MALFORMED = "invalid_argument MALFORMED_REQUEST";

  test.each<[string, string, string | Uint8Array<ArrayBuffer>]>([
    ["truncated JSON", GET_MESH, `{"meshId":"de`],
    ["JSON that is no object", GET_MESH, `[]`],
    ["an empty body", GET_MESH, ``],
    ["invalid UTF-8", GET_MESH, Buffer.from(`{"meshId":"\xff\xfe"}`, "latin1")],
    ["a wrong type", GET_MESH, `{"meshId":7}`],
    ["an int32 out of range", "/mesh.v1.MeshService/ListMeshes", `{"pageSize":3000000000}`],
    ["NaN", "/mesh.v1.MeshService/ListMeshes", `{"pageSize":NaN}`],
    ["NaN as text", "/mesh.v1.MeshService/ListMeshes", `{"pageSize":"NaN"}`],
    [
      "a duration out of range",
      UPDATE_MESH,
      `{"settings":{"heartbeatInterval":"99999999999999s"}}`,
    ],
    ["a Struct of depth 6,000", UPDATE_AGENT, nestedStruct(6000)],
  ])("%s", async (_name, path, body) => {
    const response = await post(path, body);
    expect(response.status).toBe(400);
    expect(await outcome(response)).toBe(MALFORMED);
  });

  test("JSON of depth 6,000 in an unknown field is ignored with it", async () => {
    expect((await post(GET_MESH, nestedJson(6000))).status).toBe(200);
  });

  test("unknown fields are ignored, __proto__ is one of them", async () => {
    const body = `{"meshId":"demo","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"new":2}`;
    expect((await post(GET_MESH, body)).status).toBe(200);
    expect("polluted" in {}).toBe(false);
    const labels = `{"meshId":"demo","updateMask":"labels","labels":{"__proto__":"x"}}`;
    const response = await post(UPDATE_MESH, labels);
    expect(await outcome(response)).toBe("invalid_argument INVALID_REQUEST");
  });

  test.each<[string, Uint8Array<ArrayBuffer>]>([
    ["malformed protobuf", Buffer.from([0x0a, 0x7f, 0x01])],
    ["a wrong wire type", Buffer.from([0x0f])],
    ["invalid UTF-8 in a string", Buffer.from([0x0a, 0x02, 0xff, 0xfe])],
    ["groups nested 20,000 deep", Buffer.alloc(20_000, 0x7b)],
  ])("%s, as Connect and as gRPC", async (_name, bytes) => {
    const response = await post(GET_MESH, bytes, { "content-type": "application/proto" });
    expect(await outcome(response)).toBe(MALFORMED);
    for (const [path, more] of [unary!, ...linkTargets])
      expect(await grpcReason(path, more, [envelope(bytes)])).toBe("3 MALFORMED_REQUEST");
  });

  test.each<[string, Uint8Array, Record<string, string>]>([
    ["cut short in its head", Buffer.from([0, 0, 0]), {}],
    ["cut short in its message", envelope(Buffer.from([0x0a]), 0, 100), {}],
    ["with flag 0x80", envelope(Buffer.alloc(0), 0x80), {}],
    ["compressed without an encoding", envelope(Buffer.from([1, 2, 3]), 1), {}],
    ["with bad gzip", envelope(Buffer.from([1, 2, 3]), 1), { "grpc-encoding": "gzip" }],
    [
      "with gzip cut short",
      envelope(gzipSync(Buffer.alloc(1000, 1)).subarray(0, 12), 1),
      { "grpc-encoding": "gzip" },
    ],
  ])(
    "an envelope %s, on unary calls, server streams and bidi streams",
    async (_name, bytes, headers) => {
      for (const [path, more] of targets)
        expect(await grpcReason(path, { ...headers, ...more }, [bytes])).toBe(
          "3 MALFORMED_REQUEST",
        );
    },
  );

  test("bad gzip of a Connect call", async () => {
    const response = await post(GET_MESH, "no gzip", { "content-encoding": "gzip" });
    expect(await outcome(response)).toBe(MALFORMED);
  });

  test("an encoding that nobody knows is UNIMPLEMENTED, as both protocols demand", async () => {
    const response = await post(GET_MESH, "{}", { "content-encoding": "zip" });
    expect(await outcome(response)).toBe("unimplemented MALFORMED_REQUEST");
  });
});

describe("too much: RESOURCE_EXHAUSTED, at once", () => {
  const TOO_LARGE = "resource_exhausted MESSAGE_TOO_LARGE";
  const megabyte = Buffer.alloc(1024 * 1024 + 1, 0x20);

  test("a body over the limit, with and without a length", async () => {
    expect(await outcome(await post(GET_MESH, megabyte))).toBe(TOO_LARGE);
    const request = { method: "POST", duplex: "half" as const };
    const headers = { "content-type": "application/json", authorization: "Bearer admin" };
    const body = new Blob([megabyte, megabyte]).stream();
    const response = await fetch(fixture.url + GET_MESH, { ...request, headers, body });
    expect(await outcome(response)).toBe(TOO_LARGE);
  });

  test("a length over the limit is refused before the body comes", async () => {
    const lines = `Host: a\r\nContent-Type: application/json\r\nAuthorization: Bearer admin\r\nContent-Length: 9999999\r\n\r\n`;
    const answer = await sendRaw(fixture.port, `POST ${GET_MESH} HTTP/1.1\r\n${lines}`);
    expect(statusOf(answer)).toBe(429);
    expect(answer).toContain('"code":"resource_exhausted"');
  });

  test("a gzip bomb", async () => {
    const bomb = gzipSync(Buffer.alloc(300 * 1024 * 1024));
    const response = await post(GET_MESH, bomb, { "content-encoding": "gzip" });
    expect(await outcome(response)).toBe(TOO_LARGE);
    const headers = grpcHeaders(GET_MESH, { "grpc-encoding": "gzip" });
    const answer = await http2Request(fixture.port, headers, [envelope(bomb, 1)]);
    expect(grpcOutcome(answer).info?.reason).toBe("MESSAGE_TOO_LARGE");
  });

  test.each(targets)("an envelope of 0xFFFFFFFF bytes for %s, %j", async (path, headers) => {
    const bytes = envelope(Buffer.alloc(10), 0, 0xffffffff);
    const answer = await http2Request(fixture.port, grpcHeaders(path, headers), [bytes]);
    const { status, info } = grpcOutcome(answer);
    expect([status, info?.reason]).toEqual([8, "MESSAGE_TOO_LARGE"]);
  });

  test("a response over the limit is not sent", async () => {
    const response = await post(GET_MESH, `{"meshId":"huge"}`);
    expect(await outcome(response)).toBe(TOO_LARGE);
  });

  test.each([unary!, ...linkTargets])(
    "a message in 60,000 frames of one byte for %s, %j",
    async (path, headers) => {
      const bytes = envelope(Buffer.alloc(60_000, 0x0a));
      const frames = Array.from(bytes, (_byte, index) => bytes.subarray(index, index + 1));
      expect(await grpcReason(path, headers, frames)).toBe("8 QUOTA_EXCEEDED");
    },
  );

  test("a whole upload that nobody reads does not hide why it was refused", async () => {
    const frames = Array.from({ length: 64 }, () => Buffer.alloc(256 * 1024, 1));
    for (const [path, more] of [unary!, ...linkTargets]) {
      const headers = { ...more, authorization: "Bearer nobody" };
      expect(await grpcReason(path, headers, frames)).toBe("16 CREDENTIAL_INVALID");
    }
  });
});

describe("deadlines: INVALID_ARGUMENT where they make no sense", () => {
  test.each(["-1", "1234567890", "12345678901", "600001", "1.5", "abc", ""])(
    "connect-timeout-ms %p",
    async (value) => {
      const response = await post(GET_MESH, `{"meshId":"demo"}`, { "connect-timeout-ms": value });
      expect(await outcome(response)).toBe("invalid_argument INVALID_REQUEST");
    },
  );

  test.each(["-1S", "1234567890m", "11M", "99999999H", "1", "S", "1s"])(
    "grpc-timeout %p",
    async (value) => {
      const message = toBinary(UpdateMeshRequestSchema, create(UpdateMeshRequestSchema));
      const headers = { "grpc-timeout": value };
      expect(await grpcReason(GET_MESH, headers, [envelope(message)])).toBe("3 INVALID_REQUEST");
    },
  );
});
