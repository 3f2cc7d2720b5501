import { AuthContext_PrincipalKind, Role } from "@meshwork/gen/mesh/v1/credential";
import type { Principal } from "../../../security/principal.ts";
import type { Call } from "../../call.ts";
import type { Clock } from "../../clock.ts";

/** A call of somebody who may do all of it. */
export function callOfAdmin(
  clock: Clock,
  operation: string,
  scope: Principal["scope"] = "all",
): Call {
  return {
    ...{ callId: "call-1", operation, deadlineMs: clock.monotonic() + 30_000, peerAddress: "" },
    signal: new AbortController().signal,
    principal: {
      ...{ kind: AuthContext_PrincipalKind.API_KEY, id: "k1", displayName: "admin" },
      ...{ role: Role.ADMIN, scope },
    },
  };
}
