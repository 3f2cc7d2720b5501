import { AgentLiveness, LivenessCause } from "@meshwork/gen/mesh/v1/agent";
import { put } from "../../store/store.ts";
import { restingWrite } from "../agents/agent-changes.ts";
import { agentByUid } from "../agents/agent-queries.ts";
import { presenceKind, type PresenceRecord } from "../agents/presence-record.ts";
import { epochKind } from "./epoch-record.ts";
import type { LinksDeps } from "./links-deps.ts";
import type { Transition } from "./liveness.ts";

/** A transition with its instants, which do not move while the store is slow. */
export interface SeenTransition extends Transition {
  readonly changeTime: Date;
  readonly lastSeenTime: Date;
}

/** The record of a transition after `before`; no session is open in LOST and LEFT. */
export function presenceAfter(
  before: PresenceRecord,
  transition: SeenTransition,
  nodeId: string,
): PresenceRecord {
  const { liveness, cause, evidence, changeTime, lastSeenTime } = transition;
  const open = liveness === AgentLiveness.ALIVE || liveness === AgentLiveness.SUSPECT;
  return {
    ...before,
    // What the record says, not what memory says: so the chain of records has no gap.
    previous: before.liveness,
    liveness,
    cause,
    evidence,
    changeTime,
    lastSeenTime,
    sessionId: open ? before.sessionId : "",
    nodeId,
  };
}

/**
 * Puts a transition on record, unless the agent's epoch has moved on since (`epochVersion`): then a
 * newer session has said what there is to say. An agent that said goodbye rests.
 */
export async function writePresence(
  { store, committer, nodeId }: Pick<LinksDeps, "store" | "committer" | "nodeId">,
  agentUid: string,
  epochVersion: number | undefined,
  transition: SeenTransition,
): Promise<void> {
  await committer.runSystem(async () => {
    const epoch = await store.get(epochKind, agentUid);
    const presence = await store.get(presenceKind, agentUid);
    const superseded =
      epoch === undefined || presence === undefined || epoch.version !== epochVersion;
    if (superseded) return { changes: [], reply: undefined };
    const left = transition.cause === LivenessCause.GOODBYE;
    const agent = left ? await agentByUid(store, agentUid) : undefined;
    const rest = agent && restingWrite(agent, transition.changeTime);
    const after = presenceAfter(presence.doc, transition, nodeId);
    return {
      changes: [put(presenceKind, agentUid, after, presence.version), ...(rest?.changes ?? [])],
      require: [
        { kind: epochKind, id: agentUid, version: epoch.version },
        ...(rest?.require ?? []),
      ],
      reply: undefined,
    };
  });
}
