// An agent's writes keep their order, are tried again while the store fails, and stay few.
import { describe, expect, test } from "@jest/globals";
import { setImmediate } from "node:timers/promises";
import { createFakeClock } from "../../testing/fake-clock.ts";
import { createAgentWriter } from "./agent-writer.ts";
import { WRITES_WAITING_MAX } from "./limits.ts";
import { createTimingWheel } from "./timing-wheel.ts";

function setUp() {
  const clock = createFakeClock();
  const wheel = createTimingWheel(clock);
  const seen = { written: [] as number[], failures: 0, idle: 0, broken: false };
  const writer = createAgentWriter({
    clock,
    wheel,
    failed: () => {
      seen.failures += 1;
    },
    idle: () => {
      seen.idle += 1;
    },
  });
  const add = (write: number): Promise<void> =>
    writer.add(async () => {
      await setImmediate();
      if (seen.broken) throw new Error("the store is away");
      seen.written.push(write);
    });
  /** As often as anything could want to go on. */
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 100; turn += 1) await setImmediate();
  };
  return { clock, wheel, writer, seen, add, settle };
}

describe("an agent's writer", () => {
  test("writes one after the other", async () => {
    const { writer, seen, add, clock } = setUp();
    await Promise.all([1, 2, 3, 4].map(add));
    expect(seen.written).toEqual([1, 2, 3, 4]);
    expect([writer.size, clock.pending]).toEqual([0, 0]);
  });

  test("tries a failed write again each second, before those behind it", async () => {
    const { clock, writer, seen, add, settle } = setUp();
    seen.broken = true;
    const all = Promise.all([1, 2, 3].map(add));
    await settle();
    for (let second = 0; second < 3; second += 1) {
      clock.advance(1_000);
      await settle();
    }
    expect(seen).toMatchObject({ written: [], failures: 4, idle: 0 });
    expect(writer.size).toBe(3);
    seen.broken = false;
    clock.advance(1_000);
    await all;
    expect(seen.written).toEqual([1, 2, 3]);
  });

  test("gives up the oldest that is not under way when too many wait", async () => {
    const { writer, seen, add, settle } = setUp();
    const writes = Array.from({ length: WRITES_WAITING_MAX + 2 }, (_, index) => index);
    await Promise.all(writes.map(add));
    await settle();
    expect(writer.size).toBe(0);
    expect(seen.written).toEqual(writes.filter((write) => write !== 1 && write !== 2));
  });

  test("stopped, waits for the write under way and does no other", async () => {
    const { clock, wheel, writer, seen, add, settle } = setUp();
    const all = Promise.all([1, 2, 3].map(add));
    await Promise.resolve();
    await writer.stop();
    await all;
    await settle();
    expect(seen.written).toEqual([1]);
    expect([writer.size, wheel.size(), clock.pending]).toEqual([0, 0, 0]);
  });
});
