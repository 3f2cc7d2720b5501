import { durationMs } from "@bufbuild/protobuf/wkt";
import { ProcessState, ProcessStateSchema } from "@meshwork/gen/mesh/v1/agent";
import type { Launched } from "@meshwork/gen/mesh/v1/link";
import { isDeepStrictEqual } from "node:util";
import { put, type Store } from "../../store/store.ts";
import type { AuditEntry, Plan } from "../commit.ts";
import { epochKind } from "../links/epoch-record.ts";
import { without } from "../without.ts";
import { agentKey, agentKind } from "./agent-record.ts";
import { shallEnd } from "./launch-children.ts";
import { mayRun } from "./launch-status.ts";
import { processKind, type ProcessRecord } from "./process-record.ts";

/** What became of a report: `stranger` where the reporting agent does not launch such an agent. */
export type LaunchedOutcome = "recorded" | "known" | "superseded" | "stranger";

/** Times of the next start that differ by less are the same, told twice. */
const NEXT_START_TOLERANCE_MS = 1_000;

/**
 * Puts on record what a launcher says of the process of one of its children, under the launcher's epoch.
 * `released` is called after the commit by which a child has left the launcher's care: it is told
 * anew of its children then.
 */
export async function recordLaunched(
  store: Store,
  launcher: { readonly uid: string; readonly epochVersion: number | undefined },
  said: Launched,
  now: Date,
  released: (launcherUid: string) => void,
): Promise<Plan<LaunchedOutcome>> {
  const [epoch, before] = await Promise.all([
    store.get(epochKind, launcher.uid),
    store.get(processKind, said.agentUid),
  ]);
  if (epoch === undefined || epoch.version !== launcher.epochVersion) return nothing("superseded");
  if (before?.doc.launcherUid !== launcher.uid) return nothing("stranger");
  const { doc } = before;
  const agent = await store.get(agentKind, agentKey(doc.meshUid, doc.agentId));
  if (agent?.doc.uid !== said.agentUid) return nothing("stranger");

  const over = said.state === ProcessState.GONE && shallEnd(agent.doc);
  const next = over ? without(saidOf(doc, said, now), "inCareOf") : saidOf(doc, said, now);
  if (isDeepStrictEqual({ ...next, time: doc.time }, doc)) return nothing("known");
  const audit = auditOf(doc, next);
  return {
    changes: [put(processKind, said.agentUid, next, before.version)],
    require: [{ kind: epochKind, id: launcher.uid, version: epoch.version }],
    reply: "recorded",
    ...(over && {
      effects: [
        () => {
          released(launcher.uid);
        },
      ],
    }),
    ...(audit && {
      audit: { ...audit, resource: `agents/${agent.doc.meshId}/${doc.agentId}` },
    }),
  };
}

function nothing(reply: LaunchedOutcome): Plan<LaunchedOutcome> {
  return { changes: [], reply };
}

function saidOf(before: ProcessRecord, said: Launched, now: Date): ProcessRecord {
  const { state, processId, exitCode, signal, restarts, reason, nextStart } = said;
  return {
    ...without(before, "nextStartTime"),
    ...{ state, processId, exitCode, signal, restarts, reason },
    time: now,
    ...(nextStart && { nextStartTime: nextStartOf(before, now.getTime() + durationMs(nextStart)) }),
  };
}

function nextStartOf({ nextStartTime }: ProcessRecord, ms: number): Date {
  const known = nextStartTime?.getTime() ?? -Infinity;
  return Math.abs(known - ms) < NEXT_START_TOLERANCE_MS ? nextStartTime! : new Date(ms);
}

/** Every process that began, and every end that nothing follows. */
function auditOf(
  before: ProcessRecord,
  next: ProcessRecord,
): Omit<AuditEntry, "resource"> | undefined {
  const { state, processId, launcherUid, launcherId, exitCode, signal, reason } = next;
  const same = state === before.state && processId === before.processId;
  if (same || (state !== ProcessState.RUNNING && mayRun(next))) return undefined;
  return {
    action: "agents.launched",
    meshUid: next.meshUid,
    details: {
      agent_uid: next.agentUid,
      launcher_id: launcherId,
      launcher_uid: launcherUid,
      state: ProcessStateSchema.value[state]!.localName,
      process_id: String(processId),
      exit_code: String(exitCode),
      signal,
      reason,
    },
  };
}
