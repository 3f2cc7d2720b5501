import type { JsonObject } from "@bufbuild/protobuf";
import type { AgentDesiredState, AgentRole, AgentState } from "@meshwork/gen/mesh/v1/agent";
import type { Kind } from "../../store/store.ts";

/** An agent on record. Liveness is not here: it has a record of its own (`presence-record.ts`). */
export interface AgentRecord {
  readonly uid: string;
  readonly meshUid: string;
  readonly meshId: string;
  readonly agentId: string;
  readonly role: AgentRole;
  readonly displayName: string;
  /** Set by people; beat `ownLabels`. */
  readonly labels: Readonly<Record<string, string>>;
  /** Brought by the agent. */
  readonly ownLabels: Readonly<Record<string, string>>;
  readonly capabilities: readonly string[];
  /** Names of the templates by which it launches others; brought by the agent. */
  readonly ownLaunchTemplates?: readonly string[];
  /** Who launches it, if anybody does. */
  readonly launch?: {
    readonly launcherUid: string;
    readonly launcherId: string;
    readonly template: string;
  };
  readonly runtime?: {
    readonly name: string;
    readonly version: string;
    readonly platform: string;
    readonly hostName: string;
    readonly processId: number;
    readonly sdk: string;
  };
  readonly desiredConfiguration?: JsonObject;
  readonly effectiveConfiguration?: JsonObject;
  readonly state: AgentState;
  readonly stateReason: string;
  readonly desiredState: AgentDesiredState;
  /** When a terminating agent is cut off. */
  readonly terminateTime?: Date;
  readonly createTime: Date;
  readonly updateTime: Date;
}

/** Id: `<mesh uid>/<agent id>`. The record's write id is the agent's etag. */
export const agentKind: Kind<AgentRecord> = {
  name: "agents",
  watched: true,
  schema: 1,
  indexes: [["meshUid", "agentId"], ["uid"], ["terminateTime"]],
  delete: { tombstoneSeconds: 24 * 60 * 60 },
};

/** The store's id of an agent. */
export function agentKey(meshUid: string, agentId: string): string {
  return `${meshUid}/${agentId}`;
}
