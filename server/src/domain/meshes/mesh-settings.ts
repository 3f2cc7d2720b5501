import { durationMs } from "@bufbuild/protobuf/wkt";
import type { MeshSettings } from "@meshwork/gen/mesh/v1/mesh";
import type { UpdateMeshRequest } from "@meshwork/gen/mesh/v1/mesh_service";
import { invalidField } from "../errors.ts";
import { lostAfterIntervalsMin } from "./limits.ts";
import { type MeshRecord, meshTimes } from "./mesh-record.ts";

type Given = Pick<MeshRecord, "heartbeatIntervalMs" | "lostAfterMs">;

/** Settings as they stand in a record. Fails with INVALID_REQUEST unless they fit one another. */
export function settingsGiven(settings: MeshSettings | undefined): Given {
  const given = {
    ...(settings?.heartbeatInterval && {
      heartbeatIntervalMs: durationMs(settings.heartbeatInterval),
    }),
    ...(settings?.lostAfter && { lostAfterMs: durationMs(settings.lostAfter) }),
  };
  checkTimes(given);
  return given;
}

/** The record with the fields that the mask names. Fails with INVALID_REQUEST. */
export function updatedMesh(doc: MeshRecord, request: UpdateMeshRequest): MeshRecord {
  const paths = request.updateMask?.paths ?? [];
  if (paths.length === 0) throw invalidField("update_mask", "names no field; name at least one");
  const { settings } = request;
  let next = doc;
  for (const path of paths) {
    const { heartbeatIntervalMs: interval, lostAfterMs: lost, ...rest } = next;
    const kept = {
      heartbeat: interval !== undefined && { heartbeatIntervalMs: interval },
      lost: lost !== undefined && { lostAfterMs: lost },
    };
    const heartbeat = settings?.heartbeatInterval && {
      heartbeatIntervalMs: durationMs(settings.heartbeatInterval),
    };
    const lostAfter = settings?.lostAfter && { lostAfterMs: durationMs(settings.lostAfter) };
    switch (path) {
      case "display_name":
        next = { ...next, displayName: request.displayName };
        break;
      case "labels":
        next = { ...next, labels: { ...request.labels } };
        break;
      case "settings":
        next = { ...rest, ...heartbeat, ...lostAfter };
        break;
      case "settings.heartbeat_interval":
        next = { ...rest, ...heartbeat, ...kept.lost };
        break;
      case "settings.lost_after":
        next = { ...rest, ...kept.heartbeat, ...lostAfter };
        break;
      default:
        throw invalidField(
          "update_mask",
          `"${path}" is not one of display_name, labels, settings, settings.heartbeat_interval, settings.lost_after`,
          { path },
        );
    }
  }
  checkTimes(next);
  return next;
}

/** An agent that may be lost before its second heartbeat is due would come and go. */
function checkTimes(given: Given): void {
  const { heartbeatIntervalMs, lostAfterMs } = meshTimes(given);
  const least = heartbeatIntervalMs * lostAfterIntervalsMin;
  if (lostAfterMs >= least) return;
  throw invalidField(
    "settings.lost_after",
    `${lostAfterMs} ms is less than ${lostAfterIntervalsMin} heartbeat intervals, ${least} ms; raise it or shorten settings.heartbeat_interval`,
    { value_ms: String(lostAfterMs), min_ms: String(least) },
  );
}
