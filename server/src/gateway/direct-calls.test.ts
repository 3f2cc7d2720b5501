// Plain unary calls go past the library's handler. On the wire nobody shall be able to tell: each call is
// made once as direct as it gets, and once so that the library takes it.
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { create, toBinary } from "@bufbuild/protobuf";
import {
  GetMeshRequestSchema,
  MeshService,
  WatchMeshRequestSchema,
} from "@meshwork/gen/mesh/v1/mesh_service";
import { CallAgentRequestSchema } from "@meshwork/gen/mesh/v1/message_service";
import { once } from "node:events";
import type { OutgoingHttpHeaders } from "node:http2";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import { createDirectCalls, type DirectCallsOptions } from "./direct-calls.ts";
import { DirectContext } from "./direct-context.ts";
import type { Exchange } from "./exchange.ts";
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
      "no time at all": { headers: { "connect-timeout-ms": "0" }, body: json("demo") },
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
      "no time at all": { headers: { "grpc-timeout": "0m" } },
      "stray bytes behind the message": {
        body: Buffer.concat([envelope(request("demo")), Buffer.alloc(3)]),
      },
      "no protobuf, and a second message": {
        body: Buffer.concat([envelope(Buffer.from([0x0a, 0xff])), envelope(request("demo"))]),
      },
      "a second message that is no protobuf": {
        body: Buffer.concat([envelope(request("demo")), envelope(Buffer.from([0x0a, 0xff]))]),
      },
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

describe("a stream of answers over gRPC", () => {
  const [{ direct, library }] = protocols.slice(-1) as [Protocol];
  const calling = (capability: string, bytes = 0): Buffer =>
    envelope(
      toBinary(
        CallAgentRequestSchema,
        create(CallAgentRequestSchema, {
          ...{ meshId: "demo", agentId: "w1", capability },
          payload: new Uint8Array(bytes),
        }),
      ),
    );
  const both = async (
    body: Uint8Array,
    more: OutgoingHttpHeaders = {},
    path = "/mesh.v1.MessageService/CallAgent",
  ): Promise<Answer> => {
    const own = await answerOf({ ...direct, ":path": path, ...more }, body);
    const others = await answerOf({ ...library, ":path": path, ...more }, body);
    expect(seen(own)).toEqual(seen(others));
    return own;
  };

  test.each([
    ["two answers", calling("echo", 10), {}],
    ["an error", calling("fail"), {}],
    ["no time", calling("hang"), { "grpc-timeout": "30m" }],
    ["no time at all", calling("echo"), { "grpc-timeout": "0m" }],
    ["answers that are compressed", calling("echo", 5_000), { "grpc-accept-encoding": "gzip" }],
    ["what breaks the rules", calling(""), {}],
    ["no credential", calling("echo"), { authorization: "" }],
    ["no permission", calling("echo"), { authorization: "Bearer viewer" }],
    ["no protobuf", envelope(Buffer.from([0x0a, 0xff])), {}],
    ["nothing", text(""), {}],
  ] as const)("%s: the same bytes", async (_name, body, headers) => {
    await both(body, headers);
  });

  test("both answers come", async () => {
    const { body, trailers } = await both(calling("echo", 10));
    expect(body.toString("latin1").split("text/plain")).toHaveLength(3);
    expect(trailers["grpc-status"]).toBe("0");
  });

  test("who asks for the signal after the end finds that it has fired", () => {
    const exchange = { access: { method: MeshService.method.watchMesh } } as unknown as Exchange;
    const request = { protocolName: "grpc", requestHeader: new Headers(), url: "" };
    const context = new DirectContext(exchange, { ...request, timeoutMs: () => 0 });
    context.end();
    expect(context.signal.aborted).toBe(true);
  });

  test("a watch ends when its time is over, and its handler with it", async () => {
    const watch = envelope(
      toBinary(WatchMeshRequestSchema, create(WatchMeshRequestSchema, { meshId: "demo" })),
    );
    const path = "/mesh.v1.MeshService/WatchMesh";
    const { trailers } = await both(watch, { "grpc-timeout": "50m" }, path);
    expect(trailers["grpc-status"]).toBe("4");
    expect(fixture.running).toBe(0);
  });
});

