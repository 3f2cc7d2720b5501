import { setMaxListeners } from "node:events";
import type { AgentSelector } from "@meshwork/gen/mesh/v1/agent";
import type { Clock } from "../clock.ts";
import { DomainError, invalidField, type Reason } from "../errors.ts";
import {
  type CallReply,
  type CallRequest,
  type Calls,
  PING_CAPABILITY,
  timeLeft,
} from "./calls.ts";
import {
  GATHER_AGENTS_MAX,
  GATHER_BYTES_AT_ONCE,
  GATHER_BYTES_WAITING_MAX,
  GATHER_CALLS_MIN,
  GATHER_RESERVED_MAX_MS,
  GATHER_RESERVED_MIN_MS,
  GATHER_RESERVED_SHARE,
  REPLY_BYTES_EACH,
} from "./limits.ts";
import type { Selectors } from "./selectors.ts";

/** A call of many agents' capability. Its deadline and signal are as those of a call. */
export interface GatherRequest extends Omit<CallRequest, "agentId"> {
  /** Absent: all that have the capability. */
  readonly selector: AgentSelector | undefined;
}

/** An agent that did not answer to the end, and why. */
export interface GatherFailed {
  readonly agentId: string;
  readonly reason: Reason;
  readonly message: string;
}

/** An answer, or how it all ended: that comes last. */
export type Gathered =
  | { readonly kind: "reply"; readonly agentId: string; readonly reply: CallReply }
  | {
      readonly kind: "summary";
      /** `answered` and those that failed. */
      readonly asked: number;
      readonly answered: number;
      readonly failures: readonly GatherFailed[];
    };

/** Calls many agents and gathers what they answer. */
export interface Gathering {
  /**
   * Calls when iterated. Throws INVALID_REQUEST, also for more than 1,000 agents; what goes wrong with
   * one agent is told in the summary. It ends a little before the deadline, so that the summary comes in
   * time. Leaving the loop tells the agents that nobody waits.
   */
  gather(request: GatherRequest): AsyncGenerator<Gathered, void, undefined>;
}

export function createGathering(deps: {
  readonly calls: Calls;
  readonly selectors: Selectors;
  readonly clock: Clock;
}): Gathering {
  const { calls, selectors, clock } = deps;
  return {
    gather: async function* (request) {
      const endMs = endOf(request, clock.monotonic());
      const { agentIds, failures } = await chosen(selectors, request);
      const answers = createAnswers();
      const stop = new AbortController();
      setMaxListeners(0, stop.signal);
      const onAbort = (): void => stop.abort();
      request.signal.addEventListener("abort", onAbort, { once: true });
      if (request.signal.aborted) stop.abort();
      let answered = 0;

      async function ask(agentId: string): Promise<void> {
        const call = { ...request, agentId, deadlineMs: endMs, signal: stop.signal };
        try {
          for await (const reply of calls.call(call)) answers.add(agentId, reply);
          answered += 1;
        } catch (error) {
          failures.push(failureOf(agentId, error));
        }
      }

      const waiting = agentIds.values();
      const askInTurn = async (): Promise<void> => {
        for (const agentId of waiting) await ask(agentId);
      };
      const all = Promise.all(Array.from({ length: callsAtOnce(request) }, askInTurn));
      void all.then(() => answers.end());
      try {
        yield* answers.taken();
      } finally {
        request.signal.removeEventListener("abort", onAbort);
        stop.abort();
      }
      yield { kind: "summary", asked: answered + failures.length, answered, failures };
    },
  };
}

