import type { Kind } from "../../store/store.ts";

/** The key with which an agent proves who it is. */
export interface AgentCredentialRecord {
  readonly agentUid: string;
  readonly agentId: string;
  readonly meshUid: string;
  readonly meshId: string;
  /** Ed25519, 32 bytes. */
  readonly publicKey: Uint8Array;
  /** The token that it came by. */
  readonly tokenId: string;
  readonly createTime: Date;
  readonly revokeTime?: Date;
}

/** Id: the agent's uid. Once revoked it never becomes good again. */
export const agentCredentialKind: Kind<AgentCredentialRecord> = {
  name: "agent_credentials",
  watched: true,
  schema: 1,
  delete: { tombstoneSeconds: 60 * 60 },
};
