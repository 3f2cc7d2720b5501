import { AgentState } from "@meshwork/gen/mesh/v1/agent";
import { AuthContext_PrincipalKind, Role } from "@meshwork/gen/mesh/v1/credential";
import { type AgentKey, importAgentKey, placeholderKey } from "../../security/agent-token.ts";
import type { Principal } from "../../security/principal.ts";
import { parseSecretToken, secretMatches } from "../../security/secret-token.ts";
import type { Store } from "../../store/store.ts";
import { agentKey, agentKind } from "../agents/agent-record.ts";
import type { Clock } from "../clock.ts";
import { agentCredentialKind } from "./agent-credential-record.ts";
import { apiKeyKind } from "./api-key-record.ts";
import type { Bootstrap } from "./bootstrap.ts";
import { credentialInvalid } from "./credential-invalid.ts";
import { followEndedCredentials } from "./ended-credentials.ts";
import { agentKeysCachedMax } from "./limits.ts";
import { createVerifiedTokens } from "./verified-tokens.ts";

/** Finds out who stands behind a credential. */
export interface Authenticator {
  /** Fails with CREDENTIAL_INVALID, with one text whatever is wrong. */
  authenticate(credential: string): Promise<Principal>;
  /**
   * Whether what `authenticate` answered still holds: false once the credential ran out (an agent's
   * own token aside, which is only shown to open a stream), and within a second of its revocation.
   */
  stillValid(principal: Principal): boolean;
  /** Ends the watch behind `stillValid`. */
  close(): void;
}

export interface AuthenticatorOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly bootstrap: Bootstrap;
  /** Takes note that a key was used (`last-use.ts`). */
  readonly noteUse: (keyId: string) => void;
  readonly report: (message: string, error?: unknown) => void;
}

/** Each credential is looked up when it is shown, so a call after a revocation is refused at once. */
export function createAuthenticator(options: AuthenticatorOptions): Authenticator {
  const { store, clock, bootstrap, noteUse, report } = options;
  const keys = createKeyCache();
  const tokens = createVerifiedTokens();
  const ended = followEndedCredentials({ store, clock, report, changed: keys.forget });
  /** Under which generation of the watch a principal was proved. */
  const proved = new WeakMap<Principal, number>();

  const find = (credential: string): Promise<Principal | undefined> => {
    if (credential.startsWith("mesh_")) return apiKeyPrincipal(credential);
    if (credential.startsWith("meshadmin_")) return bootstrapPrincipal(credential);
    return agentPrincipal(credential);
  };

  const apiKeyPrincipal = async (text: string): Promise<Principal | undefined> => {
    const token = parseSecretToken("mesh", text);
    if (token === undefined) return undefined;
    const doc = (await store.get(apiKeyKind, token.id))?.doc;
    if (!secretMatches(token, doc?.secretHash) || doc === undefined) return undefined;
    const { expireTime, revokeTime } = doc;
    if (revokeTime !== undefined) return undefined;
    if (expireTime !== undefined && expireTime.getTime() <= clock.now()) return undefined;
    noteUse(doc.keyId);
    return {
      kind: AuthContext_PrincipalKind.API_KEY,
      id: doc.keyId,
      displayName: doc.displayName,
      role: doc.role,
      scope: doc.meshUid === "" ? "all" : { meshId: doc.meshId, meshUid: doc.meshUid },
      ...(expireTime && { expireTimeMs: expireTime.getTime() }),
    };
  };

  const bootstrapPrincipal = async (text: string): Promise<Principal | undefined> => {
    const expireTime = await bootstrap.check(text);
    if (expireTime === undefined) return undefined;
    return {
      kind: AuthContext_PrincipalKind.BOOTSTRAP,
      id: "bootstrap",
      displayName: "bootstrap",
      role: Role.ADMIN,
      scope: "all",
      expireTimeMs: expireTime.getTime(),
    };
  };

  const agentPrincipal = async (token: string): Promise<Principal | undefined> => {
    const uid = tokens.claimedAgent(token);
    if (uid === undefined) return undefined;
    const doc = (await store.get(agentCredentialKind, uid))?.doc;
    const agent = doc && (await store.get(agentKind, agentKey(doc.meshUid, doc.agentId)))?.doc;
    const key = await keys.get(uid, doc?.publicKey);
    const expireTimeMs = await tokens.verify(token, {
      key,
      agentUid: uid,
      meshUid: doc?.meshUid ?? uid,
      nowMs: clock.now(),
    });
    if (expireTimeMs === undefined || doc?.revokeTime !== undefined) return undefined;
    if (doc === undefined || agent?.uid !== uid) return undefined;
    if (agent.state === AgentState.TERMINATED) return undefined;
    return {
      kind: AuthContext_PrincipalKind.AGENT,
      id: uid,
      displayName: doc.agentId,
      role: Role.AGENT,
      scope: { meshId: doc.meshId, meshUid: doc.meshUid },
      expireTimeMs,
      agent: { uid, agentId: doc.agentId },
    };
  };

  return {
    authenticate: async (credential) => {
      const { generation } = ended;
      const principal = await find(credential);
      if (principal === undefined) throw credentialInvalid();
      proved.set(principal, generation);
      return principal;
    },
    stillValid: (principal) => {
      // An agent's token, of a minute at most, proves who opens a stream; the stream outlives it.
      const endMs = principal.agent === undefined ? principal.expireTimeMs : undefined;
      if (endMs !== undefined && endMs <= clock.now()) return false;
      if ((proved.get(principal) ?? 0) < ended.generation) return false;
      return !ended.has(principal.id);
    },
    close: () => {
      ended.close();
    },
  };
}

/** Public keys ready for use: importing one costs about as much as using it. */
function createKeyCache() {
  const cache = new Map<string, AgentKey>();
  // Takes the place of an unknown agent's key, so that the answer takes as long.
  const nobody = placeholderKey();

  return {
    get: async (uid: string, publicKey: Uint8Array | undefined): Promise<AgentKey> => {
      const known = cache.get(uid);
      if (known) return known;
      const key = publicKey && (await importAgentKey(publicKey));
      if (key === undefined) return nobody;
      if (cache.size >= agentKeysCachedMax) cache.delete(cache.keys().next().value!);
      cache.set(uid, key);
      return key;
    },
    forget: (uid: string): void => {
      cache.delete(uid);
    },
  };
}
