// What an agent's link writes of its record; `domain/links` puts it into its own commits.
import type { JsonObject } from "@bufbuild/protobuf";
import { AgentDesiredState, AgentState } from "@meshwork/gen/mesh/v1/agent";
import type { AgentSpec, StateUpdateMessage } from "@meshwork/gen/mesh/v1/link";
import { isDeepStrictEqual } from "node:util";
import { type Change, put, type Rec, type Require } from "../../store/store.ts";
import { DomainError, invalidField } from "../errors.ts";
import { without } from "../without.ts";
import { type AgentRecord, agentKey, agentKind } from "./agent-record.ts";
import { configurationBytesMax } from "./limits.ts";

/** A decision about an agent's record, to be put into a commit. */
export interface AgentWrite {
  /** The record as it is after the commit. */
  readonly doc: AgentRecord;
  /** Empty where nothing changes: the etag stays. */
  readonly changes: readonly Change[];
  /** Keeps the decision from landing on another record than it was made for. */
  readonly require: readonly Require[];
}

/**
 * What hello says of the agent: labels of its own, capabilities, launch templates, runtime. An agent that has never
 * been connected, or had failed, is STARTING; another keeps its state, which survives a lost stream.
 * Fails with AGENT_TERMINATED.
 */
export function helloWrite(rec: Rec<AgentRecord>, spec: AgentSpec, now: Date): AgentWrite {
  const { doc } = rec;
  checkNotTerminated(doc);
  const begins = doc.state === AgentState.PROVISIONED || doc.state === AgentState.FAILED;
  const { runtime } = spec;
  return agentWrite(rec, now, {
    ...doc,
    ownLabels: { ...spec.labels },
    capabilities: [...spec.capabilities],
    ownLaunchTemplates: [...spec.launchTemplates],
    ...(runtime && {
      runtime: {
        name: runtime.name,
        version: runtime.version,
        platform: runtime.platform,
        hostName: runtime.hostName,
        processId: runtime.processId,
        sdk: runtime.sdk,
      },
    }),
    ...(begins && { state: AgentState.STARTING, stateReason: "" }),
  });
}

/** What a state update says. Fails with AGENT_TERMINATED or INVALID_REQUEST. */
export function stateUpdateWrite(
  rec: Rec<AgentRecord>,
  update: StateUpdateMessage,
  now: Date,
): AgentWrite {
  if (rec.doc.state === AgentState.TERMINATED) throw terminatedError(rec.doc);
  const { effectiveConfiguration } = update;
  if (effectiveConfiguration) checkConfiguration("effective_configuration", effectiveConfiguration);
  return agentWrite(rec, now, {
    ...rec.doc,
    state: update.state,
    stateReason: update.reason,
    ...(effectiveConfiguration && { effectiveConfiguration }),
  });
}

/** The agent has said goodbye and may start again; a failure stays on record. */
export function restingWrite(rec: Rec<AgentRecord>, now: Date): AgentWrite {
  const keeps = rec.doc.state === AgentState.FAILED || rec.doc.state === AgentState.TERMINATED;
  if (keeps) return agentWrite(rec, now, rec.doc);
  return agentWrite(rec, now, { ...rec.doc, state: AgentState.PROVISIONED, stateReason: "" });
}

/** The agent has ended for good: cut off, or gone by itself when asked to. */
export function terminatedWrite(rec: Rec<AgentRecord>, reason: string, now: Date): AgentWrite {
  return agentWrite(rec, now, {
    ...without(rec.doc, "terminateTime"),
    state: AgentState.TERMINATED,
    stateReason: reason,
    desiredState: AgentDesiredState.TERMINATED,
  });
}

/** Fails with AGENT_TERMINATED for an agent that has ended for good. */
export function checkNotTerminated(doc: AgentRecord): void {
  if (doc.state === AgentState.TERMINATED) throw terminatedError(doc);
}

/** Fails with INVALID_REQUEST for a configuration above `configurationBytesMax`. */
export function checkConfiguration(field: string, configuration: JsonObject): void {
  const bytes = Buffer.byteLength(JSON.stringify(configuration));
  if (bytes <= configurationBytesMax) return;
  throw invalidField(
    field,
    `${bytes} bytes of JSON are more than the ${configurationBytesMax} allowed; keep large data elsewhere and refer to it`,
    { bytes: String(bytes), max: String(configurationBytesMax) },
  );
}

export function terminatedError(doc: AgentRecord): DomainError {
  const resource = `agents/${doc.meshId}/${doc.agentId}`;
  return new DomainError(
    "AGENT_TERMINATED",
    `agent "${doc.agentId}" of mesh "${doc.meshId}" is terminated; delete it and provision a new one`,
    {
      metadata: { mesh_id: doc.meshId, agent_id: doc.agentId },
      precondition: {
        type: "AGENT_STATE",
        subject: resource,
        description: "the agent must not be terminated",
      },
    },
  );
}

function agentWrite(rec: Rec<AgentRecord>, now: Date, next: AgentRecord): AgentWrite {
  const id = agentKey(next.meshUid, next.agentId);
  if (isDeepStrictEqual(next, rec.doc)) {
    return {
      doc: rec.doc,
      changes: [],
      require: [{ kind: agentKind, id, version: rec.version }],
    };
  }
  const doc = { ...next, updateTime: now };
  return { doc, changes: [put(agentKind, id, doc, rec.version)], require: [] };
}
