import { AuditClass } from "@meshwork/gen/mesh/options/v1/access";
import { AuthContext_PrincipalKind } from "@meshwork/gen/mesh/v1/credential";
import type { Principal } from "../../security/principal.ts";
import type { Exchange } from "../exchange.ts";
import type { Failure } from "./map-errors.ts";

/** Takes an event for the audit log; batched behind it, never throws. */
export type Audit = (
  call: {
    readonly callId: string;
    readonly operation: string;
    readonly peerAddress: string;
    readonly principal?: Principal;
  },
  entry: {
    /** `agents.terminate` */
    readonly action: string;
    /** `meshes/demo`; empty where the call names no mesh. */
    readonly resource: string;
    /** `OK`, or the reason of the refusal. */
    readonly outcome: string;
  },
) => void;

const MESH_ID_SHOWN_MAX = 63;

/** Audits refusals of callers, and every call of the RPCs that ask for it. */
export function createAudit(audit: Audit) {
  return (exchange: Exchange, failure: Failure | undefined): void => {
    const { access, principal, meshId } = exchange;
    const refused = exchange.refused || failure?.reason === "PERMISSION_MISSING";
    if (!refused && access.audit !== AuditClass.ALWAYS) return;
    audit(
      {
        callId: exchange.callId,
        operation: access.operation,
        peerAddress: exchange.peerAddress,
        ...(principal.kind === AuthContext_PrincipalKind.UNSPECIFIED ? {} : { principal }),
      },
      {
        action: access.action,
        resource: meshId === "" ? "" : `meshes/${meshId.slice(0, MESH_ID_SHOWN_MAX)}`,
        outcome: failure?.reason ?? "OK",
      },
    );
  };
}
