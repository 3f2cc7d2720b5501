// What handlers said to messages, until the server has confirmed it.
import type { MessageInitShape } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import type { Settled, Settlement_Kind, SettlementSchema } from "@meshwork/gen/mesh/v1/link";
import { AgentError, agentErrorOfStatus } from "./agent-error.ts";
import { durationOf } from "./duration.ts";
import { agentFrame, type PacedLink } from "./frames.ts";
import {
  REASON_CHARACTERS_MAX,
  SETTLEMENTS_PER_FRAME_MAX,
  SETTLEMENTS_UNCONFIRMED_MAX,
} from "./limits.ts";

export interface SettlementInit {
  readonly messageId: string;
  readonly attempt: number;
  readonly kind: Settlement_Kind;
  readonly durationMs?: number;
  readonly reason?: string;
}

export interface Settlements {
  readonly size: number;
  /** By message, what is not confirmed; the last of several. */
  readonly unconfirmed: Iterable<SettlementInit>;
  /** Resolves when the server confirmed it; rejects with AgentError when it does not count. */
  add(settlement: SettlementInit): Promise<void>;
  readonly settled: (settled: Settled) => void;
  /** A session is open: all that is not confirmed is said again, before anything else. */
  connected(): void;
  /** Resolves when all is confirmed. */
  readonly idle: () => Promise<void>;
  /** Who still waits hears the error. */
  close(error: AgentError): void;
}

interface Pending {
  readonly settlement: SettlementInit;
  readonly resolve: () => void;
  readonly reject: (error: AgentError) => void;
}

export function createSettlements(link: PacedLink): Settlements {
  /** In the order in which they were said. */
  const pending = new Set<Pending>();
  let fresh: Pending[] = [];
  let flushing = false;
  let idle: (() => void)[] = [];

  /** What is said while the link has no room leaves together. */
  async function flush(): Promise<void> {
    if (flushing) return;
    flushing = true;
    while (fresh.length > 0) {
      sendFresh();
      await link.room();
    }
    flushing = false;
  }

  function sendFresh(): void {
    const said = fresh;
    fresh = [];
    for (let from = 0; from < said.length; from += SETTLEMENTS_PER_FRAME_MAX) {
      const part = said.slice(from, from + SETTLEMENTS_PER_FRAME_MAX);
      const settlements = part.map(({ settlement }) => wireOf(settlement));
      // What finds no session stays pending: the next one begins with it.
      if (!link.send(agentFrame({ case: "settle", value: { settlements } }))) return;
    }
  }

  async function add(settlement: SettlementInit): Promise<void> {
    if (pending.size >= SETTLEMENTS_UNCONFIRMED_MAX)
      throw new AgentError(
        Code.ResourceExhausted,
        `${pending.size} settlements wait for the server, which is all that wait: ask for more time less often`,
      );
    await new Promise<void>((resolve, reject) => {
      const item = { settlement, resolve, reject };
      pending.add(item);
      if (fresh.length === 0) queueMicrotask(() => void flush());
      fresh.push(item);
    });
  }

  function found(messageId: string, attempt: number, kind: Settlement_Kind): Pending | undefined {
    // Outcomes come in the order of the frames, so that it is the first one almost always.
    for (const item of pending) {
      const { settlement } = item;
      if (settlement.messageId !== messageId) continue;
      if (settlement.attempt === attempt && settlement.kind === kind) return item;
    }
    return undefined;
  }

  function checkIdle(): void {
    if (pending.size > 0) return;
    for (const resolve of idle) resolve();
    idle = [];
  }

  return {
    get size() {
      return pending.size;
    },
    get unconfirmed() {
      return [...pending].map(({ settlement }) => settlement);
    },
    add,
    settled: ({ outcomes }) => {
      for (const { messageId, attempt, kind, status } of outcomes) {
        const item = found(messageId, attempt, kind);
        if (item === undefined) continue;
        pending.delete(item);
        if (status === undefined) item.resolve();
        else item.reject(agentErrorOfStatus(status));
      }
      checkIdle();
    },
    connected: () => {
      fresh = [...pending];
      sendFresh();
    },
    idle: async () => {
      if (pending.size > 0) await new Promise<void>((resolve) => idle.push(resolve));
    },
    close: (error) => {
      fresh = [];
      for (const { reject } of pending) reject(error);
      pending.clear();
      checkIdle();
    },
  };
}

function wireOf({
  messageId,
  attempt,
  kind,
  durationMs,
  reason = "",
}: SettlementInit): MessageInitShape<typeof SettlementSchema> {
  return {
    messageId,
    attempt,
    kind,
    reason: reason.slice(0, REASON_CHARACTERS_MAX).toWellFormed(),
    ...(durationMs !== undefined && { duration: durationOf(durationMs) }),
  };
}
