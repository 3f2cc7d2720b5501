// The server's wall clock, as its frames tell it: an agent's tokens are judged by that one.
import type { Clock } from "./clock.ts";
import { SERVER_TIME_ROUND_TRIP_MAX_MS } from "./limits.ts";

export interface ServerClock {
  /** The server's time in ms since 1970, as well as it is known; the machine's own until it was heard. */
  readonly now: () => number;
  /** The server told its time in an answer that took so long. */
  readonly heard: (serverMs: number, roundTripMs: number) => void;
  /** A token with this time was refused: the next one goes by another clock. */
  readonly refused: () => void;
}

/**
 * Goes by the monotonic clock, which no step of the wall clock moves. That one stands still while the
 * machine sleeps, and a clock may have been put right since; so refusals try the others in turn.
 */
export function createServerClock(clock: Clock): ServerClock {
  let known: { serverMs: number; monotonicMs: number; wallMs: number } | undefined;
  let refusals = 0;

  return {
    now: () => {
      const wallMs = clock.now();
      if (known === undefined) return wallMs;
      const choices = [
        known.serverMs + clock.monotonic() - known.monotonicMs,
        wallMs,
        known.serverMs + wallMs - known.wallMs,
      ];
      return choices[refusals % choices.length]!;
    },
    heard: (serverMs, roundTripMs) => {
      refusals = 0;
      // An answer that lay somewhere says little of the time it is now.
      if (roundTripMs > SERVER_TIME_ROUND_TRIP_MAX_MS) return;
      known = {
        serverMs: serverMs + roundTripMs / 2,
        monotonicMs: clock.monotonic(),
        wallMs: clock.now(),
      };
    },
    refused: () => {
      refusals += 1;
    },
  };
}
