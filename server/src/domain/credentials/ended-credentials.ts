import { AgentState } from "@meshwork/gen/mesh/v1/agent";
import { type Batch, type Event, type Store, StoreError } from "../../store/store.ts";
import { type AgentRecord, agentKind } from "../agents/agent-record.ts";
import type { Clock } from "../clock.ts";
import { agentCredentialKind, type AgentCredentialRecord } from "./agent-credential-record.ts";
import { apiKeyKind, type ApiKeyRecord } from "./api-key-record.ts";
import { endedCredentialsMax } from "./limits.ts";

/** Milliseconds until the watch is tried again after the store failed. */
const retryMs = 200;

/** Which credentials have ended since the process began; for streams that outlive their check. */
export interface EndedCredentials {
  has(principalId: string): boolean;
  /** Rises when history was missed: what was proved before has to be proved anew. */
  readonly generation: number;
  close(): void;
}

/**
 * Follows the records behind all credentials, so that a revocation is known at once. `changed` is
 * told of each agent whose credential changed, so that what is kept of it can be dropped.
 */
export function followEndedCredentials(options: {
  readonly store: Store;
  readonly clock: Clock;
  readonly changed: (agentUid: string) => void;
  readonly report: (message: string, error?: unknown) => void;
}): EndedCredentials {
  const { store, clock, changed, report } = options;
  const ended = new Set<string>();
  const stop = new AbortController();
  let generation = 0;

  const end = (principalId: string): void => {
    ended.add(principalId);
    // Streams of an ended credential are gone within a second; so the oldest is long done with.
    if (ended.size > endedCredentialsMax) ended.delete(ended.values().next().value!);
  };
  const take = (event: Event): void => {
    if (event.kind === agentCredentialKind.name) changed(event.id);
    const id = endedBy(event);
    if (id !== undefined) end(id);
  };
  const follow = async (): Promise<void> => {
    let from: Batch["cursor"] | "now" = "now";
    while (!stop.signal.aborted) {
      try {
        const kinds = [apiKeyKind, agentCredentialKind, agentKind];
        for await (const batch of store.watch({ kinds, from, signal: stop.signal, where: ends })) {
          for (const event of batch.events) take(event);
          from = batch.cursor;
        }
        return;
      } catch (error) {
        report("the watch over credentials broke and begins again", error);
        const lost = error instanceof StoreError && error.code === "OUT_OF_RANGE";
        if (lost || from === "now") {
          from = "now";
          generation += 1;
        }
        await new Promise<void>((resolve) => clock.after(retryMs, resolve));
      }
    }
  };
  void follow();

  return {
    has: (principalId) => ended.has(principalId),
    get generation() {
      return generation;
    },
    close: () => {
      stop.abort();
    },
  };
}

function ends(event: Event): boolean {
  return event.kind === agentCredentialKind.name || endedBy(event) !== undefined;
}

/** The principal whose credential an event ends. Agents are told apart by uid, which never recurs. */
function endedBy({ kind, id, doc }: Event): string | undefined {
  if (kind === apiKeyKind.name) {
    return doc === undefined || (doc as ApiKeyRecord).revokeTime !== undefined ? id : undefined;
  }
  if (kind === agentCredentialKind.name) {
    const revoked = doc === undefined || (doc as AgentCredentialRecord).revokeTime !== undefined;
    return revoked ? id : undefined;
  }
  if (kind === agentKind.name) {
    const agent = doc as AgentRecord | undefined;
    return agent?.state === AgentState.TERMINATED ? agent.uid : undefined;
  }
  return undefined;
}
