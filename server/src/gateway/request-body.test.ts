// A body comes out as the messages that went in, however the network cut it; what waits is bounded.
import { ConnectError } from "@connectrpc/connect";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { gatewayLimits } from "./limits.ts";
import { envelope } from "./fixtures/raw-client.ts";
import { createRequestBody, type RequestBody } from "./request-body.ts";

function open(single: boolean, enveloped: boolean, limits = gatewayLimits) {
  const flow: string[] = [];
  const body = createRequestBody({
    callId: "id-1",
    single,
    enveloped,
    limits,
    pause: () => flow.push("pause"),
    resume: () => flow.push("resume"),
  });
  return { body, flow };
}

async function readAll(body: RequestBody): Promise<Uint8Array[]> {
  const all: Uint8Array[] = [];
  for await (const chunk of body) all.push(Uint8Array.from(chunk));
  return all;
}

function cut(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let offset = 0;
  for (let turn = 0; offset < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length]!;
    pieces.push(bytes.subarray(offset, offset + size));
    offset += size;
  }
  return pieces;
}

const messages = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 });
const sizes = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 10 });

test("a stream's envelopes come out one by one, whatever the cuts and whenever it is read", async () => {
  await fc.assert(
    fc.asyncProperty(messages, sizes, fc.boolean(), async (sent, cuts, early) => {
      const { body } = open(false, true);
      const envelopes = sent.map((message) => new Uint8Array(envelope(message)));
      const reading = early ? readAll(body) : undefined;
      for (const piece of cut(Buffer.concat(envelopes), cuts)) {
        body.push(piece);
        if (early) await Promise.resolve();
      }
      body.end();
      expect(await (reading ?? readAll(body))).toEqual(envelopes);
    }),
  );
});

test("a single message comes out whole", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ minLength: 1, maxLength: 2000 }),
      sizes,
      async (message, cuts) => {
        const { body } = open(true, false);
        for (const piece of cut(message, cuts)) body.push(piece);
        body.end();
        expect(await readAll(body)).toEqual([message]);
      },
    ),
  );
});

describe("flow", () => {
  const limits = { ...gatewayLimits, messagesQueuedMax: 4 };

  test("reading pauses when enough waits, and goes on when half of it was taken", async () => {
    const { body, flow } = open(false, true, limits);
    const reader = body[Symbol.asyncIterator]();
    for (let count = 0; count < 4; count += 1) body.push(envelope(Buffer.from([count])));
    expect(flow).toEqual(["pause"]);
    await reader.next();
    await reader.next();
    expect(flow).toEqual(["pause"]);
    await reader.next();
    expect(flow).toEqual(["pause", "resume"]);
  });

  test("a failure drops what waits and lets the transport read on", async () => {
    const { body, flow } = open(false, true, limits);
    for (let count = 0; count < 4; count += 1) body.push(envelope(Buffer.from([count])));
    body.fail(new ConnectError("gone"));
    expect(flow).toEqual(["pause", "resume"]);
    await expect(readAll(body)).rejects.toThrow("gone");
  });
});

describe("frames that are too small", () => {
  const byte = Buffer.from([0]);

  test.each([true, false])(
    "of one message (single: %p) are refused after the free ones",
    async (single) => {
      const { body } = open(single, true);
      body.push(Buffer.from([0, 0, 1, 0, 0]));
      for (let count = 1; count < gatewayLimits.dataFramesFree; count += 1) body.push(byte);
      expect(body.done()).toBe(false);
      body.push(byte);
      await expect(readAll(body)).rejects.toThrow("cut too small");
    },
  );

  test("of many small messages are welcome", async () => {
    const { body } = open(false, true);
    const reading = readAll(body);
    for (let count = 0; count < 10_000; count += 1) {
      body.push(envelope(byte));
      if (count % 50 === 0) await new Promise(setImmediate);
    }
    body.end();
    expect(await reading).toHaveLength(10_000);
  });
});