/** Whom to call, and who of those that are named cannot be. */
async function chosen(
  selectors: Selectors,
  { meshUid, selector, capability }: GatherRequest,
): Promise<{ readonly agentIds: readonly string[]; readonly failures: GatherFailed[] }> {
  const selected = await selectors.select(meshUid, selector, "selector");
  const named = new Set(selector?.agentIds);
  const failures: GatherFailed[] = [];
  const agentIds: string[] = [];
  for (const { agentId, capabilities } of selected) {
    named.delete(agentId);
    if (capability === PING_CAPABILITY || capabilities.includes(capability)) agentIds.push(agentId);
    else if (selector !== undefined && selector.agentIds.length > 0)
      failures.push({
        agentId,
        reason: "CAPABILITY_UNKNOWN",
        message: `agent ${agentId} has no capability ${capability}: look at its capabilities`,
      });
  }
  for (const agentId of named)
    failures.push({
      agentId,
      reason: "RESOURCE_NOT_FOUND",
      message: `agent ${agentId} is not there, has ended, or does not fulfil the rest of the selector`,
    });
  if (agentIds.length > GATHER_AGENTS_MAX) throw tooMany(agentIds.length);
  return { agentIds, failures };
}

function endOf(request: GatherRequest, nowMs: number): number {
  const leftMs = timeLeft(request, nowMs);
  if (request.deadlineMs === Infinity) return nowMs + leftMs;
  const shareMs = Math.min(GATHER_RESERVED_MAX_MS, leftMs * GATHER_RESERVED_SHARE);
  return nowMs + leftMs - Math.min(Math.max(GATHER_RESERVED_MIN_MS, shareMs), leftMs / 2);
}

function callsAtOnce({ payload }: GatherRequest): number {
  const fitting = Math.floor(GATHER_BYTES_AT_ONCE / Math.max(1, payload.length));
  return Math.min(GATHER_AGENTS_MAX, Math.max(GATHER_CALLS_MIN, fitting));
}

/** The answers of all, in the order in which they come, within what may wait. */
function createAnswers(): {
  /** Throws REPLIES_TOO_SLOW, which ends the call that it comes from. */
  add(agentId: string, reply: CallReply): void;
  end(): void;
  taken(): AsyncGenerator<Gathered, void, undefined>;
} {
  const waiting: { readonly agentId: string; readonly reply: CallReply }[] = [];
  let bytes = 0;
  let ended = false;
  let wake: (() => void) | undefined;
  return {
    add: (agentId, reply) => {
      const size = replyBytes(reply);
      if (bytes + size > GATHER_BYTES_WAITING_MAX && waiting.length > 0) throw tooSlow(agentId);
      waiting.push({ agentId, reply });
      bytes += size;
      wake?.();
    },
    end: () => {
      ended = true;
      wake?.();
    },
    taken: async function* () {
      for (;;) {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
          yield { kind: "reply", ...next };
          bytes -= replyBytes(next.reply);
        }
        if (ended) return;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}

function replyBytes({ contentType, payload }: CallReply): number {
  return REPLY_BYTES_EACH + contentType.length + payload.length;
}

function failureOf(agentId: string, error: unknown): GatherFailed {
  if (error instanceof DomainError) {
    const { message, details } = error;
    // An agent that sees the time run out says so itself, and that may come before the server's own timer.
    const isLate =
      error.reason === "CAPABILITY_FAILED" && details.metadata?.["code"] === "DEADLINE_EXCEEDED";
    return { agentId, reason: isLate ? "DEADLINE_EXCEEDED" : error.reason, message };
  }
  return { agentId, reason: "INTERNAL", message: `the call of agent ${agentId} broke` };
}

function tooSlow(agentId: string): DomainError {
  const text = `more than ${GATHER_BYTES_WAITING_MAX} bytes of replies wait, agent ${agentId} was not heard to the end: take them faster`;
  return new DomainError("REPLIES_TOO_SLOW", text, {
    metadata: { agent_id: agentId, limit: String(GATHER_BYTES_WAITING_MAX) },
  });
}

function tooMany(agents: number): DomainError {
  return invalidField(
    "selector",
    `names ${agents} agents with the capability, at most ${GATHER_AGENTS_MAX} are called: narrow it`,
    { agents: String(agents), max: String(GATHER_AGENTS_MAX) },
  );
}
