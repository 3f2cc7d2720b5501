/** A pending call of a function; cancelling it twice is harmless. */
export interface Timer {
  cancel(): void;
}

/** Time as an agent sees it; tests drive it by hand. */
export interface Clock {
  /** Wall-clock time in milliseconds since 1970. May jump. */
  now(): number;
  /** Milliseconds on a clock that never jumps. */
  monotonic(): number;
  /** Calls once after `delayMs`. */
  after(delayMs: number, run: () => void): Timer;
}

/** The machine's clocks. A pending timer keeps a Node process alive: an agent at work is no idle process. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return {
      cancel: () => {
        clearTimeout(timer);
      },
    };
  },
};
