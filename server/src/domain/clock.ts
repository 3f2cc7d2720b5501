/** A pending call of a function; cancelling it twice is harmless. */
export interface Timer {
  cancel(): void;
}

/** Time as the domain sees it; tests drive it by hand (`testing/fake-clock.ts`). */
export interface Clock {
  /** Wall-clock time in milliseconds since 1970, for records and people. May jump. */
  now(): number;
  /** Milliseconds on a clock that never jumps, for deadlines and silence. */
  monotonic(): number;
  /** Calls once after `delayMs`. Does not keep the process alive. */
  after(delayMs: number, run: () => void): Timer;
}

/** The machine's clocks. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    timer.unref();
    return { cancel: () => clearTimeout(timer) };
  },
};
