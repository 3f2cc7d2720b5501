// All four kinds of RPC reach a real HTTP/2 server, and every way a call can fail comes back as a
// ConnectError that says what happened.
import { createServer as createNetServer, type AddressInfo } from "node:net";
import { afterEach, expect, test } from "@jest/globals";
import { Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import { ErrorInfoSchema } from "@meshwork/gen/google/rpc/error_details";
import { AgentLinkService } from "@meshwork/gen/mesh/v1/agent_link_service";
import { MeshService } from "@meshwork/gen/mesh/v1/mesh_service";
import { MessageService } from "@meshwork/gen/mesh/v1/message_service";
import { bearer } from "./bearer.ts";
import { createGrpcTransport, type GrpcTransportOptions } from "./grpc-transport.ts";
import { closeAll, onClose, serve } from "./testing/connect-server.ts";

afterEach(closeAll);

function open(options: GrpcTransportOptions): Transport & { close(): void } {
  const transport = createGrpcTransport(options);
  onClose(() => {
    transport.close();
  });
  return transport;
}

async function failure(promise: Promise<unknown>): Promise<ConnectError> {
  return await promise.then(
    () => Promise.reject(new Error("the call went well")),
    (error: unknown) => {
      expect(error).toBeInstanceOf(ConnectError);
      return error as ConnectError;
    },
  );
}

async function all<T>(messages: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const message of messages) found.push(message);
  return found;
}

test("a unary call carries headers there and headers and trailers back", async () => {
  const { endpoint } = await serve((router) =>
    router.service(MeshService, {
      getMesh: ({ meshId }, { requestHeader, responseHeader, responseTrailer }) => {
        responseHeader.set("x-seen", requestHeader.get("authorization") ?? "none");
        responseTrailer.set("x-bytes-bin", requestHeader.get("x-own-bin") ?? "none");
        return { mesh: { meshId } };
      },
    }),
  );
  let tokens = 0;
  const transport = open({ endpoint, headers: bearer(() => `t${(tokens += 1)}`) });
  const client = createClient(MeshService, transport);
  let seen: string | null = null;
  let trailer: string | null = null;
  for (let calls = 0; calls < 2; calls += 1)
    await client.getMesh(
      { meshId: "demo" },
      {
        headers: { "x-own-bin": "AAH/" },
        onHeader: (headers) => (seen = headers.get("x-seen")),
        onTrailer: (headers) => (trailer = headers.get("x-bytes-bin")),
      },
    );
  expect([seen, trailer]).toEqual(["Bearer t2", "AAH/"]);
});

test("streams of answers come in order, and the deadline travels to the server", async () => {
  let timeoutMs: number | undefined;
  const { endpoint } = await serve((router) =>
    router.service(MessageService, {
      async *callAgent({ payload }, context) {
        timeoutMs = context.timeoutMs();
        for (let index = 0; index < 50; index += 1) {
          await Promise.resolve();
          yield { payload: new Uint8Array([...payload, index]) };
        }
      },
    }),
  );
  const client = createClient(MessageService, open({ endpoint }));
  const answers = await all(
    client.callAgent({ payload: new Uint8Array([7]) }, { timeoutMs: 5_000 }),
  );
  expect(answers.map(({ payload }) => [...payload])).toEqual(
    Array.from({ length: 50 }, (_, i) => [7, i]),
  );
  expect(timeoutMs).toBeGreaterThan(0);
  expect(timeoutMs).toBeLessThanOrEqual(5_000);
});

test("a bidirectional stream answers while requests still come, with backpressure", async () => {
  const { endpoint } = await serve((router) =>
    router.service(AgentLinkService, {
      async *connect(requests) {
        for await (const { frame } of requests)
          if (frame.case === "publish")
            yield {
              frame: { case: "notice", value: { count: frame.value.messages[0]!.payload.length } },
            };
      },
    }),
  );
  const client = createClient(AgentLinkService, open({ endpoint }));
  let asked = 0;
  let answered = 0;
  async function* frames(): AsyncGenerator<object> {
    for (; asked < 40; asked += 1) {
      while (asked > answered + 8) await new Promise((resolve) => setImmediate(resolve));
      yield {
        frame: { case: "publish", value: { messages: [{ payload: new Uint8Array(100_000) }] } },
      };
    }
  }
  for await (const { frame } of client.connect(frames())) {
    expect(frame).toMatchObject({ case: "notice", value: { count: 100_000 } });
    answered += 1;
  }
  expect(answered).toBe(40);
});

