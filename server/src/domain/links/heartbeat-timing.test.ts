// The interval is the larger of the mesh's and n / 2,000 s, and never asks for more than 30 s itself.
import { expect, test } from "@jest/globals";
import { heartbeatTiming } from "./heartbeat-timing.ts";

test.each([
  [
    { intervalMs: 10_000, lostAfterMs: 20_000 },
    20_000,
    { intervalMs: 10_000, lostAfterMs: 20_000 },
  ],
  [
    { intervalMs: 10_000, lostAfterMs: 20_000 },
    30_000,
    { intervalMs: 15_000, lostAfterMs: 45_000 },
  ],
  [{ intervalMs: 100, lostAfterMs: 200 }, 200, { intervalMs: 100, lostAfterMs: 200 }],
  [{ intervalMs: 100, lostAfterMs: 9_000 }, 1_001, { intervalMs: 501, lostAfterMs: 9_000 }],
  [{ intervalMs: 10_000, lostAfterMs: 30_000 }, 1e6, { intervalMs: 30_000, lostAfterMs: 90_000 }],
  [{ intervalMs: 60_000, lostAfterMs: 180_000 }, 1e6, { intervalMs: 60_000, lostAfterMs: 180_000 }],
])("%j with %d agents", (mesh, agents, expected) => {
  expect(heartbeatTiming(mesh, agents)).toEqual(expected);
});
