// Agent links of plain gRPC past the library: which calls go there, and that whoever calls cannot tell
// the ways apart.
import { create } from "@bufbuild/protobuf";
import { describe, expect, test } from "@jest/globals";
import { ConnectResponseSchema } from "@meshwork/gen/mesh/v1/agent_link_service";
import { DomainError } from "../../domain/errors.ts";
import { noticeOf, type HeldLink } from "../fixtures/held-links.ts";
import { frameBytes, plainHeaders, startLinkGateway } from "../fixtures/link-gateway.ts";
import { envelope, grpcOutcome, http2Request } from "../fixtures/raw-client.ts";
import { linkPaths } from "../fixtures/rote-links.ts";

describe("which calls go past the library", () => {
  test.each<[string, string, Record<string, string>]>([
    ["direct", "plain gRPC", {}],
    ["direct", "protobuf by name", { "content-type": "application/grpc+proto" }],
    ["direct", "identity", { "grpc-encoding": "identity" }],
    ["direct", "who understands gzip", { "grpc-accept-encoding": "identity,deflate,gzip" }],
    ["direct", "headers of their own", { "x-anything": "1", "user-agent": "grpc-go/1" }],
    ["library", "JSON", { "content-type": "application/grpc+json" }],
    ["library", "gRPC-Web", { "content-type": "application/grpc-web+proto" }],
    ["library", "Connect", { "content-type": "application/connect+proto" }],
    ["library", "odd spelling", { "content-type": "Application/GRPC" }],
    ["library", "gzip", { "grpc-encoding": "gzip" }],
    ["library", "an unknown encoding", { "grpc-encoding": "zip" }],
    ["library", "a deadline", { "grpc-timeout": "1M" }],
    ["library", "a deadline that makes no sense", { "grpc-timeout": "x" }],
    ["library", "another method", { ":method": "PUT" }],
  ])("%s: %s", async (path, _name, headers) => {
    await using gateway = await startLinkGateway();
    await http2Request(gateway.port, { ...plainHeaders, ...headers });
    expect(await gateway.served()).toEqual({ [path]: 1 });
  });

  test("no other RPC", async () => {
    await using gateway = await startLinkGateway();
    const headers = { ...plainHeaders, ":path": "/mesh.v1.AuthService/WhoAmI" };
    await http2Request(gateway.port, headers);
    expect(await gateway.served()).toEqual({});
  });
});

describe("whoever calls cannot tell the ways apart", () => {
  const cyclic: Record<string, unknown> = {};
  cyclic["self"] = cyclic;
  const unwritable = create(ConnectResponseSchema, {
    frame: { case: "config", value: { desiredConfiguration: cyclic as never } },
  });
  const tooLarge = "a frame too large to be sent";
  const malformed = envelope(Buffer.from([0x0a, 0x7f, 0x01]));
  const stalled = new DomainError("LINK_STALLED", "took nothing", {
    metadata: { waiting_bytes: "7" },
    retryAfterMs: 1_500,
  });
  type Case = [
    name: string,
    body: readonly Uint8Array[],
    status: number,
    headers?: Record<string, string>,
    act?: (link: HeldLink) => void,
  ];

  const cases: Case[] = [
    ["no credential", [frameBytes("heartbeat")], 16, { authorization: "" }],
    ["a wrong credential", [frameBytes("heartbeat")], 16, { authorization: "Bearer nobody" }],
    ["a role that may not", [frameBytes("heartbeat")], 7, { authorization: "Bearer viewer" }],
    ["a one-time token", [frameBytes("heartbeat")], 7, { authorization: "Bearer bootstrap" }],
    ["an end without a frame", [], 0],
    ["an empty frame", [envelope(Buffer.alloc(0)), frameBytes("goodbye")], 0],
    ["malformed protobuf", [malformed], 3],
    ["a good frame before malformed protobuf", [frameBytes("heartbeat"), malformed], 3],
    ["a compressed envelope", [envelope(Buffer.from([1, 2, 3]), 1)], 3],
    ["a compressed empty envelope", [envelope(Buffer.alloc(0), 1)], 3],
    ["the flag of an end", [envelope(Buffer.alloc(0), 2)], 0],
    ["unknown flags", [envelope(Buffer.alloc(0), 0x84)], 3],
    ["a frame over the limit", [envelope(Buffer.alloc(1024 * 1024 + 1))], 8],
    ["the length 0xFFFFFFFF", [envelope(Buffer.alloc(10), 0, 0xffffffff)], 8],
    ["a head cut short", [frameBytes("heartbeat"), Buffer.from([0, 0, 0])], 3],
    ["a frame cut short", [envelope(Buffer.from([0x0a]), 0, 100)], 3],
    ["an error of the link", [frameBytes("heartbeat")], 8, {}, ({ sink }) => sink.end(stalled)],
    [
      "a link that is destroyed",
      [frameBytes("heartbeat")],
      8,
      {},
      ({ sink }) => sink.destroy(stalled),
    ],
    [
      "a frame that is dropped with its link",
      [frameBytes("heartbeat")],
      8,
      {},
      ({ sink }) => {
        sink.send(noticeOf(1));
        sink.destroy(stalled);
      },
    ],
    [
      "a frame before the error",
      [frameBytes("heartbeat")],
      8,
      {},
      ({ sink }) => {
        sink.send(noticeOf(1));
        sink.end(stalled);
      },
    ],
    [
      "a frame back",
      [frameBytes("heartbeat")],
      0,
      {},
      ({ sink }) => sink.send(noticeOf(7, 70_000)),
    ],
    [tooLarge, [frameBytes("heartbeat")], 8, {}, ({ sink }) => sink.send(noticeOf(1, 5e6))],
    [
      "one that cannot be written",
      [frameBytes("heartbeat")],
      13,
      {},
      ({ sink }) => sink.send(unwritable),
    ],
  ];

  test.each(cases)("%s", async (name, body, status, headers = {}, act) => {
    const ways = [];
    for (const [path, more] of linkPaths) {
      await using gateway = await startLinkGateway();
      let acted = false;
      gateway.onFrame = (link) => {
        if (!acted) act?.(link);
        acted = true;
      };
      const sent = { ...plainHeaders, "x-request-id": "same", ...headers, ...more };
      const answer = await http2Request(gateway.port, sent, body);
      expect(await gateway.served()).toEqual({ [path]: 1 });
      const { date, ...rest } = answer.headers;
      expect(date).toBeDefined();
      expect([path, grpcOutcome(answer).status]).toEqual([path, status]);
      const calls = await gateway.metrics.rpcCalls.get();
      // The library keeps from the chain why it refused an answer: it is counted as INTERNAL there.
      const isTold = name !== tooLarge;
      ways.push({
        headers: rest,
        trailers: answer.trailers,
        body: answer.body.toString("hex"),
        resetCode: answer.resetCode,
        counted: isTold && calls.values,
        logged:
          isTold &&
          gateway.log.map(({ level, operation, principal, code, reason, msg }) => ({
            ...{ level, operation, principal, code, reason, msg },
          })),
        audited: gateway.audit,
        opened: gateway.opened.map(({ principalId, closed }) => [principalId, closed > 0]),
      });
    }
    expect(ways[0]).toEqual(ways[1]);
  });
});
