/** How far the messages of a mailbox benchmark have come. */
export interface Marks {
  /** So many more are on disk, as the sender was told. */
  stored(messages: number): void;
  /** So many more are settled, as the recipient was told. */
  settled(messages: number): void;
  /** How many are done: stored, and where that is asked for, settled too. */
  readonly count: () => number;
}

/** `onDone` is called with how many more are done. */
export function createMarks(toSettle: boolean, onDone: (messages: number) => void): Marks {
  let stored = 0;
  let settled = 0;
  let count = 0;
  const advance = (): void => {
    const done = toSettle ? Math.min(stored, settled) : stored;
    const more = done - count;
    count = done;
    if (more > 0) onDone(more);
  };
  return {
    stored: (messages) => {
      stored += messages;
      advance();
    },
    settled: (messages) => {
      settled += messages;
      advance();
    },
    count: () => count,
  };
}
