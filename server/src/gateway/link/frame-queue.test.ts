// The queue gives frames in order, counts what waits honestly, and ends once.
import { describe, expect, test } from "@jest/globals";
import { create, toBinary } from "@bufbuild/protobuf";
import { ConnectResponseSchema } from "@meshwork/gen/mesh/v1/agent_link_service";
import fc from "fast-check";
import { DomainError } from "../../domain/errors.ts";
import { frameBytes } from "./frame-bytes.ts";
import { createFrameQueue } from "./frame-queue.ts";

const notice = (count: number) =>
  create(ConnectResponseSchema, { frame: { case: "notice", value: { count } } });

describe("frame queue", () => {
  test("counts a frame until the one after it is asked for", async () => {
    const { sink, frames } = createFrameQueue();
    const bytes = frameBytes(notice(1));
    sink.send(notice(1));
    sink.send(notice(2));
    expect(sink.bufferedBytes()).toBe(2 * bytes);
    expect((await frames.next()).value).toEqual(notice(1));
    expect(sink.bufferedBytes()).toBe(2 * bytes);
    await frames.next();
    expect(sink.bufferedBytes()).toBe(bytes);
    const waiting = frames.next();
    await Promise.resolve();
    expect(sink.bufferedBytes()).toBe(0);
    sink.send(notice(3));
    expect((await waiting).value).toEqual(notice(3));
  });

  test("hands out all that was sent before its end, then the error", async () => {
    const { sink, frames } = createFrameQueue();
    sink.send(notice(1));
    sink.end(new DomainError("HELLO_TIMEOUT", "late"));
    sink.send(notice(2));
    expect((await frames.next()).value).toEqual(notice(1));
    await expect(frames.next()).rejects.toMatchObject({ reason: "HELLO_TIMEOUT" });
  });

  test("destroyed, it drops what waits, also while someone waits for more", async () => {
    const { sink, frames } = createFrameQueue();
    sink.send(notice(1));
    sink.send(notice(2));
    await frames.next();
    sink.destroy(new DomainError("LINK_STALLED", "stalled"));
    expect(sink.bufferedBytes()).toBe(0);
    await expect(frames.next()).rejects.toMatchObject({ reason: "LINK_STALLED" });
    expect((await frames.next()).done).toBe(true);
  });

  test("left by its reader, it takes nothing more", async () => {
    const { sink, frames } = createFrameQueue();
    sink.send(notice(1));
    await frames.next();
    await frames.return();
    sink.send(notice(2));
    expect(sink.bufferedBytes()).toBe(0);
  });
});

test("the count of bytes is never below what is sent, and not far above", () => {
  const text = fc.string({ maxLength: 300, unit: "binary" });
  const headers = fc.dictionary(text, text, { maxKeys: 8 });
  const payload = fc.uint8Array({ maxLength: 5_000 });
  const message = fc.record({
    messageId: text,
    sender: text,
    subject: text,
    contentType: text,
    payload,
    headers,
    correlationId: text,
    acceptTime: fc.record({ seconds: fc.bigInt(-(2n ** 62n), 2n ** 62n), nanos: fc.nat() }),
  });
  const time = fc.record({ seconds: fc.bigInt(-(2n ** 62n), 2n ** 62n), nanos: fc.integer() });
  const ack = fc.record({ sequence: fc.bigInt(0n, 2n ** 62n), agentTime: time, serverTime: time });
  const call = fc.record({
    callId: text,
    capability: text,
    caller: text,
    contentType: text,
    payload,
    headers,
    timeout: time,
  });
  const frame = fc.oneof(
    fc
      .array(message, { maxLength: 5 })
      .map((messages) => ({ case: "deliver" as const, value: { messages } })),
    ack.map((value) => ({ case: "heartbeatAck" as const, value })),
    call.map((value) => ({ case: "call" as const, value })),
    fc.nat().map((count) => ({ case: "notice" as const, value: { count } })),
  );
  fc.assert(
    fc.property(frame, (value) => {
      const response = create(ConnectResponseSchema, { frame: value });
      const encoded = toBinary(ConnectResponseSchema, response).length;
      expect(frameBytes(response)).toBeGreaterThanOrEqual(encoded);
      expect(frameBytes(response)).toBeLessThanOrEqual(3 * encoded + 2_000);
    }),
    { seed: 11 },
  );
});
