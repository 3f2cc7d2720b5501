import { durationMs } from "@bufbuild/protobuf/wkt";
import {
  AgentDesiredState,
  AgentLiveness,
  AgentState,
  AgentStateSchema,
} from "@meshwork/gen/mesh/v1/agent";
import type {
  DeleteAgentRequest,
  TerminateAgentRequest,
} from "@meshwork/gen/mesh/v1/agent_service";
import { type Change, put, type Rec, type Store } from "../../store/store.ts";
import type { Call } from "../call.ts";
import type { Clock } from "../clock.ts";
import type { Committer, Plan } from "../commit.ts";
import { agentCredentialKind } from "../credentials/agent-credential-record.ts";
import { erasedTokens, voidedTokens } from "../credentials/join-token-record.ts";
import { DomainError } from "../errors.ts";
import { checkEtag } from "../etag.ts";
import { terminatedWrite } from "./agent-changes.ts";
import type { AgentLinks } from "./agent-links.ts";
import { agentOf, seenAgent, type SeenAgent } from "./agent-queries.ts";
import type { AgentQuota } from "./agent-quota.ts";
import { type AgentRecord, agentKind } from "./agent-record.ts";
import { runningChildren, someOf } from "./launch-children.ts";
import { isUntold, mayRun } from "./launch-status.ts";
import { graceMsDefault } from "./limits.ts";
import { presenceKind } from "./presence-record.ts";
import { processKind } from "./process-record.ts";

/** The commands behind TerminateAgent and DeleteAgent. `show` adds what stands beside the record. */
export function createAgentEnding<Shown>(
  options: {
    readonly store: Store;
    readonly committer: Committer;
    readonly clock: Clock;
    readonly links: () => AgentLinks;
    readonly quota: AgentQuota;
  },
  show: (rec: Rec<AgentRecord>) => Promise<Shown>,
) {
  const { store, committer, clock, links, quota } = options;

  /** A launcher has to know of what becomes of its children. */
  const tellLauncher = ({ launch }: AgentRecord): (() => void)[] =>
    launch === undefined
      ? []
      : [
          () => {
            links().agentChanged(launch.launcherUid);
          },
        ];

  const planTermination = async (
    call: Call,
    request: TerminateAgentRequest,
    writeId: string,
  ): Promise<Plan<Rec<AgentRecord>>> => {
    const { rec } = await agentOf(store, call.principal, request);
    const { doc } = rec;
    const resource = `agents/${doc.meshId}/${doc.agentId}`;
    checkEtag(rec, request.etag, resource);
    const now = new Date(clock.now());
    const graceMs = request.grace ? durationMs(request.grace) : graceMsDefault;
    const reason = await reasonOf(store, doc, request.reason);
    const next = terminating(doc, now, graceMs, reason);
    const effects = [
      () => {
        links().agentChanged(doc.uid);
      },
      ...tellLauncher(doc),
    ];
    // Told again, so that a repetition of a call whose answer was lost is enough.
    if (next === doc) return { changes: [], reply: rec, effects };

    const presence = await store.get(presenceKind, doc.uid);
    const left = presence?.doc.liveness === AgentLiveness.LEFT;
    const never = presence === undefined && doc.state === AgentState.PROVISIONED;
    // Nobody is there to end; whoever attaches meanwhile changes what this is decided on.
    const gone = (left || never) && links().session(doc.uid) === undefined;
    const after = gone ? terminatedWrite({ ...rec, doc: next }, reason, now).doc : next;
    return {
      changes: [
        put(agentKind, rec.id, after, rec.version),
        ...(gone ? await voidedCredentials(store, doc, now) : []),
      ],
      ...(left && { require: [{ kind: presenceKind, id: doc.uid, version: presence.version }] }),
      reply: { id: rec.id, version: rec.version + 1, writeId, doc: after },
      effects,
      audit: {
        action: "agents.terminate",
        resource,
        meshUid: doc.meshUid,
        details: { grace_ms: String(graceMs), reason: request.reason },
      },
    };
  };

  const planDeletion = async (call: Call, request: DeleteAgentRequest): Promise<Plan<void>> => {
    const { rec } = await agentOf(store, call.principal, request);
    const { doc } = rec;
    const resource = `agents/${doc.meshId}/${doc.agentId}`;
    checkEtag(rec, request.etag, resource);
    if (doc.state !== AgentState.TERMINATED) throw notTerminated(doc);
    const { process } = await seenAgent(store, rec);
    checkNothingRuns(doc, process, await runningChildren(store, doc.uid));
    return {
      changes: [
        { delete: agentKind, id: rec.id, expect: rec.version },
        { delete: presenceKind, id: doc.uid, expect: "any" },
        { delete: agentCredentialKind, id: doc.uid, expect: "any" },
        ...(process
          ? [{ delete: processKind, id: doc.uid, expect: process.rec.version } as const]
          : []),
        ...(await erasedTokens(store, doc)),
      ],
      reply: undefined,
      effects: [
        () => {
          quota.changed(doc.meshUid, -1);
        },
        () => {
          links().agentDeleted(doc.uid);
        },
        ...tellLauncher(doc),
      ],
      audit: {
        action: "agents.delete",
        resource,
        meshUid: doc.meshUid,
        details: { agent_uid: doc.uid },
      },
    };
  };

  return {
    terminate: async (call: Call, request: TerminateAgentRequest): Promise<Shown> => {
      if (request.validateOnly) return show((await planTermination(call, request, "")).reply);
      return show(await committer.run(call, (writeId) => planTermination(call, request, writeId)));
    },
    delete: async (call: Call, request: DeleteAgentRequest): Promise<void> => {
      if (request.validateOnly) await planDeletion(call, request);
      else await committer.run(call, () => planDeletion(call, request));
    },
  };
}

