import type { Receiver, Receivers } from "./receivers.ts";

/** The connected agents of one process; `size` counts them. */
export function createReceivers(): Receivers & { size(): number } {
  const byName = new Map<string, Receiver>();
  // Neither part can hold a slash.
  const nameOf = (meshUid: string, agentId: string): string => `${meshUid}/${agentId}`;
  return {
    attach: (receiver) => {
      byName.set(nameOf(receiver.meshUid, receiver.agentId), receiver);
    },
    detach: (receiver) => {
      const name = nameOf(receiver.meshUid, receiver.agentId);
      if (byName.get(name) === receiver) byName.delete(name);
    },
    get: (meshUid, agentId) => byName.get(nameOf(meshUid, agentId)),
    size: () => byName.size,
  };
}
