import type { Kind } from "../../store/store.ts";

/** Something that an auditor may want to know. Never changed, never erased by the server. */
export interface AuditRecord {
  readonly time: Date;
  /** `API_KEY`, `AGENT`, `BOOTSTRAP`, `SYSTEM` or `UNKNOWN`. */
  readonly actorKind: string;
  /** Key id, the agent's uid, `bootstrap` or `system`; empty where nobody proved who they are. */
  readonly actor: string;
  /** `agents.terminate` */
  readonly action: string;
  /** `agents/demo/w1` */
  readonly resource: string;
  /** Empty where it concerns no mesh. */
  readonly meshUid: string;
  /** `mesh.v1.AgentService/TerminateAgent`; empty for what the server does by itself. */
  readonly operation: string;
  readonly callId: string;
  readonly peerAddress: string;
  /** `OK`, or the reason of the refusal. */
  readonly outcome: string;
  readonly details: Readonly<Record<string, string>>;
}

/** Id: a UUIDv7, so that the order of ids is the order of time. */
export const auditKind: Kind<AuditRecord> = {
  name: "audit",
  watched: false,
  schema: 1,
  indexes: [["meshUid"], ["actor"]],
  delete: "erase",
};
