import { AgentState } from "@meshwork/gen/mesh/v1/agent";
import { put, type Change } from "../../store/store.ts";
import { terminatedWrite } from "../agents/agent-changes.ts";
import { agentByUid } from "../agents/agent-queries.ts";
import { presenceKind } from "../agents/presence-record.ts";
import { agentCredentialKind } from "../credentials/agent-credential-record.ts";
import { voidedTokens } from "../credentials/join-token-record.ts";
import { epochKind } from "./epoch-record.ts";
import type { LinksDeps } from "./links-deps.ts";
import { presenceAfter, type SeenTransition } from "./presence-writes.ts";

/**
 * Ends an agent for good in one commit: state TERMINATED, credential void, epoch raised so that no
 * session writes any more, liveness as the transition says. `reason` is for an agent of which no other was given. Nothing happens
 * where it has ended.
 */
export async function terminate(
  deps: Pick<LinksDeps, "store" | "committer" | "nodeId">,
  agentUid: string,
  reason: string,
  transition: SeenTransition,
): Promise<void> {
  const { store, committer, nodeId } = deps;
  await committer.runSystem(async () => {
    const agent = await agentByUid(store, agentUid);
    if (agent === undefined || agent.doc.state === AgentState.TERMINATED)
      return { changes: [], reply: undefined };
    const now = transition.changeTime;
    const [epoch, presence, credential, tokens] = await Promise.all([
      store.get(epochKind, agentUid),
      store.get(presenceKind, agentUid),
      store.get(agentCredentialKind, agentUid),
      voidedTokens(store, agent.doc, now),
    ]);
    const write = terminatedWrite(agent, agent.doc.stateReason || reason, now);
    const changes: Change[] = [...write.changes, ...tokens];
    if (epoch !== undefined) {
      const raised = { epoch: epoch.doc.epoch + 1, sessionId: "", nodeId };
      changes.push(put(epochKind, agentUid, raised, epoch.version));
    }
    if (presence !== undefined) {
      const left = presenceAfter(presence.doc, transition, nodeId);
      changes.push(put(presenceKind, agentUid, left, presence.version));
    }
    if (credential !== undefined && credential.doc.revokeTime === undefined) {
      const revoked = { ...credential.doc, revokeTime: now };
      changes.push(put(agentCredentialKind, agentUid, revoked, credential.version));
    }
    return {
      changes,
      require: write.require,
      reply: undefined,
      audit: {
        action: "agents.end",
        resource: `agents/${agent.doc.meshId}/${agent.doc.agentId}`,
        meshUid: agent.doc.meshUid,
        details: { reason, evidence: transition.evidence },
      },
    };
  });
}
