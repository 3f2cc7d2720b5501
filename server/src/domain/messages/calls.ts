import type { Clock } from "../clock.ts";
import { DomainError } from "../errors.ts";
import {
  CALL_TIMEOUT_DEFAULT_MS,
  CALL_TIMEOUT_MAX_MS,
  REPLY_BYTES_EACH,
  REPLY_BYTES_WAITING_MAX,
} from "./limits.ts";
import { noReceiver } from "./messages.ts";
import type { CallObserver, Receiver, Receivers } from "./receivers.ts";

/**
 * The capability that every agent has without announcing it: its library answers by itself. Where it
 * does not know it, the error that it answers with proves that it lives just as well.
 */
export const PING_CAPABILITY = "mesh.ping";

/** A call of an agent's capability, as its caller wants it. */
export interface CallRequest {
  readonly meshUid: string;
  readonly agentId: string;
  readonly capability: string;
  /** An agent's id, or `key:` and the id of an API key. */
  readonly caller: string;
  readonly contentType: string;
  readonly payload: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  /** By the monotonic clock; infinite means the default of 30 s. */
  readonly deadlineMs: number;
  /** Fires when the caller goes away. */
  readonly signal: AbortSignal;
}

export interface CallReply {
  readonly contentType: string;
  readonly payload: Uint8Array;
}

/** Carries calls to connected agents. */
export interface Calls {
  /**
   * Calls when iterated and yields the replies as they come. Throws NO_RECEIVER, CAPABILITY_UNKNOWN,
   * CALLS_IN_FLIGHT (nothing was sent), DEADLINE_EXCEEDED, CANCELLED, REPLIES_TOO_SLOW,
   * OUTCOME_UNKNOWN (the agent went away) and CAPABILITY_FAILED (the agent says so). Leaving the loop
   * tells the agent that nobody waits.
   */
  call(request: CallRequest): AsyncGenerator<CallReply, void, undefined>;
}

export function createCalls({ receivers, clock }: { receivers: Receivers; clock: Clock }): Calls {
  return {
    call: async function* (request) {
      const receiver = receivers.get(request.meshUid, request.agentId);
      if (receiver === undefined) throw noReceiver(request.agentId, "is not connected");
      if (!isKnown(receiver, request.capability)) throw unknownCapability(request);
      const timeoutMs = timeLeft(request, clock.monotonic());
      if (timeoutMs === 0) throw deadlineExceeded(request, 0);
      if (request.signal.aborted) throw cancelled(request);
      const replies = createReplyQueue(request);
      const sent = receiver.call({ ...request, timeoutMs }, replies.observer);
      const stop = (error: DomainError): void => {
        if (replies.end(error)) sent.cancel(error);
      };
      const timer = clock.after(timeoutMs, () => stop(deadlineExceeded(request, timeoutMs)));
      const onAbort = (): void => {
        // The gateway's signal fires for a passed deadline too.
        const late = clock.monotonic() >= request.deadlineMs;
        stop(late ? deadlineExceeded(request, timeoutMs) : cancelled(request));
      };
      request.signal.addEventListener("abort", onAbort, { once: true });
      try {
        yield* replies;
      } finally {
        timer.cancel();
        request.signal.removeEventListener("abort", onAbort);
        stop(cancelled(request));
      }
    },
  };
}

/** What came back and was not taken yet; ends once, by the agent or by the caller's side. */
function createReplyQueue(request: CallRequest): {
  readonly observer: CallObserver;
  /** False when it had ended before. */
  end(error: DomainError): boolean;
  [Symbol.asyncIterator](): AsyncGenerator<CallReply, void, undefined>;
} {
  const waiting: CallReply[] = [];
  let bytes = 0;
  let outcome: { error: DomainError | undefined } | undefined;
  let wake: (() => void) | undefined;

  function end(error?: DomainError): boolean {
    if (outcome !== undefined) return false;
    outcome = { error };
    wake?.();
    return true;
  }

  return {
    observer: {
      reply: (contentType, payload) => {
        if (outcome !== undefined) return false;
        const reply = { contentType, payload };
        if (bytes + replyBytes(reply) > REPLY_BYTES_WAITING_MAX && waiting.length > 0) {
          end(tooSlow(request));
          return false;
        }
        waiting.push(reply);
        bytes += replyBytes(reply);
        wake?.();
        return true;
      },
      end: (error) => void end(error),
    },
    end,
    async *[Symbol.asyncIterator]() {
      for (;;) {
        for (let reply = waiting.shift(); reply !== undefined; reply = waiting.shift()) {
          yield reply;
          // Only now has the caller taken it.
          bytes -= replyBytes(reply);
        }
        if (outcome === undefined) await new Promise<void>((resolve) => (wake = resolve));
        else if (outcome.error === undefined) return;
        else throw outcome.error;
      }
    },
  };
}

function isKnown({ capabilities }: Receiver, capability: string): boolean {
  return capability === PING_CAPABILITY || capabilities.has(capability);
}

function replyBytes({ contentType, payload }: CallReply): number {
  return REPLY_BYTES_EACH + contentType.length + payload.length;
}

/** Milliseconds in which a call has to be answered; 0: none are left. */
export function timeLeft(request: Pick<CallRequest, "deadlineMs">, now: number): number {
  if (request.deadlineMs === Infinity) return CALL_TIMEOUT_DEFAULT_MS;
  return Math.min(Math.max(0, request.deadlineMs - now), CALL_TIMEOUT_MAX_MS);
}

function metadata({ agentId, capability }: CallRequest): Record<string, string> {
  return { agent_id: agentId, capability };
}

function unknownCapability(request: CallRequest): DomainError {
  return new DomainError(
    "CAPABILITY_UNKNOWN",
    `agent ${request.agentId} has no capability ${request.capability}: look at its capabilities`,
    { metadata: metadata(request) },
  );
}

function deadlineExceeded(request: CallRequest, timeoutMs: number): DomainError {
  return new DomainError(
    "DEADLINE_EXCEEDED",
    `agent ${request.agentId} did not answer within ${Math.round(timeoutMs)} ms`,
    { metadata: { ...metadata(request), timeout_ms: String(Math.round(timeoutMs)) } },
  );
}

function cancelled(request: CallRequest): DomainError {
  return new DomainError("CANCELLED", `the caller of agent ${request.agentId} went away`, {
    metadata: metadata(request),
  });
}

function tooSlow(request: CallRequest): DomainError {
  return new DomainError(
    "REPLIES_TOO_SLOW",
    `more than ${REPLY_BYTES_WAITING_MAX} bytes of replies of agent ${request.agentId} wait: take them faster`,
    { metadata: { ...metadata(request), limit: String(REPLY_BYTES_WAITING_MAX) } },
  );
}
