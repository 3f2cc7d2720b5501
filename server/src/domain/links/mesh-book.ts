import type { Store } from "../../store/store.ts";
import type { Clock } from "../clock.ts";
import { meshKind, meshTimes } from "../meshes/mesh-record.ts";
import type { LinkLog } from "./links-deps.ts";
import type { Timing } from "./liveness.ts";
import { createTraffic, type Traffic } from "./traffic.ts";

/** What the links know of one mesh. */
export interface LinkedMesh {
  readonly uid: string;
  timing: Timing;
  readonly traffic: Traffic;
  sessions: number;
  callsInFlight: number;
}

/** The meshes whose agents have been linked since the process started, with their settings. */
export interface MeshBook {
  /** Reads the settings at the first use. Nothing where there is no such mesh. */
  load(meshUid: string): Promise<LinkedMesh | undefined>;
  get(meshUid: string): LinkedMesh | undefined;
  /** Reads the settings again; forgets a mesh that is gone. */
  refresh(meshUid: string): Promise<void>;
}

/** Keeps a mesh's settings in memory, so that no heartbeat asks the store. */
export function createMeshBook({
  store,
  clock,
  log,
}: {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: LinkLog;
}): MeshBook {
  const meshes = new Map<string, LinkedMesh>();

  async function timingOf(meshUid: string): Promise<Timing | undefined> {
    const { items } = await store.list(meshKind, { eq: { uid: meshUid }, limit: 1 });
    if (items[0] === undefined) return undefined;
    const { heartbeatIntervalMs, lostAfterMs } = meshTimes(items[0].doc);
    return { intervalMs: heartbeatIntervalMs, lostAfterMs };
  }

  return {
    get: (meshUid) => meshes.get(meshUid),
    load: async (meshUid) => {
      const known = meshes.get(meshUid);
      if (known !== undefined) return known;
      const timing = await timingOf(meshUid);
      // Another hello may have come first.
      const there = meshes.get(meshUid);
      if (there !== undefined || timing === undefined) return there;
      const traffic = createTraffic(clock);
      const mesh: LinkedMesh = { uid: meshUid, timing, traffic, sessions: 0, callsInFlight: 0 };
      meshes.set(meshUid, mesh);
      return mesh;
    },
    refresh: async (meshUid) => {
      const mesh = meshes.get(meshUid);
      if (mesh === undefined) return;
      try {
        const timing = await timingOf(meshUid);
        if (timing !== undefined) mesh.timing = timing;
        else if (mesh.sessions === 0) meshes.delete(meshUid);
      } catch (error) {
        log.warn(
          { meshUid, err: error },
          "the mesh's settings could not be read, the old ones stay",
        );
      }
    },
  };
}
