// Identifiers: well-formed UUIDv7, rising whatever the clock does, and the same again from a seed.
import { randomBytes } from "node:crypto";
import { expect, test } from "@jest/globals";
import { createFakeClock } from "../testing/fake-clock.ts";
import { createSeededIds } from "../testing/seeded-ids.ts";
import { systemClock } from "./clock.ts";
import { createIds } from "./ids.ts";

const shape = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

test("ids rise while the clock stands still, goes back, or the count runs over", () => {
  const clock = createFakeClock();
  const ids = createSeededIds(7, clock);
  let last = "";
  for (let index = 0; index < 20_000; index += 1) {
    if (index === 10_000) clock.jump(-3_600_000);
    if (index === 15_000) clock.advance(1);
    const id = ids.uuid();
    expect(id > last).toBe(true);
    last = id;
  }
  expect(last).toMatch(shape);
});

test("an id tells its time", () => {
  const clock = createFakeClock(Date.UTC(2026, 5, 1));
  const id = createSeededIds(1, clock).uuid();
  expect(parseInt(id.slice(0, 8) + id.slice(9, 13), 16)).toBe(Date.UTC(2026, 5, 1));
});

test("a seed gives the same ids again, another seed others; real ones never repeat", () => {
  const run = (seed: number) => {
    const ids = createSeededIds(seed, createFakeClock());
    return [ids.uuid(), Buffer.from(ids.bytes(8)).toString("hex")];
  };
  expect(run(1)).toEqual(run(1));
  expect(run(1)).not.toEqual(run(2));
  const systemIds = createIds(systemClock, randomBytes);
  const real = Array.from({ length: 1000 }, () => systemIds.uuid());
  expect(new Set(real.map((id) => id.slice(-16))).size).toBe(1000);
  for (const id of real) expect(id).toMatch(shape);
});
