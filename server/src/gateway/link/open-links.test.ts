// Agent links that stay open, past the library and by it: how they end, and that what waits for a slow
// peer is counted, written together and let go of.
import { once } from "node:events";
import { describe, expect, test } from "@jest/globals";
import type { ConnectResponse } from "@meshwork/gen/mesh/v1/agent_link_service";
import fc from "fast-check";
import { DomainError } from "../../domain/errors.ts";
import { callers } from "../fixtures/gateway.ts";
import { noticeOf } from "../fixtures/held-links.ts";
import {
  frameBytes,
  noticesIn,
  plainHeaders,
  startLinkGateway,
  until,
  type OpenLink,
} from "../fixtures/link-gateway.ts";
import { grpcOutcome } from "../fixtures/raw-client.ts";
import { linkPaths } from "../fixtures/rote-links.ts";

describe.each(linkPaths)("a link that stays open, %s", (path, more) => {
  test("response headers and frames come while the caller still sends", async () => {
    await using gateway = await startLinkGateway();
    const { held, chunks, stream, answer } = await gateway.open(more);
    held.sink.send(noticeOf(1));
    await until(() => chunks.length === 1);
    held.sink.send(noticeOf(2));
    await until(() => chunks.length === 2);
    stream.end();
    const ended = await answer;
    expect([noticesIn(ended.body), grpcOutcome(ended).status]).toEqual([[1, 2], 0]);
    expect(held.closed).toBeGreaterThan(0);
  });

  test("of a revoked credential ends within a second", async () => {
    await using gateway = await startLinkGateway();
    const { held, answer } = await gateway.open(more);
    const revokedMs = performance.now();
    gateway.revoked.add(callers["demo-agent"]!.id);
    const { status, info } = grpcOutcome(await answer);
    expect([status, info?.reason]).toEqual([16, "CREDENTIAL_INVALID"]);
    expect(performance.now() - revokedMs).toBeLessThan(1_000);
    expect(held.closed).toBeGreaterThan(0);
  });

  test("ends with SERVER_DRAINING when the gateway closes, not when it only drains", async () => {
    await using gateway = await startLinkGateway();
    const { held, chunks, answer } = await gateway.open(more);
    gateway.gateway.drain();
    held.sink.send(noticeOf(1));
    await until(() => chunks.length === 1);
    const closed = gateway.gateway.close(5_000);
    const { status, info } = grpcOutcome(await answer);
    expect([status, info?.reason]).toEqual([14, "SERVER_DRAINING"]);
    await closed;
  });

  test.each([
    // Node's client ends a stream in good order before it resets it.
    ["resets the stream", "ok", ({ stream }: OpenLink) => stream.close(8)],
    ["drops the connection", "canceled", ({ stream }: OpenLink) => stream.session!.destroy()],
  ] as const)("whose caller %s is closed and counted as %s", async (_name, code, leave) => {
    await using gateway = await startLinkGateway();
    const opened = await gateway.open(more);
    leave(opened);
    await until(() => opened.held.closed > 0 && gateway.log.length > 0);
    expect(gateway.log).toMatchObject([{ code, principal: "agent:uid-w1" }]);
    opened.held.sink.send(noticeOf(1));
    expect(opened.held.sink.bufferedBytes()).toBe(0);
  });

  test("whose caller leaves while it is being authenticated is not left open", async () => {
    const proven = Promise.withResolvers<undefined>();
    let asked = false;
    await using gateway = await startLinkGateway({
      authenticate: async () => {
        asked = true;
        await proven.promise;
        return callers["demo-agent"]!;
      },
    });
    const stream = gateway.connect().request({ ...plainHeaders, ...more }, { endStream: false });
    stream.on("error", () => undefined);
    await until(() => asked);
    stream.close(8);
    await once(stream, "close");
    await new Promise((resolve) => setTimeout(resolve, 20));
    proven.resolve(undefined);
    await until(() => gateway.log.length > 0);
    expect(gateway.log).toMatchObject([{ code: "canceled" }]);
    expect(gateway.opened.filter(({ closed }) => closed === 0)).toEqual([]);
    // The library has a handler begin in any case, with a call that is over.
    if (path === "direct") expect(gateway.opened).toEqual([]);
  });

  test("of a peer that reads nothing: what waits is counted until it is taken", async () => {
    await using gateway = await startLinkGateway();
    const { held, stream } = await gateway.open(more, false);
    for (let count = 0; count < 40; count += 1) held.sink.send(noticeOf(count, 50_000));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(held.sink.bufferedBytes()).toBeGreaterThan(1_930_000);
    const taken: Buffer[] = [];
    stream.on("data", (chunk: Buffer) => taken.push(chunk));
    await until(() => held.sink.bufferedBytes() === 0);
    await until(() => Buffer.concat(taken).length > 2_000_000);
    expect(noticesIn(Buffer.concat(taken))).toEqual(
      Array.from({ length: 40 }, (_, count) => count),
    );
  });

  test("of a peer that reads nothing: destroyed, it lets go, and tells why if it is read yet", async () => {
    await using gateway = await startLinkGateway();
    const { held, stream, answer } = await gateway.open(more, false);
    for (let count = 0; count < 40; count += 1) held.sink.send(noticeOf(count, 50_000));
    await new Promise((resolve) => setTimeout(resolve, 50));
    held.sink.destroy(new DomainError("LINK_STALLED", "took nothing"));
    expect(held.sink.bufferedBytes()).toBeLessThan(200_000);
    stream.resume();
    const { status, info } = grpcOutcome(await answer);
    expect([status, info?.reason]).toEqual([8, "LINK_STALLED"]);
  });

  test("of a peer that reads nothing: ended, it is given up after the stall", async () => {
    await using gateway = await startLinkGateway({ limits: { writeStallMs: 100 } });
    const { held, answer } = await gateway.open(more, false);
    for (let count = 0; count < 40; count += 1) held.sink.send(noticeOf(count, 50_000));
    held.sink.end();
    expect((await answer).resetCode).toBe(8);
    const { values } = await gateway.metrics.connectionsEnded.get();
    expect(values.find(({ labels }) => labels.reason === "stalled")?.value).toBe(1);
  });
});

