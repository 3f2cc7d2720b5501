import type { Mesh_State } from "@meshwork/gen/mesh/v1/mesh";
import type { Kind } from "../../store/store.ts";
import { heartbeatIntervalMsDefault, lostAfterIntervalsDefault } from "./limits.ts";

/** A mesh on record. */
export interface MeshRecord {
  readonly uid: string;
  readonly meshId: string;
  readonly displayName: string;
  readonly labels: Readonly<Record<string, string>>;
  /** As set by people; absent is the default, also when that changes. */
  readonly heartbeatIntervalMs?: number;
  readonly lostAfterMs?: number;
  readonly state: Mesh_State;
  /** While it is being deleted: the etag it had before, with which the deletion may be repeated. */
  readonly etagBefore?: string;
  readonly createTime: Date;
  readonly updateTime: Date;
}

/** Id: the mesh's id. The record's write id is the mesh's etag. */
export const meshKind: Kind<MeshRecord> = {
  name: "meshes",
  watched: true,
  schema: 1,
  indexes: [["uid"]],
  delete: { tombstoneSeconds: 24 * 60 * 60 },
};

/** How a mesh treats its agents, defaults filled in; milliseconds. */
export interface MeshTimes {
  readonly heartbeatIntervalMs: number;
  readonly lostAfterMs: number;
}

/** The settings in force. */
export function meshTimes(
  settings: Pick<MeshRecord, "heartbeatIntervalMs" | "lostAfterMs">,
): MeshTimes {
  const heartbeatIntervalMs = settings.heartbeatIntervalMs ?? heartbeatIntervalMsDefault;
  return {
    heartbeatIntervalMs,
    lostAfterMs: settings.lostAfterMs ?? heartbeatIntervalMs * lostAfterIntervalsDefault,
  };
}
