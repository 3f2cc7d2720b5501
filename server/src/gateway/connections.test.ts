// Connections that are silent, dead, idle, flooding, or that take nothing are ended; what they held is
// released; others are not disturbed.
import { connect as connectHttp2, constants, type ClientHttp2Session } from "node:http2";
import { connect, type Socket } from "node:net";
import { once } from "node:events";
import { afterEach, describe, expect, test } from "@jest/globals";
import { startFixture, type Fixture } from "./fixtures/gateway.ts";
import type { GatewayLimits } from "./gateway.ts";
import { envelope, grpcOutcome, http2Request, sendRaw, statusOf } from "./fixtures/raw-client.ts";

const PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const SETTINGS = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);
const GET_MESH = "/mesh.v1.MeshService/GetMesh";

let fixture: Fixture;

afterEach(() => fixture.gateway.close(0));

async function start(limits: Partial<GatewayLimits>): Promise<void> {
  fixture = await startFixture({ limits: { revalidateIntervalMs: 20, ...limits } });
}

const headers = (path: string) => ({
  ":method": "POST",
  ":path": path,
  "content-type": "application/grpc",
  authorization: "Bearer admin",
});

async function goodRequest(): Promise<void> {
  const message = Buffer.from([0x0a, 4, ...Buffer.from("demo")]);
  const answer = await http2Request(fixture.port, headers(GET_MESH), [envelope(message)]);
  expect(grpcOutcome(answer).status).toBe(0);
}

async function session(options = {}): Promise<ClientHttp2Session> {
  const opened = connectHttp2(`http://127.0.0.1:${fixture.port}`, options);
  opened.on("error", () => undefined);
  await once(opened, "connect");
  return opened;
}

function frame(type: number, flags: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  return Buffer.concat([head, payload]);
}

const ended = async (reason: string): Promise<number> => {
  const { values } = await fixture.metrics.connectionsEnded.get();
  return values.find(({ labels }) => labels.reason === reason)?.value ?? 0;
};

describe("the first request", () => {
  test.each<[string, (string | Buffer)[]]>([
    ["silence", []],
    ["one letter", ["P"]],
    ["the preface of HTTP/2 alone", [PREFACE, SETTINGS]],
    ["half a request", ["GET /healthz HTTP/1.1\r\nHost"]],
  ])("%s ends the connection in time", async (_name, bytes) => {
    await start({ firstRequestMs: 100 });
    await sendRaw(fixture.port, ...bytes);
    expect(await ended("no_request")).toBe(1);
    await goodRequest();
  });

  test("dribbled headers: 408", async () => {
    await start({ firstRequestMs: 60_000, headersMs: 100, checkIntervalMs: 20 });
    expect(statusOf(await sendRaw(fixture.port, "GET /healthz HTTP/1.1\r\nHost: a\r\nX"))).toBe(
      408,
    );
  });

  test("a dribbled body: the call ends at its deadline", async () => {
    await start({ deadlineDefaultMs: 100, lingerMs: 100 });
    const lines =
      "Host: a\r\nAuthorization: Bearer admin\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{";
    const answer = await sendRaw(fixture.port, `POST ${GET_MESH} HTTP/1.1\r\n${lines}`);
    expect(statusOf(answer)).toBe(504);
    expect(answer).toContain("deadline_exceeded");
  });
});

