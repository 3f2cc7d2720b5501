import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { durationMs } from "@bufbuild/protobuf/wkt";
import {
  type Agent,
  AgentDesiredState,
  AgentRole,
  AgentSchema,
  AgentState,
  ProcessState,
} from "@meshwork/gen/mesh/v1/agent";
import {
  type ProvisionAgentRequest,
  ProvisionAgentRequestSchema,
} from "@meshwork/gen/mesh/v1/agent_service";
import { principalName } from "../../security/principal.ts";
import { type Change, put, type Rec, type Require, type Store } from "../../store/store.ts";
import type { Call } from "../call.ts";
import type { Clock } from "../clock.ts";
import type { Committer, Plan } from "../commit.ts";
import { mintJoinToken } from "../credentials/join-token-record.ts";
import { alreadyExists } from "../errors.ts";
import { type Idempotency, requestBytes } from "../idempotency.ts";
import type { Ids } from "../ids.ts";
import { madeUpId } from "../made-up-id.ts";
import { checkActive, meshOf } from "../meshes/mesh-access.ts";
import { meshKind, type MeshRecord } from "../meshes/mesh-record.ts";
import { checkConfiguration } from "./agent-changes.ts";
import type { AgentLinks } from "./agent-links.ts";
import { agentMessage } from "./agent-message.ts";
import type { AgentQuota } from "./agent-quota.ts";
import { type AgentRecord, agentKey, agentKind } from "./agent-record.ts";
import { fitLauncher } from "./launch-fitness.ts";
import { provisionTokenMsDefault } from "./limits.ts";
import { processKind, type ProcessRecord } from "./process-record.ts";

/** A new agent and the token by which it comes in. */
export interface Provisioned {
  readonly agent: Agent;
  /** Empty when only validated, and for an agent with a launcher. */
  readonly joinToken: string;
  readonly joinTokenId: string;
  readonly expireTime: Date | undefined;
}

/** The record of an agent that nobody has seen yet. */
export function newAgent(
  mesh: MeshRecord,
  uid: string,
  now: Date,
  given: Pick<AgentRecord, "agentId" | "role" | "displayName" | "labels"> &
    Partial<Pick<AgentRecord, "desiredConfiguration" | "launch">>,
): AgentRecord {
  return {
    ...given,
    uid,
    meshUid: mesh.uid,
    meshId: mesh.meshId,
    ownLabels: {},
    capabilities: [],
    state: AgentState.PROVISIONED,
    stateReason: "",
    desiredState: AgentDesiredState.RUNNING,
    createTime: now,
    updateTime: now,
  };
}

