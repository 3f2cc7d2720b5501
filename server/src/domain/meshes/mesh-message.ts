import { create } from "@bufbuild/protobuf";
import { durationFromMs, timestampFromDate } from "@bufbuild/protobuf/wkt";
import { type Mesh, MeshSchema } from "@meshwork/gen/mesh/v1/mesh";
import type { Rec } from "../../store/store.ts";
import { type MeshRecord, meshTimes } from "./mesh-record.ts";

/** The API's view of a mesh, settings with their defaults filled in. */
export function meshMessage({ doc, writeId }: Pick<Rec<MeshRecord>, "doc" | "writeId">): Mesh {
  const times = meshTimes(doc);
  return create(MeshSchema, {
    meshId: doc.meshId,
    uid: doc.uid,
    displayName: doc.displayName,
    labels: { ...doc.labels },
    settings: {
      heartbeatInterval: durationFromMs(times.heartbeatIntervalMs),
      lostAfter: durationFromMs(times.lostAfterMs),
    },
    state: doc.state,
    createTime: timestampFromDate(doc.createTime),
    updateTime: timestampFromDate(doc.updateTime),
    etag: writeId,
  });
}
