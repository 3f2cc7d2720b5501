// Who waits for what becomes of an at-least-once message.
import { Code } from "@connectrpc/connect";
import { AgentError } from "./agent-error.ts";
import type { Clock } from "./clock.ts";

/** What the server has taken over: it is on its disk. */
export interface AcceptedMessage {
  readonly messageId: string;
}

/**
 * Resolves when the server has confirmed the message; rejects with the server's AgentError when it refused
 * the message for good. `stored` resolves earlier, when the message is in the outbox: from then on it is
 * sent, after a restart of the process too where the outbox is a file.
 */
export type PendingMessage = Promise<AcceptedMessage> & { readonly stored: Promise<void> };

/** How long to wait; the message itself stays in the outbox and is sent whoever waits. */
export interface WaitOptions {
  /** Stops waiting when it fires. */
  readonly signal?: AbortSignal;
  /** Stops waiting after so long; default: never. */
  readonly timeoutMs?: number;
}

/** The other end of a pending message. */
export interface MessageWaiter {
  readonly pending: PendingMessage;
  stored(): void;
  accepted(messageId: string): void;
  failed(error: AgentError): void;
}

/** Waits for the outcome of one message, named by its subject. */
export function createMessageWaiter(
  clock: Clock,
  subject: string,
  { signal, timeoutMs }: WaitOptions,
): MessageWaiter {
  const accepted = Promise.withResolvers<AcceptedMessage>();
  const stored = Promise.withResolvers<undefined>();
  // Most look at one of the two only; what went wrong is told by that one.
  stored.promise.catch(() => undefined);
  const timer =
    timeoutMs === undefined
      ? undefined
      : clock.after(timeoutMs, () => {
          leave(Code.DeadlineExceeded, `within ${timeoutMs} ms`, undefined);
        });
  const onAbort = (): void => {
    leave(Code.Canceled, "before the wait was cancelled", signal?.reason);
  };
  if (signal?.aborted === true) queueMicrotask(onAbort);
  else signal?.addEventListener("abort", onAbort, { once: true });

  function release(): void {
    timer?.cancel();
    signal?.removeEventListener("abort", onAbort);
  }

  function leave(code: Code, when: string, cause: unknown): void {
    release();
    const message =
      `the server did not confirm message ${subject} ${when}; ` +
      "it stays in the outbox and is sent all the same";
    accepted.reject(new AgentError(code, message, { reason: "OUTCOME_UNKNOWN", cause }));
  }

  return {
    pending: Object.assign(accepted.promise, { stored: stored.promise }),
    stored: () => {
      stored.resolve(undefined);
    },
    accepted: (messageId) => {
      release();
      accepted.resolve({ messageId });
    },
    failed: (error) => {
      release();
      stored.reject(error);
      accepted.reject(error);
    },
  };
}
