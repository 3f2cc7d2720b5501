// Links over Connect's streams, through a real HTTP/2 server: frames both ways in order, and every way to end.
import { once } from "node:events";
import { createServer, type Http2Server } from "node:http2";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { create } from "@bufbuild/protobuf";
import {
  type Client,
  Code,
  ConnectError,
  createClient,
  createContextValues,
} from "@connectrpc/connect";
import { connectNodeAdapter, createGrpcTransport } from "@connectrpc/connect-node";
import { AgentLiveness, LivenessCause } from "@meshwork/gen/mesh/v1/agent";
import {
  AgentLinkService,
  ConnectRequestSchema,
  type ConnectRequest,
  type ConnectResponse,
} from "@meshwork/gen/mesh/v1/agent_link_service";
import { AgentMessageSchema } from "@meshwork/gen/mesh/v1/message";
import { callKey } from "../../domain/call-service.ts";
import { DomainError } from "../../domain/errors.ts";
import {
  createLinkWorld,
  MESH_UID,
  type LinkWorld,
} from "../../domain/links/testing/link-world.ts";
import { createConnectLink } from "./connect.ts";

let world: LinkWorld;
let server: Http2Server;
let client: Client<typeof AgentLinkService>;
const sessions = new Set<{ destroy(): void }>();

beforeEach(async () => {
  world = await createLinkWorld();
  const adapter = connectNodeAdapter({
    routes: (router) =>
      router.service(
        AgentLinkService,
        { connect: (requests, context) => createConnectLink(world.links)(requests, context) },
        { interceptors: [], readMaxBytes: 1024 * 1024 },
      ),
    contextValues: (request) =>
      createContextValues().set(callKey, {
        callId: "1",
        operation: "mesh.v1.AgentLinkService/Connect",
        principal: world.principal(String(request.headers["x-agent"])),
        deadlineMs: Infinity,
        signal: new AbortController().signal,
        peerAddress: "127.0.0.1",
      }),
  });
  server = createServer(adapter);
  server.on("session", (session) => sessions.add(session));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  client = createClient(
    AgentLinkService,
    createGrpcTransport({ baseUrl: `http://127.0.0.1:${port}` }),
  );
});

afterEach(async () => {
  for (const session of sessions) session.destroy();
  sessions.clear();
  server.close();
  await world.close();
});

interface Connected {
  /** Closes the agent's side of the stream. */
  close(): void;
  readonly frames: ConnectResponse["frame"][];
  readonly error: ConnectError | undefined;
  readonly ended: boolean;
  send(frame: object): void;
  until(kind: string): Promise<void>;
  readonly abort: AbortController;
}

function connect(agentId: string): Connected {
  const waiting: ConnectRequest[] = [];
  let closed = false;
  let wake: (() => void) | undefined;
  async function* requests(): AsyncGenerator<ConnectRequest> {
    for (;;) {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) yield next;
      if (closed) return;
      await new Promise<void>((resolve) => (wake = resolve));
    }
  }
  const abort = new AbortController();
  const connected = {
    frames: [] as ConnectResponse["frame"][],
    error: undefined as ConnectError | undefined,
    ended: false,
    send: (frame: object) => {
      waiting.push(create(ConnectRequestSchema, { frame: frame as never }));
      wake?.();
    },
    close: () => {
      closed = true;
      wake?.();
    },
    until: (kind: string) =>
      world.until(() => connected.frames.some((frame) => frame.case === kind), `a ${kind} frame`),
    abort,
  };
  void (async () => {
    try {
      const headers = { "x-agent": agentId };
      for await (const { frame } of client.connect(requests(), { headers, signal: abort.signal }))
        connected.frames.push(frame);
    } catch (error) {
      connected.error = ConnectError.from(error);
    }
    connected.ended = true;
  })();
  return connected;
}

const hello = { case: "hello", value: { protocolVersion: 1, spec: { capabilities: ["echo"] } } };

