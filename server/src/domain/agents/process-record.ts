import type { ProcessState } from "@meshwork/gen/mesh/v1/agent";
import type { Kind } from "../../store/store.ts";

/** What is known of the process of a launched agent. Begins with the agent's provisioning. */
export interface ProcessRecord {
  readonly agentUid: string;
  readonly meshUid: string;
  readonly agentId: string;
  readonly launcherUid: string;
  readonly launcherId: string;
  /** The launcher's uid, as long as the launcher has to run the process or to end it. */
  readonly inCareOf?: string;
  /** What the launcher said last. */
  readonly state: ProcessState;
  /** 0 where there is none. */
  readonly processId: number;
  /** -1 where none ended by itself. */
  readonly exitCode: number;
  readonly signal: string;
  readonly restarts: number;
  readonly reason: string;
  /** When it was said. */
  readonly time: Date;
  readonly nextStartTime?: Date;
}

/** Id: the uid of the launched agent. */
export const processKind: Kind<ProcessRecord> = {
  name: "processes",
  watched: true,
  schema: 1,
  indexes: [["inCareOf"]],
  delete: { tombstoneSeconds: 60 * 60 },
};
