// The wheel runs each check at its tick, never early, behind a single timer that is gone when empty.
import { describe, expect, test } from "@jest/globals";
import { createFakeClock } from "../../testing/fake-clock.ts";
import { createTimingWheel } from "./timing-wheel.ts";

describe("timing wheel", () => {
  test("a check never runs before its time and at most a tick after it", () => {
    const clock = createFakeClock();
    const wheel = createTimingWheel(clock, 100, 16);
    const start = clock.monotonic();
    const ran = new Map<number, number>();
    // Up to 20 s is more than twelve rounds of sixteen slots.
    const delays = [0, 1, 99, 100, 101, 1_550, 1_599, 1_600, 1_601, 3_333, 9_999, 20_000];
    for (const delay of delays)
      wheel.arm(start + delay, (now) => {
        ran.set(delay, now - start);
        return undefined;
      });
    for (let passed = 0; passed < 21_000; passed += 37) clock.advance(37);
    for (const delay of delays) {
      expect(ran.get(delay)).toBeGreaterThanOrEqual(delay);
      expect(ran.get(delay)).toBeLessThanOrEqual(delay + 101);
    }
  });

  test("one timer for all, none when nothing waits", () => {
    const clock = createFakeClock();
    const wheel = createTimingWheel(clock);
    const entries = Array.from({ length: 1_000 }, (_, index) =>
      wheel.arm(clock.monotonic() + index * 10, () => undefined),
    );
    expect([clock.pending, wheel.size()]).toEqual([1, 1_000]);
    for (const entry of entries) entry.cancel();
    expect([clock.pending, wheel.size()]).toEqual([0, 0]);
    wheel.arm(clock.monotonic() + 250, () => undefined);
    clock.advance(400);
    expect([clock.pending, wheel.size()]).toEqual([0, 0]);
  });

  test("a check that answers a time runs again then", () => {
    const clock = createFakeClock();
    const wheel = createTimingWheel(clock);
    const start = clock.monotonic();
    const ran: number[] = [];
    wheel.arm(start + 1_000, (now) => {
      ran.push(now - start);
      return ran.length < 3 ? now + 500 : undefined;
    });
    clock.advance(10_000);
    expect(ran).toEqual([1_000, 1_500, 2_000]);
    expect(wheel.size()).toBe(0);
  });

  test("a check may cancel itself and others, and arm new ones", () => {
    const clock = createFakeClock();
    const wheel = createTimingWheel(clock);
    const due = clock.monotonic() + 100;
    const ran: string[] = [];
    const first = wheel.arm(due, () => {
      ran.push("first");
      second.cancel();
      first.cancel();
      wheel.arm(due, () => void ran.push("third"));
      return due + 100;
    });
    const second = wheel.arm(due, () => void ran.push("second"));
    clock.advance(1_000);
    expect(ran).toEqual(["first", "third"]);
    expect([clock.pending, wheel.size()]).toEqual([0, 0]);
  });

  test("a tick that comes late says so, and one round catches up with a long stop", () => {
    const clock = createFakeClock();
    let held: (() => void) | undefined;
    const wheel = createTimingWheel(
      {
        now: () => clock.now(),
        monotonic: () => clock.monotonic(),
        after: (delay, run) => clock.after(delay, () => (held = run)),
      },
      100,
      16,
    );
    const seen: number[] = [];
    wheel.arm(clock.monotonic() + 100, (_, late) => void seen.push(late));
    wheel.arm(clock.monotonic() + 4_000, (_, late) => void seen.push(late));
    clock.advance(60_000);
    held!();
    expect(seen).toEqual([59_900, 59_900]);
    expect(wheel.size()).toBe(0);
  });

  test("after idleness the hand does not lag behind", () => {
    const clock = createFakeClock();
    const wheel = createTimingWheel(clock, 100, 16);
    clock.advance(1_000_050);
    const start = clock.monotonic();
    let at = 0;
    wheel.arm(start + 300, (now) => {
      at = now - start;
      return undefined;
    });
    clock.advance(1_000);
    expect(at).toBeGreaterThanOrEqual(300);
    expect(at).toBeLessThanOrEqual(400);
  });
});
