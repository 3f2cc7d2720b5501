// Commits that wait for the writer. A caller may give up: as long as his commit is here nothing was
// written, afterwards it is unknown.
import { StoreError, type StoreErrorCode } from "../store.ts";
import {
  GROUP_BYTES_MAX,
  GROUP_COMMITS_MAX,
  WAITING_BYTES_MAX,
  WAITING_COMMITS_MAX,
} from "./limits.ts";
import type { Write, WriteResult, WriteSuccess } from "./protocol.ts";

export interface SubmitOptions {
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
}

export interface Waiting {
  readonly write: Write;
  readonly bytes: number;
  /** Answers the caller, unless he has given up. */
  readonly settle: (result: WriteResult) => void;
}

export interface Queue {
  readonly length: number;
  /** Fails at once with UNAVAILABLE when too much waits already. */
  add(write: Write, bytes: number, options: SubmitOptions): Promise<WriteSuccess>;
  /** Takes as many as go in one transaction, in order; at least one if there is any. */
  takeGroup(): Waiting[];
}

export function createQueue(): Queue {
  let waiting: Waiting[] = [];
  let waitingBytes = 0;

  function remove(item: Waiting): boolean {
    const index = waiting.indexOf(item);
    if (index < 0) return false;
    waiting.splice(index, 1);
    waitingBytes -= item.bytes;
    return true;
  }

  return {
    get length() {
      return waiting.length;
    },
    add(write, bytes, options) {
      if (waiting.length >= WAITING_COMMITS_MAX || waitingBytes + bytes > WAITING_BYTES_MAX) {
        const text = `${waiting.length} commits of ${waitingBytes} bytes wait for the disk; try again later`;
        return Promise.reject(new StoreError("UNAVAILABLE", text));
      }
      const { promise, resolve, reject } = Promise.withResolvers<WriteSuccess>();
      let settled = false;
      const item: Waiting = {
        write,
        bytes,
        settle(result) {
          if (settled) return;
          settled = true;
          stopLimit();
          if ("rev" in result) resolve(result);
          else reject(toError(result));
        },
      };
      const stopLimit = limitWait(options, (reason) => {
        const code: StoreErrorCode = remove(item) ? "UNAVAILABLE" : "UNKNOWN_OUTCOME";
        item.settle({ code, message: `${reason} before the commit was answered` });
      });
      waiting.push(item);
      waitingBytes += bytes;
      return promise;
    },
    takeGroup() {
      let count = 0;
      let bytes = 0;
      for (const item of waiting) {
        const full = count === GROUP_COMMITS_MAX || bytes + item.bytes > GROUP_BYTES_MAX;
        if (count > 0 && full) break;
        count++;
        bytes += item.bytes;
      }
      const group = waiting.slice(0, count);
      waiting = waiting.slice(count);
      waitingBytes -= bytes;
      return group;
    },
  };
}

/** Calls `giveUp` when time is up or the caller has lost interest; answers how to call that off. */
function limitWait(
  { deadlineMs, signal }: SubmitOptions,
  giveUp: (reason: string) => void,
): () => void {
  const onAbort = () => {
    giveUp("the call was cancelled");
  };
  const timer =
    deadlineMs === undefined
      ? undefined
      : setTimeout(() => {
          giveUp(`the deadline of ${deadlineMs} ms passed`);
        }, deadlineMs);
  signal?.addEventListener("abort", onAbort);
  return () => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  };
}

function toError({ code, message, record }: Exclude<WriteResult, WriteSuccess>): StoreError {
  return new StoreError(code, message, record && { record });
}
