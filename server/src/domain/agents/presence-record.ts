import type { AgentLiveness, LivenessCause } from "@meshwork/gen/mesh/v1/agent";
import type { Kind } from "../../store/store.ts";

/** An agent's last change of liveness. Written by `domain/links`, on transitions only. */
export interface PresenceRecord {
  readonly agentUid: string;
  readonly meshUid: string;
  readonly agentId: string;
  readonly previous: AgentLiveness;
  readonly liveness: AgentLiveness;
  readonly cause: LivenessCause;
  readonly evidence: string;
  readonly changeTime: Date;
  readonly lastSeenTime: Date;
  /** Empty where no session is open. */
  readonly sessionId: string;
  /** The server process that wrote it. */
  readonly nodeId: string;
}

/** Id: the agent's uid. */
export const presenceKind: Kind<PresenceRecord> = {
  name: "presence",
  watched: true,
  schema: 1,
  indexes: [["meshUid", "agentId"], ["liveness"]],
  delete: { tombstoneSeconds: 60 * 60 },
};
