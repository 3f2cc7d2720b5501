// Pings keep connections alive; only those that come fast, often and without data are a flood.
import { expect, test } from "@jest/globals";
import { gatewayLimits } from "./limits.ts";
import { createPingGuard } from "./ping-guard.ts";

const SECOND = 1000;

/** How many pings, `gapMs` apart, pass before one is too many. */
function passing(gapMs: number, touch: boolean, count = 100): number {
  const guard = createPingGuard(gatewayLimits);
  for (let index = 0; index < count; index += 1) {
    if (touch) guard.touch();
    if (!guard.ping(index * gapMs)) return index;
  }
  return count;
}

test("a keep-alive of 10 s or slower passes for ever", () => {
  expect(passing(10 * SECOND, false)).toBe(100);
  expect(passing(60 * SECOND, false)).toBe(100);
});

test("the fourth of a fast row is one too many: two strikes are free", () => {
  expect(passing(1, false)).toBe(3);
  expect(passing(9 * SECOND, false)).toBe(3);
});

test("pings that go with data pass", () => {
  expect(passing(1, true)).toBe(100);
});

test("strikes are forgotten with their window", () => {
  const guard = createPingGuard(gatewayLimits);
  for (let hour = 0; hour < 10; hour += 1) {
    for (const offset of [0, 1, 2]) expect(guard.ping(hour * 3600 * SECOND + offset)).toBe(true);
  }
});
