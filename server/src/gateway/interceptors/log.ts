import { Code } from "@connectrpc/connect";
import { codeToString } from "@connectrpc/connect/protocol-connect";
import { AuthContext_PrincipalKind } from "@meshwork/gen/mesh/v1/credential";
import type { Log } from "../../telemetry/log.ts";
import type { Exchange } from "../exchange.ts";
import type { Failure } from "./map-errors.ts";

const serverFaults = new Set<Code>([Code.Internal, Code.Unknown, Code.DataLoss]);

/**
 * Logs one line a call. Neither messages nor addresses nor names of people appear in it: what it says
 * of the caller is the kind and id of the principal.
 */
export function createLog(log: Log) {
  return (exchange: Exchange, failure: Failure | undefined, durationMs: number): void => {
    const { principal } = exchange;
    const line = {
      callId: exchange.callId,
      operation: exchange.access.operation,
      principal: `${kindName(principal.kind)}:${principal.id}`,
      durationMs: Math.round(durationMs * 1000) / 1000,
    };
    if (failure === undefined) {
      log.info({ ...line, code: "ok" }, "call");
    } else if (failure.defect !== undefined || serverFaults.has(failure.code)) {
      log.error({ ...line, ...outcome(failure), err: failure.defect }, "call failed");
    } else {
      log.info({ ...line, ...outcome(failure) }, "call refused");
    }
  };
}

function outcome({ code, reason }: Failure): { code: string; reason: string } {
  return { code: codeToString(code), reason };
}

function kindName(kind: AuthContext_PrincipalKind): string {
  switch (kind) {
    case AuthContext_PrincipalKind.API_KEY:
      return "key";
    case AuthContext_PrincipalKind.AGENT:
      return "agent";
    case AuthContext_PrincipalKind.BOOTSTRAP:
      return "bootstrap";
    default:
      return "anonymous";
  }
}