describe("a link over Connect", () => {
  test("carries hello, heartbeat, message, call and goodbye", async () => {
    const agent = connect("w1");
    agent.send(hello);
    await agent.until("config");
    expect(agent.frames.map((frame) => frame.case)).toEqual(["welcome", "config"]);
    agent.send({ case: "heartbeat", value: { sequence: 4n } });
    await agent.until("heartbeatAck");

    const payload = new Uint8Array(1024 * 1024 - 64).fill(7);
    const target = { case: "agentId" as const, value: "w1" };
    const message = create(AgentMessageSchema, { subject: "s", payload, target });
    world.messages.send({ meshUid: MESH_UID, name: "key:k" }, message);
    await agent.until("deliver");
    const delivered = agent.frames.at(-1)!;
    expect(
      delivered.case === "deliver" && Buffer.compare(delivered.value.messages[0]!.payload, payload),
    ).toBe(0);

    const replies = world.calls.call({
      meshUid: MESH_UID,
      agentId: "w1",
      capability: "echo",
      caller: "key:k",
      contentType: "",
      payload: new Uint8Array([1]),
      headers: {},
      deadlineMs: Infinity,
      signal: new AbortController().signal,
    });
    const first = replies.next();
    await agent.until("call");
    const call = agent.frames.at(-1)!;
    if (call.case !== "call") throw new Error("no call");
    const { callId } = call.value;
    agent.send({
      case: "reply",
      value: { callId, hasPayload: true, payload: new Uint8Array([9]), status: {} },
    });
    expect((await first).value).toMatchObject({ payload: new Uint8Array([9]) });
    expect((await replies.next()).done).toBe(true);

    agent.send({ case: "goodbye", value: {} });
    agent.close();
    await world.until(() => agent.ended);
    expect(agent.error).toBeUndefined();
    // The stream ended only after that was on record.
    expect((await world.presence("w1"))!.liveness).toBe(AgentLiveness.LEFT);
    expect(world.links.sizes()).toMatchObject({ streams: 0, sessions: 0 });
  });

  test.each([
    ["closes its side", (agent: Connected) => agent.close()],
    ["aborts", (agent: Connected) => agent.abort.abort()],
    ["loses its connection", () => [...sessions].forEach((session) => session.destroy())],
  ])("whose agent %s without goodbye is SUSPECT", async (_, end) => {
    const agent = connect("w1");
    agent.send(hello);
    await agent.until("welcome");
    end(agent);
    await world.until(() => world.links.sizes()["streams"] === 0, "the end");
    await world.quiet();
    expect(await world.presence("w1")).toMatchObject({
      liveness: AgentLiveness.SUSPECT,
      cause: LivenessCause.STREAM_ENDED,
    });
    await world.until(() => agent.ended);
  });

  test("that breaks a rule gets goodbye and then the error, though it goes on sending", async () => {
    const agent = connect("w1");
    agent.send(hello);
    agent.send(hello);
    await world.until(() => agent.ended);
    expect(agent.frames.map((frame) => frame.case)).toEqual(["goodbye"]);
    expect(agent.error).toBeDefined();
    agent.send({ case: "heartbeat", value: {} });
    await world.quiet();
    expect(world.links.sizes()).toMatchObject({ streams: 0, sessions: 0 });
  });
});

test("a frame above the limit is refused by size", async () => {
  const agent = connect("w1");
  agent.send(hello);
  await agent.until("welcome");
  const payload = new Uint8Array(1024 * 1024);
  agent.send({
    case: "publish",
    value: { messages: [{ subject: "s", payload, target: { case: "agentId", value: "w2" } }] },
  });
  await world.until(() => agent.ended);
  expect(agent.error?.code).toBe(Code.ResourceExhausted);
});

test("what the link ends with is what the handler throws", async () => {
  const context = {
    values: createContextValues().set(callKey, {
      callId: "1",
      operation: "",
      principal: world.principal("w1"),
      deadlineMs: Infinity,
      signal: new AbortController().signal,
      peerAddress: "",
    }),
    signal: new AbortController().signal,
  };
  async function* requests(): AsyncGenerator<ConnectRequest> {
    yield create(ConnectRequestSchema, { frame: { case: "heartbeat", value: {} } });
    await new Promise(() => undefined);
  }
  const seen: (string | undefined)[] = [];
  const reading = (async () => {
    for await (const { frame } of createConnectLink(world.links)(requests(), context as never))
      seen.push(frame.case);
  })();
  await expect(reading).rejects.toBeInstanceOf(DomainError);
  await expect(reading).rejects.toMatchObject({ reason: "HELLO_REQUIRED" });
  expect(seen).toEqual(["goodbye"]);
});
