/** Signals closer together than this are one: a terminal sends to the whole group, npm passes on. */
const secondSignalMsMin = 1_000;

const names = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Calls `first` at the first signal that asks the process to stop, and `again` at each later one that
 * comes a second or more after it. It listens to the very end: what npm or a wrapper passes on late must
 * not kill a process that has just stopped cleanly.
 */
export function onStopSignals(first: () => void, again: () => void): void {
  let firstMs: number | undefined;
  const seen = (): void => {
    if (firstMs === undefined) {
      firstMs = performance.now();
      first();
    } else if (performance.now() - firstMs >= secondSignalMsMin) again();
  };
  for (const name of names) process.on(name, seen);
}