describe("compression", () => {
  const connectJson = protocols[0]!;
  const takesGzip = { "accept-encoding": "br, gzip", "grpc-accept-encoding": "gzip" };

  test.each(["demo", "long", "nobody", "huge", "x".repeat(2_000)])(
    "of the answer to mesh %j: the same bytes",
    async (meshId) => {
      const { direct, library, write } = connectJson;
      const body = write(request(meshId), meshId);
      const own = seen(await answerOf({ ...direct, ...takesGzip }, body));
      expect(own).toEqual(seen(await answerOf({ ...library, ...takesGzip }, body)));
    },
  );

  test.each(["demo", "long", "nobody"])("over gRPC, of mesh %j: the same bytes", async (meshId) => {
    const [{ direct, library, write }] = protocols.slice(-1) as [Protocol];
    const body = write(request(meshId), meshId);
    const own = seen(await answerOf({ ...direct, ...takesGzip }, body));
    expect(own).toEqual(seen(await answerOf({ ...library, ...takesGzip }, body)));
  });

  test("only long answers are compressed", async () => {
    const headers = { ...connectJson.direct, ...takesGzip };
    const long = await answerOf(headers, json("long"));
    expect(long.headers["content-encoding"]).toBe("gzip");
    expect(JSON.parse(gunzipSync(long.body).toString())).toMatchObject({
      mesh: { meshId: "long" },
    });
    const short = await answerOf(headers, json("demo"));
    expect(short.headers["content-encoding"]).toBeUndefined();
  });
});

describe("what does not come whole", () => {
  const sockets: Socket[] = [];
  afterEach(async () => {
    for (const socket of sockets.splice(0)) {
      socket.destroy();
      if (!socket.closed) await once(socket, "close");
    }
  });

  /** Sends a request, without an end unless it waits, and resets its stream; the connection stays. */
  async function cutShort(code: number, meshId = "demo", waitMs = 0): Promise<void> {
    fixture.handled.length = 0;
    fixture.log.length = 0;
    const socket = connect({ port: fixture.port, host: "127.0.0.1" });
    sockets.push(socket);
    socket.on("error", () => undefined).resume();
    const lines = {
      ...{ ":method": "POST", ":path": PATH, ":scheme": "http", ":authority": "a" },
      ...{ authorization: "Bearer admin", "content-type": "application/proto" },
    };
    const head = Buffer.concat(Object.entries(lines).map(([name, value]) => literal(name, value)));
    socket.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    socket.write(Buffer.concat([frame(4, 0, 0), frame(1, 4, 1, head)]));
    socket.write(frame(0, waitMs > 0 ? 1 : 0, 1, request(meshId)));
    await sleep(waitMs);
    socket.write(frame(3, 0, 1, Buffer.from([0, 0, 0, code])));
    await sleep(50);
  }
  const last = (): unknown => fixture.log.at(-1);

  test.each([0, 8])("a request that is reset with code %i is not carried out", async (code) => {
    await cutShort(code);
    expect(fixture.handled).toEqual([]);
    expect(last()).toMatchObject({ operation: PATH.slice(1), code: "canceled" });
  });

  test("a caller that resets with code 0 while its call is under way is heard", async () => {
    await cutShort(0, "wait", 50);
    expect(fixture.handled).toEqual([PATH.slice(1)]);
    expect(last()).toMatchObject({ operation: PATH.slice(1), code: "canceled" });
  });

  test("a body that is refused while it comes is logged and counted, once", async () => {
    fixture.log.length = 0;
    await answerOf({ "content-type": "application/grpc" }, envelope(request("demo"), 0, 2 ** 30));
    await answerOf({ "content-type": "application/json" }, Buffer.alloc(1_100_000, " "));
    expect(fixture.log).toMatchObject([
      { operation: PATH.slice(1), reason: "MESSAGE_TOO_LARGE" },
      { operation: PATH.slice(1), reason: "MESSAGE_TOO_LARGE" },
    ]);
  });
});

/** A frame of HTTP/2. */
function frame(
  type: number,
  flags: number,
  stream: number,
  payload: Uint8Array = text(""),
): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** A header as HPACK writes one that is in no table; texts below 127 bytes. */
function literal(name: string, value: string): Buffer {
  const [key, content] = [text(name), text(value)];
  return Buffer.concat([Buffer.from([0, key.length]), key, Buffer.from([content.length]), content]);
}

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

  test("a stream of answers over gRPC only", () => {
    const streaming = { ...route, direct: { stream: {} } } as unknown as RpcRoute;
    const call = { verb: "POST", http2: {} } as HttpCall;
    const dialectOf = (type: string) =>
      calls.dialectOf(streaming, call, new Headers({ "content-type": type }));
    expect(dialectOf("application/grpc")?.name).toBe("grpc");
    expect(dialectOf("application/json")).toBeUndefined();
  });

  test("gRPC only where there are trailers", () => {
    const http1 = { http2: undefined } as unknown as Partial<HttpCall>;
    expect(takes({ "content-type": "application/grpc" }, http1)).toBe(false);
    expect(takes({ "content-type": "application/json" }, http1)).toBe(true);
  });
});
