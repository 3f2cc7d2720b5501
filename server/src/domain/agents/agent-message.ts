import { create } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { type Agent, AgentSchema, AgentStatusSchema } from "@meshwork/gen/mesh/v1/agent";
import type { Rec } from "../../store/store.ts";
import type { LiveSession } from "./agent-links.ts";
import type { AgentRecord } from "./agent-record.ts";
import { processMessage, type SeenProcess } from "./launch-status.ts";
import type { PresenceRecord } from "./presence-record.ts";
import { exactDuration } from "../exact-duration.ts";

/**
 * The API's view of an agent: its record, its last change of liveness, what the process that holds its
 * link remembers, which watches leave out, and, of a launched one, what its launcher says.
 */
export function agentMessage(
  { doc, writeId }: Pick<Rec<AgentRecord>, "doc" | "writeId">,
  presence: PresenceRecord | undefined,
  live: LiveSession | undefined,
  process?: SeenProcess,
): Agent {
  const { runtime, desiredConfiguration, effectiveConfiguration, terminateTime, launch } = doc;
  return create(AgentSchema, {
    meshId: doc.meshId,
    agentId: doc.agentId,
    uid: doc.uid,
    role: doc.role,
    displayName: doc.displayName,
    labels: labelsOf(doc),
    capabilities: [...doc.capabilities],
    ...(runtime && { runtime }),
    ...(desiredConfiguration && { desiredConfiguration }),
    ...(effectiveConfiguration && { effectiveConfiguration }),
    desiredState: doc.desiredState,
    ...(terminateTime && { terminateTime: timestampFromDate(terminateTime) }),
    status: statusMessage(doc, presence, live, process),
    createTime: timestampFromDate(doc.createTime),
    updateTime: timestampFromDate(doc.updateTime),
    etag: writeId,
    ...(launch && { launch: { launcherId: launch.launcherId, template: launch.template } }),
    launchTemplates: [...(doc.ownLaunchTemplates ?? [])],
  });
}

/** The labels in force: those set by people beat those that the agent brings. */
export function labelsOf(doc: AgentRecord): Record<string, string> {
  return { ...doc.ownLabels, ...doc.labels };
}

function statusMessage(
  doc: AgentRecord,
  presence: PresenceRecord | undefined,
  live: LiveSession | undefined,
  process: SeenProcess | undefined,
) {
  const lastSeenTime = live?.lastSeenTime ?? presence?.lastSeenTime;
  return create(AgentStatusSchema, {
    ...(presence && {
      liveness: presence.liveness,
      livenessCause: presence.cause,
      livenessEvidence: presence.evidence,
      livenessTime: timestampFromDate(presence.changeTime),
    }),
    ...(lastSeenTime && { lastSeenTime: timestampFromDate(lastSeenTime) }),
    state: doc.state,
    reason: doc.stateReason,
    ...sessionOf(presence, live),
    ...(live?.load && { load: live.load }),
    health: [...(live?.health ?? [])],
    ...(process && { process: processMessage(process) }),
  });
}

function sessionOf(presence: PresenceRecord | undefined, live: LiveSession | undefined) {
  if (live !== undefined) {
    const { sessionId, epoch, nodeId, connectTime, peerAddress, roundTripMs } = live;
    return {
      session: {
        sessionId,
        epoch: BigInt(epoch),
        nodeId,
        connectTime: timestampFromDate(connectTime),
        peerAddress,
        ...(roundTripMs !== undefined && { roundTripDuration: exactDuration(roundTripMs) }),
      },
    };
  }
  if (presence === undefined || presence.sessionId === "") return {};
  return { session: { sessionId: presence.sessionId, nodeId: presence.nodeId } };
}
