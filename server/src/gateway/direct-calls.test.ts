// Plain unary calls go past the library's handler. On the wire nobody shall be able to tell: each call is
// made once as direct as it gets, and once so that the library takes it.
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { create, toBinary } from "@bufbuild/protobuf";
import { GetMeshRequestSchema, MeshService } from "@meshwork/gen/mesh/v1/mesh_service";
import type { OutgoingHttpHeaders } from "node:http2";
import { gunzipSync } from "node:zlib";
import { createDirectCalls, type DirectCallsOptions } from "./direct-calls.ts";
import { type Fixture, startFixture } from "./fixtures/gateway.ts";
import { type Answer, http2Request } from "./fixtures/raw-client.ts";
import { gatewayLimits } from "./limits.ts";
import type { RpcRoute } from "./rpc-routes.ts";
import type { HttpCall } from "./transport.ts";

const PATH = "/mesh.v1.MeshService/GetMesh";
const text = (value: string): Buffer => Buffer.from(value);
const request = (meshId: string): Uint8Array =>
  toBinary(GetMeshRequestSchema, create(GetMeshRequestSchema, { meshId }));

function envelope(message: Uint8Array, flags = 0, length = message.length): Buffer {
  const head = Buffer.alloc(5);
  head[0] = flags;
  head.writeUInt32BE(length, 1);
  return Buffer.concat([head, message]);
}

let fixture: Fixture;
beforeAll(async () => {
  fixture = await startFixture();
});
afterAll(() => fixture.gateway.close(0));

interface Odd {
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: Uint8Array;
}

/** What every protocol may be asked. */
const meshes = [
  "demo",
  "nobody",
  "busy",
  "defect",
  "unknown",
  "conflict",
  "huge",
  "long",
  "UPPER",
  "",
];
const oddHeaders: readonly OutgoingHttpHeaders[] = [
  { authorization: "" },
  { authorization: "Bearer nobody" },
  { authorization: "Bearer demo-agent" },
];

interface Protocol {
  readonly name: string;
  readonly direct: OutgoingHttpHeaders;
  readonly library: OutgoingHttpHeaders;
  readonly write: (message: Uint8Array, meshId: string) => Uint8Array;
  readonly odd: Readonly<Record<string, Odd>>;
}

const json = (meshId: string): Buffer => text(JSON.stringify({ meshId }));
const protocols: readonly Protocol[] = [
  {
    name: "Connect JSON",
    direct: { "content-type": "application/json" },
    library: { "content-type": "application/json; charset=utf-8" },
    write: (_message, meshId) => json(meshId),
    odd: {
      "no JSON": { body: text("{") },
      "no UTF-8": { body: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]) },
      "another type": { body: text(`{"meshId":7}`) },
      "an unknown field": { body: text(`{"meshId":"demo","other":1}`) },
      nothing: { body: text("") },
      "no time-out": { headers: { "connect-timeout-ms": "soon" }, body: json("demo") },
      "a time-out that is too long": {
        headers: { "connect-timeout-ms": "9999999" },
        body: json("demo"),
      },
      "no time": { headers: { "connect-timeout-ms": "30" }, body: json("hang") },
      "no time, which the handler hears": {
        headers: { "connect-timeout-ms": "30" },
        body: json("wait"),
      },
    },
  },
  {
    name: "Connect protobuf",
    direct: { "content-type": "application/proto" },
    library: { "content-type": "Application/proto" },
    write: (message) => message,
    odd: { "no protobuf": { body: Buffer.from([0x0a, 0xff]) } },
  },
  {
    name: "gRPC",
    direct: { "content-type": "application/grpc", "grpc-accept-encoding": "identity" },
    library: {
      ...{ "content-type": "application/grpc", "grpc-accept-encoding": "identity" },
      "grpc-encoding": "gzip",
    },
    write: (message) => envelope(message),
    odd: {
      "no protobuf": { body: envelope(Buffer.from([0x0a, 0xff])) },
      nothing: { body: text("") },
      "half a head": { body: Buffer.from([0, 0, 0]) },
      "half a message": { body: envelope(request("demo"), 0, 400) },
      "two messages": {
        body: Buffer.concat([envelope(request("demo")), envelope(request("demo"))]),
      },
      "too large": { body: envelope(request("demo"), 0, 2 ** 30) },
      "unknown flags": { body: envelope(request("demo"), 0x80) },
      "no time-out": { headers: { "grpc-timeout": "1x" }, body: envelope(request("demo")) },
      "no time": { headers: { "grpc-timeout": "30m" }, body: envelope(request("hang")) },
    },
  },
];

