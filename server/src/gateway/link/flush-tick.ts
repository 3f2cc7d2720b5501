/** Runs what was asked for during one tick of the event loop at its end, each once. */
export interface FlushTick {
  ask(flush: () => void): void;
}

/** One timer for all links: a broadcast to ten thousand of them asks for one, not for as many. */
export function createFlushTick(): FlushTick {
  let asked: (() => void)[] = [];

  function run(): void {
    const due = asked;
    asked = [];
    for (const flush of due) flush();
  }

  return {
    ask: (flush) => {
      if (asked.push(flush) === 1) setImmediate(run);
    },
  };
}
