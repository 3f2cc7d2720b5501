import type { Clock } from "../clock.ts";
import type { Change } from "../../store/store.ts";

/** How long an event waits for others to share its commit, milliseconds. */
export const auditDelayMs = 200;
/** Events in one commit. */
export const auditBatchMax = 100;
/** Events that may wait; what comes beyond is counted and reported. */
export const auditWaitingMax = 10_000;

export interface AuditBatch {
  /** Never throws. */
  add(change: Change): void;
  /** Resolves when all that waits was tried once more. */
  flush(): Promise<void>;
}

/**
 * Gathers events that no other commit carries, such as refusals, so that a flood of them does not
 * become a flood of commits. A failed commit is tried again with the next; nothing is lost but what
 * exceeds `auditWaitingMax`.
 */
export function createAuditBatch(options: {
  readonly clock: Clock;
  readonly commit: (changes: readonly Change[]) => Promise<unknown>;
  readonly report: (message: string, error?: unknown) => void;
}): AuditBatch {
  const { clock, commit, report } = options;
  let waiting: Change[] = [];
  let dropped = 0;
  let armed = false;
  let writing: Promise<void> | undefined;

  const write = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, auditBatchMax);
      try {
        await commit(batch);
        waiting = waiting.slice(batch.length);
      } catch (error) {
        report(`${waiting.length} audit events wait for the store`, error);
        arm();
        return;
      }
    }
    if (dropped > 0)
      report(`${dropped} audit events were dropped: more than ${auditWaitingMax} waited`);
    dropped = 0;
  };
  const flush = (): Promise<void> => {
    writing ??= write().finally(() => (writing = undefined));
    return writing;
  };
  const arm = (): void => {
    if (armed) return;
    armed = true;
    clock.after(auditDelayMs, () => {
      armed = false;
      void flush();
    });
  };

  return {
    add: (change) => {
      if (waiting.length >= auditWaitingMax) {
        dropped += 1;
        return;
      }
      waiting.push(change);
      arm();
    },
    flush: async () => {
      await writing;
      await flush();
    },
  };
}
