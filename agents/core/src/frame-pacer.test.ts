// Frames leave no faster than the server takes them, and batches of messages count by their messages.
import { expect, test } from "@jest/globals";
import type { LinkConnection } from "@meshwork/wire/link-transport";
import { createFakeClock } from "@meshwork/server/testing/fake-clock";
import { createFramePacer } from "./frame-pacer.ts";
import { agentFrame } from "./frames.ts";

const publish = (messages: number) =>
  agentFrame({
    case: "publish",
    value: { messages: Array.from({ length: messages }, () => ({ subject: "s" })) },
  });

test("frames of many messages wait for the messages' share of the rate", async () => {
  const clock = createFakeClock();
  let sent = 0;
  const link = {
    send: (frames: readonly unknown[]) => {
      sent += frames.length;
    },
  } as LinkConnection;
  const pacer = createFramePacer(link, clock, () => undefined);
  // 10 messages a frame: with 80 % of the rate, a frame of 200 costs 20 of the 80 tokens.
  pacer.limit(100, 1_000);
  for (let count = 0; count < 10; count += 1) pacer.send(publish(200));
  await Promise.resolve();
  expect([sent, pacer.waiting]).toEqual([4, 6]);
  clock.advance(1_000);
  expect(sent).toBeGreaterThanOrEqual(7);
  expect(sent).toBeLessThanOrEqual(8);
  clock.advance(1_000);
  expect([sent, pacer.waiting]).toEqual([10, 0]);
  pacer.close();
});
