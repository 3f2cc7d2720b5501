import type { Clock } from "./clock.ts";

/** Where the domain's identifiers come from; tests hand in a seeded one. */
export interface Ids {
  /** A UUIDv7, never below the one before. */
  uuid(): string;
  /** `count` random bytes. */
  bytes(count: number): Uint8Array;
}

const SEQUENCE_MAX = 0xfff;
/** Random bytes of one id. */
const TAIL_BYTES = 8;
/** Ids that one call for random bytes serves: a call costs more than all else of an id. */
const TAILS_AT_ONCE = 128;

/**
 * Identifiers out of a clock and a source of random bytes. Within a millisecond, and while the clock
 * stands still or goes back, the 12 bits after the time count on (RFC 9562, 6.2, method 1).
 */
export function createIds(clock: Clock, bytes: (count: number) => Uint8Array): Ids {
  let lastMs = 0;
  let sequence = 0;
  let tails = Buffer.alloc(0);
  let nextTail = 0;

  const tail = (): string => {
    if (nextTail === tails.length) {
      tails = Buffer.from(bytes(TAIL_BYTES * TAILS_AT_ONCE));
      nextTail = 0;
    }
    const at = nextTail;
    nextTail += TAIL_BYTES;
    tails[at] = (tails[at]! & 0x3f) | 0x80;
    return tails.toString("hex", at, nextTail);
  };

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
    return format(Math.floor(lastMs), sequence, tail());
  };
  return { uuid, bytes };
}

function format(ms: number, sequence: number, tail: string): string {
  const time = ms.toString(16).padStart(12, "0");
  const count = sequence.toString(16).padStart(3, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${count}-${tail.slice(0, 4)}-${tail.slice(4)}`;
}
