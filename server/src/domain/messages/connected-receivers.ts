import type { Receiver, Receivers } from "./receivers.ts";

/** The connected agents of one process; `size` counts them. */
export function createReceivers(): Receivers & { size(): number } {
  const byMesh = new Map<string, Map<string, Receiver>>();
  let size = 0;
  return {
    attach: (receiver) => {
      const { meshUid, agentId } = receiver;
      let agents = byMesh.get(meshUid);
      if (agents === undefined) byMesh.set(meshUid, (agents = new Map<string, Receiver>()));
      if (!agents.has(agentId)) size += 1;
      agents.set(agentId, receiver);
    },
    detach: (receiver) => {
      const { meshUid, agentId } = receiver;
      const agents = byMesh.get(meshUid);
      if (agents?.get(agentId) !== receiver) return;
      agents.delete(agentId);
      size -= 1;
      if (agents.size === 0) byMesh.delete(meshUid);
    },
    get: (meshUid, agentId) => byMesh.get(meshUid)?.get(agentId),
    of: (meshUid) => byMesh.get(meshUid)?.values() ?? [],
    size: () => size,
  };
}
