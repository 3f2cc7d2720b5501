import type { Clock } from "../clock.ts";
import { WRITE_RETRY_MS } from "./limits.ts";
import type { LinkLog } from "./links-deps.ts";
import type { TimingWheel, WheelEntry } from "./timing-wheel.ts";

/** Looks at changed records, each one at a time, so that an older reading never comes last. */
export interface Refresher {
  ask(agentUid: string): void;
  forget(agentUid: string): void;
  readonly size: number;
  stop(): void;
}

/** `refresh` is repeated each second while it throws, and run once more when asked for meanwhile. */
export function createRefresher(deps: {
  readonly clock: Clock;
  readonly wheel: TimingWheel;
  readonly log: LinkLog;
  readonly refresh: (agentUid: string) => Promise<void>;
}): Refresher {
  const { clock, wheel, log, refresh } = deps;
  interface Asked {
    again: boolean;
    retry?: WheelEntry | undefined;
  }
  const asked = new Map<string, Asked>();

  async function run(agentUid: string, entry: Asked): Promise<void> {
    entry.again = false;
    try {
      await refresh(agentUid);
      if (asked.get(agentUid) !== entry) return;
      if (isAskedAgain(entry)) void run(agentUid, entry);
      else asked.delete(agentUid);
    } catch (error) {
      log.warn({ agentUid, err: error }, "an agent's record could not be read, its changes wait");
      if (asked.get(agentUid) === entry) retryLater(agentUid, entry);
    }
  }

  function isAskedAgain(entry: Asked): boolean {
    return entry.again;
  }

  function retryLater(agentUid: string, entry: Asked): void {
    entry.retry = wheel.arm(clock.monotonic() + WRITE_RETRY_MS, () => {
      entry.retry = undefined;
      void run(agentUid, entry);
      return undefined;
    });
  }

  function forget(agentUid: string): void {
    asked.get(agentUid)?.retry?.cancel();
    asked.delete(agentUid);
  }

  return {
    ask: (agentUid) => {
      const known = asked.get(agentUid);
      if (known !== undefined) {
        known.again = true;
        return;
      }
      const entry: Asked = { again: false };
      asked.set(agentUid, entry);
      void run(agentUid, entry);
    },
    forget,
    get size() {
      return asked.size;
    },
    stop: () => {
      for (const agentUid of [...asked.keys()]) forget(agentUid);
    },
  };
}