async function answerOf(headers: OutgoingHttpHeaders, body: Uint8Array): Promise<Answer> {
  return http2Request(
    fixture.port,
    { ":path": PATH, authorization: "Bearer admin", "x-request-id": "call-1", ...headers },
    body.length === 0 ? [] : [body],
  );
}

/** All that a caller sees, but for the time of day. */
function seen({ headers, trailers, body, resetCode }: Answer): object {
  const shown = { ...headers, date: undefined };
  return { headers: shown, trailers: { ...trailers }, body: body.toString("latin1"), resetCode };
}

describe.each(protocols)("$name", ({ direct, library, write, odd }) => {
  const both = async (headers: OutgoingHttpHeaders, body: Uint8Array): Promise<object> => {
    const own = seen(await answerOf({ ...headers, ...direct }, body));
    expect(own).toEqual(seen(await answerOf({ ...headers, ...library }, body)));
    return own;
  };

  test.each(meshes)("mesh %j: the same answer", async (meshId) => {
    await both({}, write(request(meshId), meshId));
  });

  test.each(oddHeaders)("%j: the same answer", async (headers) => {
    await both(headers, write(request("demo"), "demo"));
  });

  test.each(Object.keys(odd))("%s: the same answer", async (name) => {
    const { headers = {}, body = write(request("demo"), "demo") } = odd[name]!;
    await both(headers, body);
  });
});

describe("compression", () => {
  test("a long answer is compressed for who takes that, a short one is not", async () => {
    const headers = { "content-type": "application/json", "accept-encoding": "br, gzip" };
    const long = await answerOf(headers, json("long"));
    expect(long.headers["content-encoding"]).toBe("gzip");
    expect(long.headers["content-length"]).toBe(String(long.body.length));
    expect(JSON.parse(gunzipSync(long.body).toString())).toMatchObject({
      mesh: { meshId: "long" },
    });
    const short = await answerOf(headers, json("demo"));
    expect(short.headers["content-encoding"]).toBeUndefined();
  });

  test("and so is one of gRPC, within its envelope", async () => {
    const headers = { "content-type": "application/grpc", "grpc-accept-encoding": "gzip" };
    const { headers: received, body } = await answerOf(headers, envelope(request("long")));
    expect(received["grpc-encoding"]).toBe("gzip");
    expect(body[0]).toBe(1);
    expect(body.readUInt32BE(1)).toBe(body.length - 5);
    expect(gunzipSync(body.subarray(5)).toString()).toContain("long long");
  });
});

describe("what goes directly", () => {
  const calls = createDirectCalls({ limits: gatewayLimits } as DirectCallsOptions);
  const route = {
    direct: {},
    access: { method: MeshService.method.getMesh },
  } as unknown as RpcRoute;
  const takes = (headers: Record<string, string>, call: Partial<HttpCall> = {}): boolean =>
    calls.dialectOf(
      route,
      { verb: "POST", http2: {}, ...call } as HttpCall,
      new Headers(headers),
    ) !== undefined;

  test.each([
    "application/json",
    "application/proto",
    "application/grpc",
    "application/grpc+proto",
  ])("%s", (type) => {
    expect(takes({ "content-type": type })).toBe(true);
  });

  test("all else is the library's", () => {
    const type = { "content-type": "application/json" };
    expect(takes({})).toBe(false);
    expect(takes({ "content-type": "application/json; charset=utf-8" })).toBe(false);
    expect(takes({ "content-type": "application/grpc-web" })).toBe(false);
    expect(takes(type, { verb: "GET" })).toBe(false);
    expect(takes({ ...type, "content-encoding": "gzip" })).toBe(false);
    expect(takes({ ...type, "content-length": "2000000" })).toBe(false);
    expect(takes({ "content-type": "application/grpc", "grpc-encoding": "gzip" })).toBe(false);
  });

  test("gRPC only where there are trailers", () => {
    const http1 = { http2: undefined } as unknown as Partial<HttpCall>;
    expect(takes({ "content-type": "application/grpc" }, http1)).toBe(false);
    expect(takes({ "content-type": "application/json" }, http1)).toBe(true);
  });
});
