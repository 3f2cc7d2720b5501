/** Runs handlers in the order in which they came, so many at a time. */
export interface Lane {
  /** Resolves when the work is done, which never throws. */
  run(work: () => Promise<void>): Promise<void>;
}

export function createLane(atOnceMax: number): Lane {
  const waiting: (() => void)[] = [];
  let running = 0;

  async function start(work: () => Promise<void>): Promise<void> {
    running += 1;
    await work();
    running -= 1;
    waiting.shift()?.();
  }

  return {
    run: (work) => {
      if (running < atOnceMax && waiting.length === 0) return start(work);
      return new Promise<void>((resolve) => {
        waiting.push(() => {
          resolve(start(work));
        });
      });
    },
  };
}
