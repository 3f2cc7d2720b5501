/** What the server knows of its own readiness; each part reports for itself. */
export interface Health {
  /** Reports a part. A part that never reported does not count. */
  report(part: string, ready: boolean): void;
  /** Whether every part that reported is ready. */
  ready(): boolean;
  /** The parts that are not ready, by name. */
  waitingFor(): readonly string[];
}

/** A board on which the parts of the server say whether they can serve. */
export function createHealth(parts: readonly string[] = []): Health {
  const state = new Map<string, boolean>(parts.map((part) => [part, false]));
  const waitingFor = (): readonly string[] =>
    [...state].filter(([, ready]) => !ready).map(([part]) => part);
  return {
    report: (part, ready) => {
      state.set(part, ready);
    },
    ready: () => waitingFor().length === 0,
    waitingFor,
  };
}
