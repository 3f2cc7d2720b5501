// What can be told of the process of a launched agent.
import { create } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import {
  AgentLiveness,
  AgentLivenessSchema,
  type AgentProcess,
  AgentProcessSchema,
  ProcessState,
  ProcessStateSchema,
} from "@meshwork/gen/mesh/v1/agent";
import type { Rec, Store } from "../../store/store.ts";
import type { AgentRecord } from "./agent-record.ts";
import { type PresenceRecord, presenceKind } from "./presence-record.ts";
import { processKind, type ProcessRecord } from "./process-record.ts";

/** A process, and whether the one who could tell of it is there. */
export interface SeenProcess {
  readonly rec: Rec<ProcessRecord>;
  readonly launcher: Rec<PresenceRecord> | undefined;
}

/** The processes of those that are launched, of at most a page of agents, by the agents' uids. */
export async function processesOf(
  store: Store,
  agents: readonly AgentRecord[],
): Promise<ReadonlyMap<string, SeenProcess>> {
  const launched = agents.filter(({ launch }) => launch !== undefined);
  if (launched.length === 0) return new Map();
  const uids = launched.map(({ uid }) => uid);
  const launcherUids = [...new Set(launched.map(({ launch }) => launch!.launcherUid))];
  const [recs, presences] = await Promise.all([
    store.getMany(processKind, uids),
    store.getMany(presenceKind, launcherUids),
  ]);
  const launchers = new Map(presences.map((presence) => [presence?.id, presence]));
  return new Map(
    recs.flatMap((rec) =>
      rec ? [[rec.id, { rec, launcher: launchers.get(rec.doc.launcherUid) }]] : [],
    ),
  );
}

/** Whether there may be a process: its launcher has not said that it is gone or given up. */
export function mayRun({ state }: ProcessRecord): boolean {
  return state !== ProcessState.GONE && state !== ProcessState.FAILED;
}

/** Whether the agent is there, as far as is known. */
export function isThere(presence: PresenceRecord | undefined): boolean {
  return (
    presence?.liveness === AgentLiveness.JOINING ||
    presence?.liveness === AgentLiveness.ALIVE ||
    presence?.liveness === AgentLiveness.SUSPECT
  );
}

/** Whether there may be a process and nobody can tell. */
export function isUntold({ rec, launcher }: SeenProcess): boolean {
  return mayRun(rec.doc) && !isThere(launcher?.doc);
}

/** The API's view of a process. */
export function processMessage(seen: SeenProcess): AgentProcess {
  const { doc } = seen.rec;
  const time = timestampFromDate(doc.time);
  if (isUntold(seen)) return create(AgentProcessSchema, { time, reason: untoldReason(seen) });
  const { state, processId, exitCode, signal, restarts, reason, nextStartTime } = doc;
  return create(AgentProcessSchema, {
    state,
    processId,
    exitCode,
    signal,
    restarts,
    reason,
    time,
    ...(nextStartTime && { nextStartTime: timestampFromDate(nextStartTime) }),
  });
}

function untoldReason({ rec: { doc }, launcher }: SeenProcess): string {
  const { launcherId, processId, state } = doc;
  const name = ProcessStateSchema.value[state]?.localName ?? String(state);
  const heard = `it was last ${name}${processId === 0 ? "" : `, process ${processId}`}`;
  if (launcher === undefined) return `its launcher ${launcherId} is not there; ${heard}`;
  const { liveness, changeTime } = launcher.doc;
  const away = AgentLivenessSchema.value[liveness]?.localName ?? String(liveness);
  return `its launcher ${launcherId} is ${away} since ${changeTime.toISOString()}; ${heard}`;
}
