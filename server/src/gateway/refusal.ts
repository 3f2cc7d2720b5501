import type { ConnectError } from "@connectrpc/connect";
import { errorToJsonBytes } from "@connectrpc/connect/protocol-connect";
import { setTrailerStatus } from "@connectrpc/connect/protocol-grpc";
import type { Reason } from "../domain/errors.ts";
import { failureOf, toConnectError } from "./interceptors/map-errors.ts";
import { requestIdHeader } from "./interceptors/request-id.ts";
import { DomainError } from "../domain/errors.ts";
import type { HttpCall } from "./transport.ts";

const refusals: Readonly<Record<number, { reason: Reason; message: string }>> = {
  400: { reason: "MALFORMED_REQUEST", message: "the request line or a header is malformed" },
  404: { reason: "METHOD_UNKNOWN", message: "there is nothing at this path" },
  405: { reason: "MALFORMED_REQUEST", message: "the HTTP method does not fit this path" },
  415: { reason: "MALFORMED_REQUEST", message: "the content type is not one of this RPC" },
  421: { reason: "MALFORMED_REQUEST", message: "this server does not answer for the host named" },
  431: { reason: "MALFORMED_REQUEST", message: "the headers are too large" },
  500: { reason: "INTERNAL", message: "" },
  505: { reason: "MALFORMED_REQUEST", message: "this RPC needs HTTP/2" },
};

/**
 * Answers a request that is no call of an RPC. A gRPC client is told in its own way that the RPC is
 * unknown, everybody else by status and the standard error body.
 */
export function refuse(call: HttpCall, status: number, callId: string, contentType: string): void {
  const error = refusalError(status, callId);
  if (status === 404 && contentType.startsWith("application/grpc")) {
    const header = new Headers({ "content-type": contentType, [requestIdHeader]: callId });
    call.head(200, setTrailerStatus(header, error), false);
    call.end();
    return;
  }
  const body = errorToJsonBytes(error, undefined);
  const header = new Headers({
    "content-type": "application/json",
    "content-length": String(body.length),
    [requestIdHeader]: callId,
  });
  if (status === 505) header.set("connection", "close");
  call.head(status, header, false);
  const written = call.verb === "HEAD" ? undefined : call.write(body);
  written?.catch(() => undefined);
  call.end();
}

function refusalError(status: number, callId: string): ConnectError {
  const { reason, message } = refusals[status] ?? refusals[400]!;
  return toConnectError(failureOf(new DomainError(reason, message)), callId);
}
