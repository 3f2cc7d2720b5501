import type { Clock } from "../domain/clock.ts";

/** A clock that stands still until a test moves it. */
export interface FakeClock extends Clock {
  /** Moves both clocks on and runs what falls due, in order of time. */
  advance(ms: number): void;
  /** Makes the wall clock jump, as an operator or NTP would; the monotonic one does not notice. */
  jump(ms: number): void;
  /** Timers that wait. */
  readonly pending: number;
}

/** Starts at `startMs`, by default 2026-01-01T00:00:00Z; the monotonic clock starts at 1,000,000. */
export function createFakeClock(startMs: number = Date.UTC(2026, 0, 1)): FakeClock {
  let wall = startMs;
  let monotonic = 1_000_000;
  let timers: { dueMs: number; run: () => void }[] = [];

  const moveTo = (target: number): void => {
    wall += target - monotonic;
    monotonic = target;
  };

  return {
    now: () => wall,
    monotonic: () => monotonic,
    after: (delayMs, run) => {
      const timer = { dueMs: monotonic + Math.max(0, delayMs), run };
      timers.push(timer);
      return { cancel: () => (timers = timers.filter((other) => other !== timer)) };
    },
    advance: (ms) => {
      const target = monotonic + ms;
      for (;;) {
        const due = timers.filter(({ dueMs }) => dueMs <= target);
        if (due.length === 0) break;
        // The sort is stable: of two that fall due together, the older one runs first.
        const next = due.sort((a, b) => a.dueMs - b.dueMs)[0]!;
        timers = timers.filter((timer) => timer !== next);
        moveTo(Math.max(monotonic, next.dueMs));
        next.run();
      }
      moveTo(target);
    },
    jump: (ms) => {
      wall += ms;
    },
    get pending() {
      return timers.length;
    },
  };
}
