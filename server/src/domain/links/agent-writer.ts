import type { Clock } from "../clock.ts";
import { WRITES_WAITING_MAX, WRITE_RETRY_MS } from "./limits.ts";
import type { TimingWheel, WheelEntry } from "./timing-wheel.ts";

/** Writes of one agent's, one after the other. */
export interface AgentWriter {
  /**
   * Runs after those before it, again each second while it throws. Resolves when it is done or given
   * up: more than 16 waiting give up the oldest.
   */
  add(write: () => Promise<void>): Promise<void>;
  readonly size: number;
  /** Gives up what waits; resolves when no write is under way. */
  stop(): Promise<void>;
}

export interface AgentWriterDeps {
  readonly clock: Clock;
  readonly wheel: TimingWheel;
  readonly failed: (error: unknown) => void;
  /** Nothing waits any more. */
  readonly idle: () => void;
}

/** Keeps the order of what is written of one agent, while the store may fail for a while. */
export function createAgentWriter({ clock, wheel, failed, idle }: AgentWriterDeps): AgentWriter {
  interface Waiting {
    readonly write: () => Promise<void>;
    readonly done: () => void;
  }
  const waiting: Waiting[] = [];
  let running: Promise<void> | undefined;
  let retry: WheelEntry | undefined;

  async function run(): Promise<void> {
    for (let next = waiting[0]; next !== undefined && retry === undefined; next = waiting[0]) {
      try {
        await next.write();
        finish(next);
      } catch (error) {
        failed(error);
        if (waiting[0] === next) pause();
      }
    }
    running = undefined;
    if (waiting.length === 0) idle();
  }

  function begin(): void {
    // The first write begins only after `running` is set.
    running ??= Promise.resolve().then(run);
  }

  function pause(): void {
    retry = wheel.arm(clock.monotonic() + WRITE_RETRY_MS, () => {
      retry = undefined;
      begin();
      return undefined;
    });
  }

  function finish(done: Waiting): void {
    const index = waiting.indexOf(done);
    if (index >= 0) waiting.splice(index, 1);
    done.done();
  }

  return {
    add: (write) =>
      new Promise((done) => {
        waiting.push({ write, done });
        if (waiting.length > WRITES_WAITING_MAX) finish(waiting[running ? 1 : 0]!);
        if (retry === undefined) begin();
      }),
    get size() {
      return waiting.length;
    },
    stop: async () => {
      retry?.cancel();
      retry = undefined;
      for (const write of [...waiting]) finish(write);
      await running;
    },
  };
}