describe("what is written past the library", () => {
  test("answers to what came in one chunk leave together", async () => {
    await using gateway = await startLinkGateway();
    const { held, chunks, stream } = await gateway.open({});
    gateway.onFrame = () => held.sink.send(noticeOf(held.frames.length));
    stream.write(Buffer.concat(Array.from({ length: 16 }, () => frameBytes("heartbeat"))));
    await until(() => chunks.length > 0);
    expect(noticesIn(chunks[0]!)).toHaveLength(16);
  });

  test("frames of one tick leave together, however they came about", async () => {
    await using gateway = await startLinkGateway();
    const { held, chunks } = await gateway.open({});
    held.sink.send(noticeOf(1));
    await Promise.resolve();
    held.sink.send(noticeOf(2));
    process.nextTick(() => held.sink.send(noticeOf(3)));
    await until(() => chunks.length > 0);
    expect(noticesIn(chunks[0]!)).toEqual([1, 2, 3]);
  });

  test("frames of all sizes arrive in order and whole", async () => {
    await using gateway = await startLinkGateway();
    const sizes = fc.array(
      fc.oneof(fc.integer({ min: 0, max: 300 }), fc.constantFrom(16_370, 16_384, 65_536, 200_000)),
      { minLength: 1, maxLength: 40 },
    );
    await fc.assert(
      fc.asyncProperty(sizes, fc.integer({ min: 1, max: 9 }), async (all, burst) => {
        const { held, answer, stream } = await gateway.open({});
        for (const [count, bytes] of all.entries()) {
          held.sink.send(noticeOf(count, bytes), count % 2 === 0 ? "shared" : undefined);
          if (count % burst === 0) await new Promise((resolve) => setImmediate(resolve));
        }
        stream.end();
        const { body } = await answer;
        expect(noticesIn(body)).toEqual(all.map((_, count) => count));
      }),
      { numRuns: 30, seed: 7 },
    );
  });

  test("one frame for many links is the same to each", async () => {
    await using gateway = await startLinkGateway();
    const opened = [await gateway.open({}), await gateway.open({}), await gateway.open({})];
    const notice: ConnectResponse = noticeOf(5, 100_000);
    for (const { held } of opened) held.sink.send(notice, "shared");
    for (const { stream } of opened) stream.end();
    for (const { answer } of opened) expect(noticesIn((await answer).body)).toEqual([5]);
  });
});
