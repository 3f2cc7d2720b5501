import {
  AuthContext_PrincipalKind,
  AuthContext_PrincipalKindSchema,
} from "@meshwork/gen/mesh/v1/credential";
import { type Change, put } from "../../store/store.ts";
import type { Principal } from "../../security/principal.ts";
import { auditKind } from "./audit-record.ts";

/** What an audit event says besides who, when and from where. */
export interface AuditEntry {
  /** `agents.terminate` */
  readonly action: string;
  /** `agents/demo/w1` */
  readonly resource: string;
  readonly meshUid?: string;
  /** Harmless facts only. */
  readonly details?: Readonly<Record<string, string>>;
}

/** Who stands behind an event. */
export interface AuditSource {
  readonly principal?: Principal | undefined;
  readonly operation: string;
  readonly callId: string;
  readonly peerAddress: string;
}

/** What the server does by itself. */
export const systemSource: AuditSource & { readonly system: true } = {
  system: true,
  operation: "",
  callId: "",
  peerAddress: "",
};

/** The event as a change, to be committed together with what it tells of. */
export function auditChange(
  id: string,
  time: Date,
  source: AuditSource & { readonly system?: boolean },
  entry: AuditEntry & { readonly outcome: string },
): Change {
  const { principal } = source;
  const system = source.system === true;
  return put(
    auditKind,
    id,
    {
      time,
      actorKind: system ? "SYSTEM" : actorKindOf(principal),
      actor: system ? "system" : (principal?.id ?? ""),
      action: entry.action,
      resource: entry.resource,
      meshUid: entry.meshUid ?? "",
      operation: source.operation,
      callId: source.callId,
      peerAddress: source.peerAddress,
      outcome: entry.outcome,
      details: entry.details ?? {},
    },
    "absent",
  );
}

/** Nobody proved who they are on a public RPC, or when the credential was refused. */
function actorKindOf(principal: Principal | undefined): string {
  const kind = principal?.kind ?? AuthContext_PrincipalKind.UNSPECIFIED;
  return kind === AuthContext_PrincipalKind.UNSPECIFIED
    ? "UNKNOWN"
    : (AuthContext_PrincipalKindSchema.value[kind]?.localName ?? "UNKNOWN");
}
