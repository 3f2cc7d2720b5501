// What the codec shares and refuses; that it encodes as the library does is proven beside the generated code.
import { create, toBinary } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { expect, test } from "@jest/globals";
import {
  ConnectRequestSchema,
  ConnectResponseSchema,
} from "@meshwork/gen/mesh/v1/agent_link_service";
import { noticeOf } from "../fixtures/held-links.ts";
import { gatewayLimits } from "../limits.ts";
import { createLinkCodec } from "./link-codec.ts";

const codec = createLinkCodec(gatewayLimits);

test("a shared frame is encoded once, any other each time", () => {
  const frame = noticeOf(1, 10);
  const bytes = codec.encode(frame, true);
  expect(bytes).toEqual(toBinary(ConnectResponseSchema, frame));
  expect(codec.encode(frame, true)).toBe(bytes);
  expect(codec.encode(frame, false)).not.toBe(bytes);
  expect(codec.encode(noticeOf(1, 10), true)).not.toBe(bytes);
});

test("a frame goes in and comes out", () => {
  const frame = create(ConnectRequestSchema, {
    frame: { case: "goodbye", value: { reason: "r" } },
  });
  expect(codec.decode(toBinary(ConnectRequestSchema, frame))).toEqual(frame);
});

test("errors are the library's", () => {
  const read = expect.objectContaining({ rawMessage: expect.stringMatching(/^parse binary: /) });
  expect(() => codec.decode(Buffer.from([0x0a, 0x7f]))).toThrow(read);
  const written = expect.objectContaining({ code: Code.ResourceExhausted });
  expect(() => codec.encode(noticeOf(1, 5e6), false)).toThrow(written);
});
