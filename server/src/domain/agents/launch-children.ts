// The agents that a launcher has in its care.
import { create } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { AgentDesiredState, AgentRole, AgentState } from "@meshwork/gen/mesh/v1/agent";
import { type LaunchChild, LaunchChildSchema } from "@meshwork/gen/mesh/v1/link";
import { PAGE_RECORDS_MAX, type Store } from "../../store/store.ts";
import { type AgentRecord, agentKey, agentKind } from "./agent-record.ts";
import { mayRun } from "./launch-status.ts";
import { processKind, type ProcessRecord } from "./process-record.ts";

/**
 * What a launcher's configuration says of its children: all that it shall keep running, and all that
 * shall end and of which it has not said that they are gone.
 */
export async function childrenOf(
  store: Store,
  launcher: Pick<AgentRecord, "uid" | "role">,
  nowMs: number,
): Promise<LaunchChild[]> {
  // No other has any, and agents attach by the thousand.
  if (launcher.role !== AgentRole.MANAGER) return [];
  const processes = await inCareOf(store, launcher.uid);
  if (processes.length === 0) return [];
  const ids = processes.map(({ meshUid, agentId }) => agentKey(meshUid, agentId));
  const agents = await store.getMany(agentKind, ids);
  return agents.flatMap((agent, index) => {
    const same = agent?.doc.uid === processes[index]!.agentUid;
    return same && agent.doc.launch !== undefined ? [childOf(agent.doc, nowMs)] : [];
  });
}

/** The agents that a launcher has in its care, by record. At most one page: more than it may have. */
export async function inCareOf(store: Store, launcherUid: string): Promise<ProcessRecord[]> {
  const query = { eq: { inCareOf: launcherUid }, limit: PAGE_RECORDS_MAX };
  return (await store.list(processKind, query)).items.map(({ doc }) => doc);
}

/** Names of the children that may have a process. */
export async function runningChildren(store: Store, launcherUid: string): Promise<string[]> {
  const processes = await inCareOf(store, launcherUid);
  return processes
    .filter(mayRun)
    .map(({ agentId }) => agentId)
    .sort();
}

/** A list of names for people, cut where it gets long. */
export function someOf(names: readonly string[]): string {
  const more = names.length - NAMES_SHOWN;
  const shown = names.slice(0, NAMES_SHOWN).join(", ");
  return more > 0 ? `${shown} and ${more} more` : shown;
}

const NAMES_SHOWN = 10;

function childOf(agent: AgentRecord, nowMs: number): LaunchChild {
  const { agentId, uid, launch, terminateTime } = agent;
  const ends = shallEnd(agent);
  const graceMs = terminateTime === undefined ? 0 : Math.max(0, terminateTime.getTime() - nowMs);
  return create(LaunchChildSchema, {
    agentId,
    agentUid: uid,
    template: launch!.template,
    desiredState: ends ? AgentDesiredState.TERMINATED : AgentDesiredState.RUNNING,
    ...(ends && { grace: durationFromMs(Math.round(graceMs)) }),
  });
}

/** Whether the agent is to end for good, or has. */
export function shallEnd({ desiredState, state }: AgentRecord): boolean {
  return desiredState === AgentDesiredState.TERMINATED || state === AgentState.TERMINATED;
}
