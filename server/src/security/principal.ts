import type { AuthContext_PrincipalKind, Role } from "@meshwork/gen/mesh/v1/credential";

/** The one mesh that a principal's role holds in. */
export interface MeshScope {
  readonly meshId: string;
  readonly meshUid: string;
}

/** Who calls, as the credential proved it. */
export interface Principal {
  readonly kind: AuthContext_PrincipalKind;
  /** Key id, the agent's uid, or `bootstrap`. */
  readonly id: string;
  readonly displayName: string;
  readonly role: Role;
  /** `all`: the whole installation. */
  readonly scope: MeshScope | "all";
  /** Milliseconds since 1970. */
  readonly expireTimeMs?: number;
  /** Set where the caller is an agent. */
  readonly agent?: { readonly uid: string; readonly agentId: string };
}

/** How audit events and message senders name a principal: an agent's id, else `key:` and the id. */
export function principalName(principal: Principal): string {
  return principal.agent?.agentId ?? `key:${principal.id}`;
}
