import type { Store } from "../../store/store.ts";
import { countUpTo } from "../count.ts";
import { quotaExceeded } from "../errors.ts";
import { agentKind } from "./agent-record.ts";
import { agentsPerMeshMax } from "./limits.ts";

/** Meshes whose number of agents is kept in mind. */
const meshesKept = 1_000;

/**
 * Keeps meshes from growing beyond their limit. The limit is a guard, not an invariant: calls that
 * are decided at the same moment may exceed it by as many as they are.
 */
export interface AgentQuota {
  /** Fails with QUOTA_EXCEEDED. */
  check(meshUid: string, meshId: string): Promise<void>;
  /** An agent was created (+1) or deleted (-1). */
  changed(meshUid: string, difference: 1 | -1): void;
}

/** Counts a mesh once and then goes along with it, since a count costs a scan. */
export function createAgentQuota(store: Store, max: number = agentsPerMeshMax): AgentQuota {
  const counts = new Map<string, number>();
  return {
    check: async (meshUid, meshId) => {
      const known = counts.get(meshUid);
      // Other processes create and delete too, so a full mesh is counted anew.
      if (known !== undefined && known < max) return;
      const count = await countUpTo(store, agentKind, { meshUid }, max);
      if (counts.size >= meshesKept) counts.clear();
      counts.set(meshUid, count);
      if (count < max) return;
      const cure = "delete terminated agents or use another mesh";
      throw quotaExceeded(`meshes/${meshId}`, "agentsPerMeshMax", max, cure);
    },
    changed: (meshUid, difference) => {
      const known = counts.get(meshUid);
      if (known !== undefined) counts.set(meshUid, known + difference);
    },
  };
}
