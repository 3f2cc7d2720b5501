import type { CreateLaunchTokenRequest } from "@meshwork/gen/mesh/v1/credential_service";
import type { Store } from "../../store/store.ts";
import { terminatedError } from "../agents/agent-changes.ts";
import { agentOf } from "../agents/agent-queries.ts";
import { agentKind } from "../agents/agent-record.ts";
import { shallEnd } from "../agents/launch-children.ts";
import type { Call } from "../call.ts";
import type { Clock } from "../clock.ts";
import type { Committer, Plan } from "../commit.ts";
import { DomainError } from "../errors.ts";
import type { Ids } from "../ids.ts";
import { agentCredentialKind } from "./agent-credential-record.ts";
import { erasedTokens, mintJoinToken } from "./join-token-record.ts";
import type { MintedToken } from "./join-tokens.ts";
import { launchTokenMs } from "./limits.ts";

/**
 * The command behind CreateLaunchToken: a single-use token for the process that the calling agent starts
 * for another. The one before it is void. Fails with RESOURCE_NOT_FOUND, PERMISSION_MISSING,
 * AGENT_TERMINATED, CREDENTIAL_INVALID.
 */
export function createLaunchTokens(options: {
  readonly store: Store;
  readonly committer: Committer;
  readonly clock: Clock;
  readonly ids: Ids;
}): (call: Call, request: CreateLaunchTokenRequest) => Promise<MintedToken> {
  const { store, committer, clock, ids } = options;

  const plan = async (
    call: Call,
    request: CreateLaunchTokenRequest,
  ): Promise<Plan<MintedToken>> => {
    const { rec } = await agentOf(store, call.principal, request);
    const { uid, meshUid, meshId, agentId, role, launch } = rec.doc;
    const launcher = call.principal.agent;
    if (launcher === undefined || launch?.launcherUid !== launcher.uid)
      throw notItsLauncher(meshId, agentId);
    if (shallEnd(rec.doc)) throw terminatedError(rec.doc);
    const credential = await store.get(agentCredentialKind, uid);
    if (credential?.doc.revokeTime !== undefined) throw revoked(meshId, agentId);
    const { text, doc, change } = mintJoinToken(ids, clock.now(), launchTokenMs, {
      ...{ meshUid, meshId, agentUid: uid, agentId, role },
      labels: {},
      usesMax: 1,
      creator: launcher.agentId,
      launch: true,
    });
    return {
      changes: [change, ...(await erasedTokens(store, rec.doc))],
      require: [{ kind: agentKind, id: rec.id, version: rec.version }],
      reply: { doc, text },
      audit: {
        action: "join_tokens.create_launch",
        resource: `agents/${meshId}/${agentId}`,
        meshUid,
        details: { agent_uid: uid, launcher_uid: launcher.uid, token_id: doc.tokenId },
      },
    };
  };
  return (call, request) => committer.run(call, () => plan(call, request));
}

function notItsLauncher(meshId: string, agentId: string): DomainError {
  const why = `only the launcher of agent "${agentId}" makes tokens for its processes`;
  return new DomainError("PERMISSION_MISSING", why, {
    metadata: { permission: "PERMISSION_AGENTS_LAUNCH", mesh_id: meshId, agent_id: agentId },
  });
}

function revoked(meshId: string, agentId: string): DomainError {
  return new DomainError(
    "CREDENTIAL_INVALID",
    `the credential of agent "${agentId}" was revoked for good; terminate the agent, delete it and provision it anew`,
    { metadata: { mesh_id: meshId, agent_id: agentId } },
  );
}