test("a client stream gets one answer", async () => {
  // The contract has no such RPC yet; the transport takes the kind from the descriptor.
  const { connect } = AgentLinkService.method;
  const { endpoint } = await serve((router) =>
    router.service(AgentLinkService, {
      async *connect(requests) {
        let count = 0;
        for await (const request of requests) if (request.frame.case === "goodbye") count += 1;
        yield { frame: { case: "notice", value: { count } } };
      },
    }),
  );
  const method = Object.assign(Object.create(connect) as typeof connect, {
    methodKind: "client_streaming",
  });
  async function* goodbyes(): AsyncGenerator<object> {
    for (let index = 0; index < 3; index += 1) {
      await Promise.resolve();
      yield { frame: { case: "goodbye", value: {} } };
    }
  }
  const response = await open({ endpoint }).stream(
    method,
    undefined,
    undefined,
    undefined,
    goodbyes(),
  );
  expect(await all(response.message)).toMatchObject([{ frame: { value: { count: 3 } } }]);
});

test("an error keeps code, message, details and trailers", async () => {
  const thrown = new ConnectError(
    "agent w1 is not connected",
    Code.FailedPrecondition,
    { "x-request-id": "r1" },
    [
      {
        desc: ErrorInfoSchema,
        value: { reason: "NO_RECEIVER", domain: "meshwork", metadata: { agent_id: "w1" } },
      },
    ],
  );
  const { endpoint } = await serve((router) => {
    router.service(MeshService, { getMesh: () => Promise.reject(thrown) });
    router.service(MessageService, {
      async *callAgent() {
        yield await Promise.resolve({});
        throw thrown;
      },
    });
  });
  const transport = open({ endpoint });
  for (const error of [
    await failure(createClient(MeshService, transport).getMesh({ meshId: "demo" })),
    await failure(all(createClient(MessageService, transport).callAgent({}))),
  ]) {
    expect([error.code, error.rawMessage]).toEqual([
      Code.FailedPrecondition,
      "agent w1 is not connected",
    ]);
    expect(error.metadata.get("x-request-id")).toBe("r1");
    expect(error.findDetails(ErrorInfoSchema)).toMatchObject([
      { reason: "NO_RECEIVER", metadata: { agent_id: "w1" } },
    ]);
  }
});

test("a passed deadline and an abort end the call on both sides", async () => {
  const aborted: unknown[] = [];
  const hang = async (signal: AbortSignal): Promise<void> =>
    await new Promise((resolve) =>
      signal.addEventListener("abort", () => {
        aborted.push(signal.reason);
        resolve();
      }),
    );
  let started: () => void = () => undefined;
  const { endpoint } = await serve((router) => {
    router.service(MeshService, {
      getMesh: async (_, { signal }) => {
        started();
        await hang(signal);
        // An answer now would find its stream gone, which the server's adapter logs.
        return await new Promise(() => undefined);
      },
    });
    router.service(MessageService, {
      async *callAgent(_, { signal }) {
        yield {};
        await hang(signal);
      },
    });
  });
  const transport = open({ endpoint, unaryTimeoutMs: 50 });
  const meshes = createClient(MeshService, transport);
  const messages = createClient(MessageService, transport);
  expect((await failure(meshes.getMesh({}, { timeoutMs: 30 }))).code).toBe(Code.DeadlineExceeded);
  expect((await failure(meshes.getMesh({}))).code).toBe(Code.DeadlineExceeded);
  expect((await failure(all(messages.callAgent({}, { timeoutMs: 30 })))).code).toBe(
    Code.DeadlineExceeded,
  );

  const controller = new AbortController();
  started = () => controller.abort();
  expect(
    (await failure(meshes.getMesh({}, { signal: controller.signal, timeoutMs: 0 }))).code,
  ).toBe(Code.Canceled);
  expect((await failure(meshes.getMesh({}, { signal: AbortSignal.abort() }))).code).toBe(
    Code.Canceled,
  );

  const streaming = new AbortController();
  const left = failure(
    (async () => {
      for await (const answer of messages.callAgent({}, { signal: streaming.signal }))
        if (answer.payload.length === 0) streaming.abort();
    })(),
  );
  expect((await left).code).toBe(Code.Canceled);
  while (aborted.length < 5) await new Promise((resolve) => setImmediate(resolve));
});

