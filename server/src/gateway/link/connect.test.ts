// Links through the real gateway, past the library and by it: frames both ways in order, and every way to end.
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { create } from "@bufbuild/protobuf";
import {
  type Client,
  Code,
  ConnectError,
  createClient,
  createContextValues,
} from "@connectrpc/connect";
import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
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
import { startFixture, type Fixture } from "../fixtures/gateway.ts";
import { createConnectLink } from "./connect.ts";

let world: LinkWorld;
let fixture: Fixture;
let session: Http2SessionManager;
let client: Client<typeof AgentLinkService>;

beforeEach(async () => {
  world = await createLinkWorld();
});
afterEach(() => world.close());

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
      const headers = { authorization: `Bearer ${agentId}` };
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

describe.each([
  ["direct", {}],
  ["library", { defaultTimeoutMs: 600_000 }],
] as const)("a link, %s", (path, deadline) => {
  beforeEach(async () => {
    fixture = await startFixture({
      links: world.links,
      // An agent's id is its credential here.
      authenticate: (agentId) => Promise.resolve(world.principal(agentId)),
    });
    session = new Http2SessionManager(fixture.url);
    const transport = { baseUrl: fixture.url, sessionManager: session, ...deadline };
    client = createClient(AgentLinkService, createGrpcTransport(transport));
  });
  afterEach(async () => {
    session.abort();
    await fixture.gateway.close(0);
    const { values } = await fixture.metrics.linkStreams.get();
    expect(values.map(({ labels }) => labels.path)).toEqual([path]);
  });

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
    await world.messages.send({ meshUid: MESH_UID, name: "key:k" }, message);
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
    ["loses its connection", () => session.abort()],
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
