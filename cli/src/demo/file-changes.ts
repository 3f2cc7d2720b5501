import { watch } from "node:fs";
import { join } from "node:path";

/** A file is written in several steps; so long it has to be quiet before it counts as changed. */
const quietMs = 300;

/**
 * Watches the folders from now on; yields the files that changed below them, each time they have been
 * quiet for a moment.
 */
export function changedFiles(
  folders: readonly string[],
  signal: AbortSignal,
): AsyncIterable<readonly string[]> {
  const waiting = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let wake: () => void = () => undefined;
  const ready = (): void => {
    timer = undefined;
    wake();
  };
  for (const folder of folders) {
    watch(folder, { recursive: true, signal }, (_event, name) => {
      if (name === null) return;
      waiting.add(join(folder, name));
      clearTimeout(timer);
      timer = setTimeout(ready, quietMs);
    });
  }
  signal.addEventListener("abort", () => wake(), { once: true });
  return batches();

  async function* batches(): AsyncGenerator<readonly string[], void, undefined> {
    while (!signal.aborted) {
      if (waiting.size === 0 || timer !== undefined) {
        await new Promise<void>((resolve) => (wake = resolve));
        continue;
      }
      const changed = [...waiting];
      waiting.clear();
      yield changed;
    }
    clearTimeout(timer);
  }
}