test("what the input throws is what the caller gets", async () => {
  const { endpoint } = await serve((router) =>
    router.service(AgentLinkService, {
      async *connect(requests) {
        for await (const request of requests) if (request.frame.case) yield {};
      },
    }),
  );
  async function* broken(): AsyncGenerator<object> {
    yield await Promise.resolve({ frame: { case: "goodbye", value: {} } });
    throw new ConnectError("no more", Code.DataLoss);
  }
  const error = await failure(
    all(createClient(AgentLinkService, open({ endpoint })).connect(broken())),
  );
  expect([error.code, error.rawMessage]).toEqual([Code.DataLoss, "no more"]);
});

test("no server: Unavailable, NOT_SENT and the endpoint; the first call after it starts goes through", async () => {
  const taken = createNetServer();
  await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
  const { port } = taken.address() as AddressInfo;
  await new Promise((resolve) => taken.close(resolve));
  const client = createClient(MeshService, open({ endpoint: `http://127.0.0.1:${port}` }));
  const error = await failure(client.getMesh({}));
  expect(error.code).toBe(Code.Unavailable);
  expect(error.rawMessage).toBe(
    `no server answers at http://127.0.0.1:${port} (connect ECONNREFUSED 127.0.0.1:${port}): ` +
      "start one with `mesh server`, or name another endpoint",
  );
  expect(error.findDetails(ErrorInfoSchema)).toMatchObject([{ reason: "NOT_SENT" }]);

  await serve(
    (router) => router.service(MeshService, { getMesh: () => ({ mesh: { meshId: "back" } }) }),
    port,
  );
  expect((await client.getMesh({})).mesh?.meshId).toBe("back");
});

test("the server dies during a call: Unavailable and OUTCOME_UNKNOWN", async () => {
  let arrived: () => void;
  const reached = new Promise<void>((resolve) => (arrived = resolve));
  const server = await serve((router) =>
    router.service(MeshService, {
      getMesh: async () => {
        arrived();
        return await new Promise(() => undefined);
      },
    }),
  );
  const call = failure(
    createClient(MeshService, open({ endpoint: server.endpoint })).getMesh({}, { timeoutMs: 0 }),
  );
  await reached;
  await server.stop();
  const error = await call;
  expect(error.code).toBe(Code.Unavailable);
  expect(error.rawMessage).toContain(server.endpoint);
  expect(error.findDetails(ErrorInfoSchema)).toMatchObject([{ reason: "OUTCOME_UNKNOWN" }]);
});

test("a message above the limit is refused before it is sent", async () => {
  let calls = 0;
  const { endpoint } = await serve((router) =>
    router.service(MessageService, {
      sendMessage: () => {
        calls += 1;
        return {};
      },
    }),
  );
  const client = createClient(MessageService, open({ endpoint }));
  const payload = new Uint8Array(1024 * 1024);
  const message = { target: { case: "agentId" as const, value: "w1" }, subject: "s", payload };
  expect((await failure(client.sendMessage({ meshId: "demo", message }))).code).toBe(
    Code.ResourceExhausted,
  );
  expect(calls).toBe(0);
});

test.each(["127.0.0.1:7400", "ftp://x", "http://", "http://h/p", "http://u@h"])(
  "endpoint %s is refused",
  (endpoint) => {
    expect(() => createGrpcTransport({ endpoint })).toThrow(
      /is not of the form http:\/\/host:port/,
    );
  },
);
