// What went wrong on gRPC, in Connect's terms.
import { fromBinary } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { Metadata, type ServiceError, type StatusObject } from "@grpc/grpc-js";
import { ErrorInfoSchema } from "@meshwork/gen/google/rpc/error_details";
import { StatusSchema } from "@meshwork/gen/google/rpc/status";

type OutgoingDetail = Extract<ConnectError["details"][number], { desc: unknown }>;

const codes = new Map<number, Code>(
  Object.values(Code).flatMap((code) => (typeof code === "number" ? [[code, code]] : [])),
);
const detailsKey = "grpc-status-details-bin";
const neverConnected = /^(No connection established|Name resolution failed|Channel closed before)/;

/** Whether the call failed because there was no connection to send it on: it had no effect. */
export function isNeverConnected({
  code,
  details,
}: Pick<StatusObject, "code" | "details">): boolean {
  return codes.get(code) === Code.Unavailable && neverConnected.test(details);
}

/**
 * Code, message, details and trailers of a failed call. Where no server answered, the message names the
 * endpoint, and an ErrorInfo says whether the call can have had an effect: NOT_SENT or OUTCOME_UNKNOWN.
 */
export function connectErrorOf(error: ServiceError, endpoint: string): ConnectError {
  const code = codes.get(error.code) ?? Code.Unknown;
  if (isNeverConnected(error)) return unreachable(error, endpoint);
  const trailers = headersOf(error.metadata);
  trailers.delete(detailsKey);
  const encoded = error.metadata.get(detailsKey)[0];
  const status = encoded instanceof Buffer ? statusOf(encoded) : undefined;
  const message = status?.message ?? messageOf(error, endpoint);
  const converted = new ConnectError(message, code, trailers);
  if (status !== undefined) converted.details = status.details;
  else if (code === Code.Unavailable) converted.details = [reason("OUTCOME_UNKNOWN", endpoint)];
  return converted;
}

/** gRPC's metadata as Connect's headers; binary values in base64, as on the wire. */
export function headersOf(metadata: Metadata): Headers {
  const headers = new Headers();
  for (const key of Object.keys(metadata.getMap()))
    for (const value of metadata.get(key))
      headers.append(key, typeof value === "string" ? value : value.toString("base64"));
  return headers;
}

/** Connect's headers as gRPC's metadata. */
export function metadataOf(headers: Iterable<[string, string]>): Metadata {
  const metadata = new Metadata();
  for (const [key, value] of headers)
    metadata.add(key, key.endsWith("-bin") ? Buffer.from(value, "base64") : value);
  return metadata;
}

function messageOf({ code, details }: ServiceError, endpoint: string): string {
  if (codes.get(code) === Code.Unavailable && details.startsWith("Connection dropped"))
    return `the connection to ${endpoint} broke before the answer: whether the call had an effect is unknown`;
  return decoded(details);
}

/** The library leaves escapes of reserved characters in a message, which Connect's servers send. */
function decoded(details: string): string {
  try {
    return decodeURIComponent(details);
  } catch {
    return details;
  }
}

function unreachable({ details }: ServiceError, endpoint: string): ConnectError {
  const cause =
    /Last error: (?:Error: )?([^.]*(?:\.\d[^.]*)*)/.exec(details)?.[1]?.trim() ?? details;
  return new ConnectError(
    `no server answers at ${endpoint} (${cause}): start one with \`mesh server\`, or name another endpoint`,
    Code.Unavailable,
    undefined,
    [reason("NOT_SENT", endpoint)],
  );
}

function reason(name: string, endpoint: string): OutgoingDetail {
  const value = { reason: name, domain: "meshwork", metadata: { endpoint } };
  return { desc: ErrorInfoSchema, value };
}

/** The status as the server composed it; its message is free of the header's escapes. */
function statusOf(encoded: Uint8Array): Pick<ConnectError, "message" | "details"> | undefined {
  try {
    const { message, details } = fromBinary(StatusSchema, encoded);
    const incoming = details.map(({ typeUrl, value }) => ({
      type: typeUrl.slice(typeUrl.lastIndexOf("/") + 1),
      value,
    }));
    return { message, details: incoming };
  } catch {
    // Details that do not decode are no reason to hide code and message.
    return undefined;
  }
}