/** The command behind ProvisionAgent: agent and token, or agent and process, in one commit. */
export function createProvisioning(options: {
  readonly store: Store;
  readonly committer: Committer;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly quota: AgentQuota;
  readonly links: () => AgentLinks;
}) {
  const { store, committer, clock, ids, quota, links } = options;

  const plan = async (
    call: Call,
    request: ProvisionAgentRequest,
    writeId: string,
  ): Promise<Plan<Provisioned>> => {
    const mesh = await meshOf(store, call.principal, request.meshId);
    checkActive(mesh);
    const { uid: meshUid, meshId } = mesh.doc;
    const agentId = request.agentId === "" ? madeUpId("agent", ids) : request.agentId;
    const id = agentKey(meshUid, agentId);
    if (await store.get(agentKind, id)) throw alreadyExists("agents", `${meshId}/${agentId}`);
    await quota.check(meshUid, meshId);

    const role = request.role === AgentRole.UNSPECIFIED ? AgentRole.WORKER : request.role;
    const { displayName, labels, desiredConfiguration } = request;
    const launcher = request.launch && (await fitLauncher(store, mesh.doc, request.launch));
    const doc = newAgent(mesh.doc, ids.uuid(), new Date(clock.now()), {
      agentId,
      role,
      displayName,
      labels: { ...labels },
      ...(desiredConfiguration && { desiredConfiguration }),
      ...(launcher && { launch: launchBy(launcher.doc, request.launch!.template) }),
    });
    const entry =
      launcher === undefined ? tokenEntry(call, request, doc) : launchEntry(launcher, doc);
    const { reply, details } = entry;
    return {
      changes: [put(agentKind, id, doc, "absent"), entry.change],
      require: [{ kind: meshKind, id: meshId, version: mesh.version }, ...entry.require],
      reply: { agent: agentMessage({ doc, writeId }, undefined, undefined), ...reply },
      effects: [
        () => {
          quota.changed(meshUid, 1);
        },
        ...entry.effects,
      ],
      audit: {
        action: "agents.provision",
        resource: `agents/${meshId}/${agentId}`,
        meshUid,
        details: { agent_uid: doc.uid, ...details },
      },
    };
  };

  /** It comes in by a token that whoever starts it hands to it. */
  const tokenEntry = (call: Call, request: ProvisionAgentRequest, doc: AgentRecord): Entry => {
    const { joinTokenTtl } = request;
    const { meshUid, meshId, agentId, role } = doc;
    const lifetimeMs = joinTokenTtl ? durationMs(joinTokenTtl) : provisionTokenMsDefault;
    const token = mintJoinToken(ids, clock.now(), lifetimeMs, {
      ...{ meshUid, meshId, agentUid: doc.uid, agentId, role },
      labels: {},
      usesMax: 1,
      creator: principalName(call.principal),
    });
    const { tokenId, expireTime } = token.doc;
    return {
      change: token.change,
      require: [],
      reply: { joinToken: token.text, joinTokenId: tokenId, expireTime },
      effects: [],
      details: { token_id: tokenId },
    };
  };

  /** Its launcher asks for a token when it starts the process. */
  const launchEntry = (launcher: Rec<AgentRecord>, doc: AgentRecord): Entry => {
    const { uid } = launcher.doc;
    return {
      change: put(processKind, doc.uid, newProcess(doc), "absent"),
      require: [{ kind: agentKind, id: launcher.id, version: launcher.version }],
      reply: noToken,
      effects: [
        () => {
          links().agentChanged(uid);
        },
      ],
      details: { launcher_uid: uid, template: doc.launch!.template },
    };
  };

  return async (call: Call, request: ProvisionAgentRequest): Promise<Provisioned> => {
    const { desiredConfiguration, requestId } = request;
    if (desiredConfiguration) checkConfiguration("desired_configuration", desiredConfiguration);
    if (request.validateOnly) {
      const { reply } = await plan(call, request, "");
      return { agent: reply.agent, ...noToken };
    }
    const { doc: mesh } = await meshOf(store, call.principal, request.meshId);
    const idempotency: Idempotency<Provisioned> = {
      requestId,
      request: requestBytes(ProvisionAgentRequestSchema, request),
      scope: mesh.uid,
      ...(request.launch === undefined
        ? { secretId: ({ agent }) => agent.agentId }
        : {
            encode: ({ agent }) => toBinary(AgentSchema, agent),
            decode: (kept) => ({ agent: fromBinary(AgentSchema, kept), ...noToken }),
          }),
    };
    return committer.runOnce(call, idempotency, (writeId) => plan(call, request, writeId));
  };
}

/** How a new agent comes in. */
interface Entry {
  readonly change: Change;
  readonly require: readonly Require[];
  readonly reply: Omit<Provisioned, "agent">;
  readonly effects: readonly (() => void)[];
  readonly details: Readonly<Record<string, string>>;
}

const noToken: Entry["reply"] = { joinToken: "", joinTokenId: "", expireTime: undefined };

function launchBy(launcher: AgentRecord, template: string): NonNullable<AgentRecord["launch"]> {
  return { launcherUid: launcher.uid, launcherId: launcher.agentId, template };
}

function newProcess({ uid, meshUid, agentId, launch, createTime }: AgentRecord): ProcessRecord {
  const { launcherUid, launcherId } = launch!;
  return {
    agentUid: uid,
    ...{ meshUid, agentId, launcherUid, launcherId },
    inCareOf: launcherUid,
    state: ProcessState.STARTING,
    processId: 0,
    exitCode: -1,
    signal: "",
    restarts: 0,
    reason: "its launcher has not said anything yet",
    time: createTime,
  };
}