/** Why it is to end; whoever ends a launcher is told whom it leaves behind. */
async function reasonOf(store: Store, doc: AgentRecord, reason: string): Promise<string> {
  if (doc.ownLaunchTemplates === undefined || doc.ownLaunchTemplates.length === 0) return reason;
  const children = await runningChildren(store, doc.uid);
  if (children.length === 0) return reason;
  const left = `its launched agents are left without a launcher: ${someOf(children)}`;
  return reason === "" ? left : `${reason}; ${left}`;
}

/** Nobody may lose sight of a process by deleting the record of its agent, or of its launcher. */
function checkNothingRuns(
  doc: AgentRecord,
  process: SeenAgent["process"],
  children: readonly string[],
): void {
  const { meshId, agentId } = doc;
  if (process && mayRun(process.rec.doc) && !isUntold(process)) {
    const { launcherId, processId } = process.rec.doc;
    throw processRunning(
      doc,
      `the process ${processId} of agent "${agentId}" of mesh "${meshId}" is not gone yet; wait until its launcher "${launcherId}" says so`,
      { process_id: String(processId), launcher_id: launcherId },
    );
  }
  if (children.length === 0) return;
  const names = someOf(children);
  throw processRunning(
    doc,
    `agent "${agentId}" of mesh "${meshId}" launched ${children.length} whose processes are not known to be gone: ${names}; terminate and delete them first`,
    { agents: names, count: String(children.length) },
  );
}

function processRunning(
  { meshId, agentId }: AgentRecord,
  message: string,
  metadata: Readonly<Record<string, string>>,
): DomainError {
  return new DomainError("PROCESS_RUNNING", message, {
    metadata: { mesh_id: meshId, agent_id: agentId, ...metadata },
    precondition: {
      type: "PROCESS",
      subject: `agents/${meshId}/${agentId}`,
      description: "no process may be left without a record",
    },
  });
}

/** The wish to end; the same record where it changes nothing. A grace may only become shorter. */
function terminating(doc: AgentRecord, now: Date, graceMs: number, reason: string): AgentRecord {
  if (doc.state === AgentState.TERMINATED) return doc;
  const asked = now.getTime() + graceMs;
  const due = doc.terminateTime?.getTime() ?? Infinity;
  if (doc.desiredState === AgentDesiredState.TERMINATED && due <= asked) return doc;
  return {
    ...doc,
    desiredState: AgentDesiredState.TERMINATED,
    terminateTime: new Date(asked),
    ...(reason !== "" && { stateReason: reason }),
    updateTime: now,
  };
}

/** Changes that void all by which an agent could come in. */
async function voidedCredentials(store: Store, doc: AgentRecord, now: Date): Promise<Change[]> {
  const credential = await store.get(agentCredentialKind, doc.uid);
  const tokens = await voidedTokens(store, doc, now);
  if (credential === undefined || credential.doc.revokeTime !== undefined) return tokens;
  const revoked = { ...credential.doc, revokeTime: now };
  return [put(agentCredentialKind, doc.uid, revoked, credential.version), ...tokens];
}

function notTerminated(doc: AgentRecord): DomainError {
  const { meshId, agentId } = doc;
  const state = AgentStateSchema.value[doc.state]?.localName ?? String(doc.state);
  return new DomainError(
    "AGENT_NOT_TERMINATED",
    `agent "${agentId}" of mesh "${meshId}" is ${state}, not TERMINATED; terminate it first and wait until it has ended`,
    {
      metadata: { mesh_id: meshId, agent_id: agentId, state },
      precondition: {
        type: "AGENT_STATE",
        subject: `agents/${meshId}/${agentId}`,
        description: "the agent has to be TERMINATED",
      },
    },
  );
}
