import type { Clock } from "../domain/clock.ts";
import { createIds, type Ids } from "../domain/ids.ts";

/** Identifiers that are the same in every run of one seed. Not random enough for anything but tests. */
export function createSeededIds(seed: number, clock: Clock): Ids {
  let state = seed >>> 0;
  // mulberry32 (Tommy Ettinger, public domain)
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  return createIds(clock, (count) => Uint8Array.from({ length: count }, () => next() >>> 24));
}
