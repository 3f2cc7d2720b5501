import { AgentState } from "@meshwork/gen/mesh/v1/agent";
import type { Store } from "../../store/store.ts";
import { terminatedError } from "../agents/agent-changes.ts";
import { agentKey, agentKind } from "../agents/agent-record.ts";
import type { Clock } from "../clock.ts";
import { notFound } from "../errors.ts";
import { AWAY_AGENT_KEPT_MS, AWAY_AGENTS_KEPT } from "./limits.ts";

/** Looks up agents that are not connected, and remembers each for a few seconds. */
export interface AwayAgents {
  /** The uid. Throws RESOURCE_NOT_FOUND and AGENT_TERMINATED. */
  uidOf(meshUid: string, agentId: string): Promise<string>;
}

export function createAwayAgents({ store, clock }: { store: Store; clock: Clock }): AwayAgents {
  const kept = new Map<string, { readonly uid: string; readonly endMs: number }>();
  return {
    uidOf: async (meshUid, agentId) => {
      const key = agentKey(meshUid, agentId);
      const known = kept.get(key);
      if (known !== undefined && known.endMs > clock.monotonic()) return known.uid;
      kept.delete(key);
      const doc = (await store.get(agentKind, key))?.doc;
      if (doc === undefined) throw notFound("agents", agentId);
      if (doc.state === AgentState.TERMINATED) throw terminatedError(doc);
      kept.set(key, { uid: doc.uid, endMs: clock.monotonic() + AWAY_AGENT_KEPT_MS });
      // The oldest goes first: all are good for the same time.
      if (kept.size > AWAY_AGENTS_KEPT) kept.delete(kept.keys().next().value!);
      return doc.uid;
    },
  };
}
