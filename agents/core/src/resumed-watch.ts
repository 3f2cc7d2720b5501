import { Code } from "@connectrpc/connect";
import { AgentError, agentErrorOf } from "./agent-error.ts";
import { backoffMs } from "./backoff.ts";
import type { Clock } from "./clock.ts";

/** Codes after which the same watch may go on where it was. */
const TRANSIENT: ReadonlySet<Code> = new Set([
  Code.Unavailable,
  Code.DeadlineExceeded,
  Code.Aborted,
  Code.ResourceExhausted,
  Code.Internal,
  Code.Unknown,
]);

/**
 * A watch that survives breaks: it opens the next stream where the last one was, with back-off. Ends
 * without error when the signal fires; throws AgentError when there is no use in going on. A cursor
 * that the server no longer knows (OutOfRange) is thrown too: what was missed has to be read anew.
 */
export async function* resumed<R extends { readonly cursor: string; readonly more: boolean }>(
  { clock, random }: { readonly clock: Clock; readonly random: () => number },
  options: { readonly signal?: AbortSignal; readonly cursor?: string },
  open: (cursor: string, signal: AbortSignal) => AsyncIterable<R>,
): AsyncGenerator<R, void, undefined> {
  const left = new AbortController();
  const signal =
    options.signal === undefined ? left.signal : AbortSignal.any([left.signal, options.signal]);
  let cursor = options.cursor ?? "";
  let failures = 0;
  try {
    while (!signal.aborted) {
      let error = new AgentError(Code.Unavailable, "the server ended the watch");
      try {
        for await (const response of open(cursor, signal)) {
          failures = 0;
          yield response;
          // Half a commit is no place to go on from; its parts come again.
          if (!response.more) cursor = response.cursor;
        }
      } catch (thrown) {
        error = agentErrorOf(thrown);
      }
      if (isAborted(signal)) return;
      if (!TRANSIENT.has(error.code)) throw error;
      await pause(clock, backoffMs(failures, undefined, random), signal);
      failures += 1;
    }
  } finally {
    left.abort();
  }
}

/** Waits; ends early, without error, when the signal fires. */
export async function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      timer.cancel();
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = clock.after(delayMs, done);
    signal.addEventListener("abort", done);
  });
}

function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