describe("HTTP/2 sessions", () => {
  test("without an open stream they are closed after a while, with one they are not", async () => {
    await start({ sessionIdleMs: 100 });
    const idle = await session();
    const busy = await session();
    const stream = busy.request(headers("/mesh.v1.MeshService/WatchMesh"));
    stream.on("error", () => undefined);
    stream.write(envelope(Buffer.from([0x0a, 4, ...Buffer.from("demo")])));
    stream.end();
    await once(stream, "data");
    const first = idle.request({ ":path": "/healthz" });
    first.resume();
    await Promise.all([once(first, "close"), once(idle, "close")]);
    expect(busy.closed || busy.destroyed).toBe(false);
    expect(fixture.running).toBe(1);
    busy.destroy();
  });

  test("an old one takes no new request, and what is open on it goes on", async () => {
    await start({ sessionAgeMs: 200 });
    const old = await session();
    const stream = old.request(headers("/mesh.v1.MeshService/WatchMesh"));
    stream.on("error", () => undefined).resume();
    stream.write(envelope(Buffer.from([0x0a, 4, ...Buffer.from("demo")])));
    stream.end();
    await once(old, "goaway");
    expect(await ended("old")).toBe(1);
    expect(fixture.running).toBe(1);
    expect(stream.closed).toBe(false);
    await goodRequest();
    stream.close();
    await once(old, "close");
  });

  test("a peer that answers no ping is given up, and its stream's handler is told", async () => {
    await start({ pingIntervalMs: 50, pongMs: 100 });
    const alive = await session();
    await once(alive.request({ ":path": "/healthz" }).resume(), "close");
    // A whole conversation by hand: preface, settings, one request; then silence, not even a PONG.
    const block = Buffer.concat([
      Buffer.from([0x83, 0x86]),
      literal(":path", "/mesh.v1.MeshService/WatchMesh"),
      literal(":authority", "a"),
      literal("content-type", "application/grpc"),
      literal("authorization", "Bearer admin"),
    ]);
    const request = frame(1, 4, block);
    request.writeUInt32BE(1, 5);
    const body = frame(0, 1, envelope(Buffer.from([0x0a, 4, ...Buffer.from("demo")])));
    body.writeUInt32BE(1, 5);
    const gone = sendRaw(fixture.port, PREFACE, SETTINGS, request, body);
    while (fixture.running === 0) await pause();
    await gone;
    expect(await ended("no_pong")).toBe(1);
    while (fixture.running > 0) await pause();
    expect(alive.destroyed).toBe(false);
    alive.destroy();
  });

  test("a flood of pings: GOAWAY ENHANCE_YOUR_CALM", async () => {
    await start({});
    const flood = await session();
    const goaway = once(flood, "goaway");
    for (let count = 0; count < 20; count += 1) flood.ping(() => undefined);
    expect((await goaway)[0]).toBe(constants.NGHTTP2_ENHANCE_YOUR_CALM);
    await goodRequest();
  });

  test("pings that keep a connection alive are answered", async () => {
    await start({ pingGapMsMin: 20 });
    const calm = await session();
    for (let count = 0; count < 6; count += 1) {
      await new Promise((resolve, reject) => {
        calm.ping((error) => {
          if (error === null) resolve(undefined);
          else reject(error);
        });
      });
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    expect(calm.destroyed).toBe(false);
    calm.destroy();
  });

  test("3,000 streams at once: those beyond the limit are REFUSED_STREAM, the others answered", async () => {
    await start({});
    const greedy = await session({ peerMaxConcurrentStreams: 5000 });
    const codes = await Promise.all(
      Array.from({ length: 3000 }, async () => {
        const stream = greedy.request(headers(GET_MESH));
        stream.on("error", () => undefined);
        stream.resume();
        stream.end(envelope(Buffer.from([0x0a, 4, ...Buffer.from("demo")])));
        await new Promise((resolve) => stream.on("close", resolve));
        return stream.rstCode;
      }),
    );
    const refused = codes.filter((code) => code === constants.NGHTTP2_REFUSED_STREAM);
    expect(refused.length).toBeGreaterThan(0);
    expect(codes.filter((code) => code === constants.NGHTTP2_NO_ERROR).length).toBeGreaterThan(100);
    expect(new Set(codes).size).toBe(2);
    greedy.destroy();
    await goodRequest();
  });

  test("a header block above the limit: 431", async () => {
    await start({});
    const answer = await http2Request(fixture.port, {
      ...headers(GET_MESH),
      x: "x".repeat(20_000),
    });
    expect(answer.headers[":status"]).toBe(431);
    await goodRequest();
  });
});

describe("a caller that takes nothing", () => {
  test.each(["HTTP/1.1", "HTTP/2"])(
    "over %s is given up, and its handler ends",
    async (version) => {
      await start({ writeStallMs: 200 });
      const path = "/mesh.v1.MeshService/WatchMesh";
      const body = envelope(Buffer.from(JSON.stringify({ meshId: "demo", cursor: "big" })));
      let stuck: Socket | ClientHttp2Session;
      if (version === "HTTP/2") {
        stuck = await session();
        const stream = stuck.request({
          ...headers(path),
          "content-type": "application/connect+json",
        });
        stream.on("error", () => undefined);
        stream.end(body);
      } else {
        stuck = connect({ port: fixture.port, host: "127.0.0.1" });
        stuck.on("error", () => undefined);
        stuck.pause();
        stuck.write(
          `POST ${path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer admin\r\nContent-Type: application/connect+json\r\nContent-Length: ${body.length}\r\n\r\n`,
        );
        stuck.write(body);
      }
      while (fixture.running === 0) await pause();
      while (fixture.running > 0) await pause();
      expect(await ended("stalled")).toBe(1);
      stuck.destroy();
      await goodRequest();
    },
  );
});

test("after close no socket and no timer is left", async () => {
  fixture = await startFixture();
  const before = process.getActiveResourcesInfo().filter((name) => /TCP|Timeout/.test(name));
  expect(before).toContain("TCPServerWrap");
  const open = await session();
  const stream = open.request(headers("/mesh.v1.MeshService/WatchMesh"));
  stream.on("error", () => undefined);
  stream.end(envelope(Buffer.from([0x0a, 4, ...Buffer.from("demo")])));
  await once(stream, "data");
  await fetch(`${fixture.url}/healthz`);
  await fixture.gateway.close(0);
  open.destroy();
  expect(process.getActiveResourcesInfo()).not.toContain("TCPServerWrap");
  expect(fixture.running).toBe(0);
});

function literal(name: string, value: string): Buffer {
  return Buffer.concat([
    Buffer.from([0, name.length]),
    Buffer.from(name),
    Buffer.from([value.length]),
    Buffer.from(value),
  ]);
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}
