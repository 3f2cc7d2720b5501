import type { Clock } from "./clock.ts";

/** Where the domain's identifiers come from; tests hand in a seeded one. */
export interface Ids {
  /** A UUIDv7, never below the one before. */
  uuid(): string;
  /** `count` random bytes. */
  bytes(count: number): Uint8Array;
}

const SEQUENCE_MAX = 0xfff;

/**
 * Identifiers out of a clock and a source of random bytes. Within a millisecond, and while the clock
 * stands still or goes back, the 12 bits after the time count on (RFC 9562, 6.2, method 1).
 */
export function createIds(clock: Clock, bytes: (count: number) => Uint8Array): Ids {
  let lastMs = 0;
  let sequence = 0;

  const uuid = (): string => {
    const nowMs = clock.now();
    if (nowMs > lastMs) {
      lastMs = nowMs;
      sequence = 0;
    } else if (sequence < SEQUENCE_MAX) {
      sequence += 1;
    } else {
      lastMs += 1;
      sequence = 0;
    }
    return format(Math.floor(lastMs), sequence, bytes(8));
  };
  return { uuid, bytes };
}

function format(ms: number, sequence: number, random: Uint8Array): string {
  const tail = Buffer.from(random);
  tail[0] = (tail[0]! & 0x3f) | 0x80;
  const time = ms.toString(16).padStart(12, "0");
  const rest = tail.toString("hex");
  return [
    time.slice(0, 8),
    time.slice(8),
    `7${sequence.toString(16).padStart(3, "0")}`,
    rest.slice(0, 4),
    rest.slice(4),
  ].join("-");
}
