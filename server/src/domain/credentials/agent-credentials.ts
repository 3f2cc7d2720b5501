import type { RevokeAgentCredentialRequest } from "@meshwork/gen/mesh/v1/credential_service";
import { put, type Store } from "../../store/store.ts";
import type { AgentLinks } from "../agents/agent-links.ts";
import { agentOf } from "../agents/agent-queries.ts";
import type { Call } from "../call.ts";
import type { Clock } from "../clock.ts";
import type { Committer } from "../commit.ts";
import { agentCredentialKind } from "./agent-credential-record.ts";
import { voidedTokens } from "./join-token-record.ts";

/** Credentials of agents. Every command checks the caller's reach, not its role. */
export interface AgentCredentials {
  /** Voids the agent's key and what is left of its join tokens. Idempotent. */
  revoke(call: Call, request: RevokeAgentCredentialRequest): Promise<void>;
}

export function createAgentCredentials(options: {
  readonly store: Store;
  readonly committer: Committer;
  readonly clock: Clock;
  readonly links: () => AgentLinks;
}): AgentCredentials {
  const { store, committer, clock, links } = options;
  return {
    revoke: (call, request) =>
      committer.run(call, async () => {
        const { rec } = await agentOf(store, call.principal, request);
        const { uid, meshUid, meshId, agentId } = rec.doc;
        const now = new Date(clock.now());
        const found = await store.get(agentCredentialKind, uid);
        const good = found?.doc.revokeTime === undefined ? found : undefined;
        const changes = await voidedTokens(store, rec.doc, now);
        if (good) {
          const doc = { ...good.doc, revokeTime: now };
          changes.push(put(agentCredentialKind, uid, doc, good.version));
        }
        const why = request.reason === "" ? "" : `: ${request.reason}`;
        return {
          changes,
          reply: undefined,
          effects: [
            () => {
              links().credentialRevoked(uid, `the agent's credential was revoked${why}`);
            },
          ],
          audit: {
            action: "agent_credentials.revoke",
            resource: `agents/${meshId}/${agentId}`,
            meshUid,
            details: { agent_uid: uid, reason: request.reason },
          },
        };
      }),
  };
}
