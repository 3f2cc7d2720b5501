// The link over gRPC: frames both ways in order, buffered bytes and drain, and every way it can end.
import { create, type JsonObject } from "@bufbuild/protobuf";
import { afterEach, expect, test } from "@jest/globals";
import { Code, ConnectError } from "@connectrpc/connect";
import {
  AgentLinkService,
  ConnectRequestSchema,
  type ConnectRequest,
  type ConnectResponse,
} from "@meshwork/gen/mesh/v1/agent_link_service";
import { createGrpcChannel } from "./grpc-channel.ts";
import { createGrpcLink } from "./grpc-link.ts";
import type { LinkConnection } from "./link-transport.ts";
import { closeAll, onClose, serve } from "./testing/connect-server.ts";

afterEach(closeAll);

type Implementation = Parameters<typeof serve>[0];

async function open(connect: Implementation, credential = "t1") {
  const server = await serve(connect);
  const channel = createGrpcChannel({ endpoint: server.endpoint });
  onClose(() => channel.close());
  const frames: ConnectResponse["frame"][] = [];
  const drains: number[] = [];
  const dropped: string[] = [];
  let connection: LinkConnection | undefined;
  const ended = new Promise<ConnectError | undefined>((resolve) => {
    connection = createGrpcLink(channel).open({
      credential,
      onFrame: ({ frame }) => frames.push(frame),
      onFrameDropped: ({ rawMessage }) => dropped.push(rawMessage),
      onDrain: () => drains.push(connection!.bufferedBytes()),
      onEnd: resolve,
    });
  });
  return { server, connection: connection!, frames, drains, dropped, ended };
}

const message = (subject: string, bytes = 0): ConnectRequest =>
  create(ConnectRequestSchema, {
    frame: { case: "publish", value: { messages: [{ subject, payload: new Uint8Array(bytes) }] } },
  });
const notice = (count: number, text = "") => ({
  frame: { case: "notice" as const, value: { count, message: text } },
});

test("frames arrive in order on both sides, the credential as a header, and end ends in good order", async () => {
  const { connection, frames, ended } = await open((router) =>
    router.service(AgentLinkService, {
      async *connect(requests, { requestHeader }) {
        let count = 0;
        for await (const { frame } of requests)
          if (frame.case === "publish")
            yield notice(
              (count += 1),
              `${requestHeader.get("authorization")!} ${frame.value.messages[0]!.subject}`,
            );
      },
    }),
  );
  connection.send([message("a"), message("b")]);
  connection.send([message("c")]);
  connection.end();
  expect(await ended).toBeUndefined();
  expect(
    frames.map((frame) =>
      frame.case === "notice" ? [frame.value.count, frame.value.message] : frame.case,
    ),
  ).toEqual([
    [1, "Bearer t1 a"],
    [2, "Bearer t1 b"],
    [3, "Bearer t1 c"],
  ]);
});

test("what the server does not take counts as buffered until it does", async () => {
  let take: () => void = () => undefined;
  const taking = new Promise<void>((resolve) => (take = resolve));
  let received = 0;
  const { connection, drains, ended } = await open((router) =>
    router.service(AgentLinkService, {
      async *connect(requests) {
        yield notice(0);
        await taking;
        for await (const request of requests) if (request.frame.case) received += 1;
      },
    }),
  );
  const frames = Array.from({ length: 40 }, () => message("big", 100_000));
  connection.send(frames);
  expect(connection.bufferedBytes()).toBeGreaterThan(4_000_000);
  for (let turn = 0; turn < 200; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  expect(connection.bufferedBytes()).toBeGreaterThan(1_000_000);
  expect(drains).toEqual([]);
  take();
  while (drains.length === 0) await new Promise((resolve) => setImmediate(resolve));
  expect(drains).toEqual([0]);
  connection.end();
  expect([await ended, received]).toEqual([undefined, 40]);
});

test("a frame that cannot be encoded, or is too large, is told and dropped alone", async () => {
  const { connection, dropped, frames, ended } = await open((router) =>
    router.service(AgentLinkService, {
      async *connect(requests) {
        for await (const { frame } of requests)
          if (frame.case === "publish") yield notice(1, frame.value.messages[0]!.subject);
      },
    }),
  );
  const cyclic: JsonObject = {};
  cyclic["self"] = cyclic;
  const looped = create(ConnectRequestSchema, {
    frame: { case: "stateUpdate", value: { effectiveConfiguration: cyclic } },
  });
  connection.send([message("a"), looped, message("big", 1024 * 1024), message("b")]);
  connection.end();
  expect(await ended).toBeUndefined();
  expect(dropped).toEqual([
    expect.stringMatching(/^a stateUpdate frame cannot be encoded and was not sent: /),
    expect.stringMatching(/^a publish frame of \d+ bytes is more than the 1048576 allowed/),
  ]);
  expect(frames.map((frame) => frame.case === "notice" && frame.value.message)).toEqual(["a", "b"]);
  expect(connection.bufferedBytes()).toBe(0);
});

test("a last frame is delivered before the error that ends the stream", async () => {
  for (let round = 0; round < 50; round += 1) {
    const { frames, ended, connection } = await open((router) =>
      router.service(AgentLinkService, {
        async *connect() {
          yield await Promise.resolve(notice(1));
          yield { frame: { case: "goodbye", value: { message: "superseded" } } };
          throw new ConnectError("newer session", Code.Aborted);
        },
      }),
    );
    connection.send([message("a")]);
    const error = await ended;
    expect([error?.code, frames.map((frame) => frame.case)]).toEqual([
      Code.Aborted,
      ["notice", "goodbye"],
    ]);
  }
});

test("after destroy nothing is called any more, and the server sees it", async () => {
  let cancelled: () => void = () => undefined;
  const seen = new Promise<void>((resolve) => (cancelled = resolve));
  let sent = 0;
  const { connection, frames, ended } = await open((router) =>
    router.service(AgentLinkService, {
      async *connect(_, { signal }) {
        signal.addEventListener("abort", cancelled);
        while (!signal.aborted) {
          yield notice((sent += 1));
          await new Promise((resolve) => setImmediate(resolve));
        }
      },
    }),
  );
  while (frames.length === 0) await new Promise((resolve) => setImmediate(resolve));
  connection.destroy();
  const count = frames.length;
  await seen;
  const outcome = await Promise.race([
    ended.then(() => "called"),
    new Promise((resolve) => setTimeout(() => resolve("silent"), 50)),
  ]);
  expect([outcome, frames.length]).toEqual(["silent", count]);
});

test("no server, and a server that dies, are Unavailable", async () => {
  const { server, ended, connection } = await open((router) =>
    router.service(AgentLinkService, {
      async *connect(requests) {
        for await (const request of requests) if (request.frame.case) yield notice(1);
      },
    }),
  );
  connection.send([message("a")]);
  await server.stop();
  expect((await ended)?.code).toBe(Code.Unavailable);
  const channel = createGrpcChannel({ endpoint: server.endpoint });
  onClose(() => channel.close());
  const error = await new Promise<ConnectError | undefined>((resolve) => {
    createGrpcLink(channel).open({
      credential: "t",
      onFrame: () => undefined,
      onFrameDropped: () => undefined,
      onDrain: () => undefined,
      onEnd: resolve,
    });
  });
  expect([error?.code, error?.rawMessage]).toEqual([
    Code.Unavailable,
    expect.stringContaining(`no server answers at ${server.endpoint}`),
  ]);
});
