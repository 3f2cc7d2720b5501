import { createHash } from "node:crypto";
import { type DescMessage, type MessageShape, toJson } from "@bufbuild/protobuf";
import type { Call } from "./call.ts";
import { DomainError } from "./errors.ts";
import type { Replay } from "../store/store.ts";

/** Makes a command's repetition safe; an empty `requestId` means it is not asked for. */
export type Idempotency<Reply> = {
  readonly requestId: string;
  /** The request (`requestBytes`); its hash tells a repetition from a misuse of the id. */
  readonly request: Uint8Array;
  /** Uid of the mesh that the id belongs to: a later mesh of the same name is another one. */
  readonly scope?: string;
} & (
  | { readonly encode: (reply: Reply) => Uint8Array; readonly decode: (kept: Uint8Array) => Reply }
  /** For a reply that holds a secret: only this id is kept, and a repetition is refused with it. */
  | { readonly secretId: (reply: Reply) => string }
);

/** The key under which the store keeps the outcome. */
export function idempotencyKey<Reply>(call: Call, idempotency: Idempotency<Reply>): string {
  const { kind, id } = call.principal;
  const parts = [kind, id, call.operation, idempotency.scope ?? "", idempotency.requestId];
  return createHash("sha256").update(JSON.stringify(parts)).digest("base64url");
}

/** What to keep with the effect. */
export function keep<Reply>(idempotency: Idempotency<Reply>, reply: Reply): Replay {
  return {
    requestHash: hash(idempotency.request),
    reply:
      "secretId" in idempotency
        ? new TextEncoder().encode(idempotency.secretId(reply))
        : idempotency.encode(reply),
  };
}

/**
 * The reply of the first time. Fails with REQUEST_ID_REUSED when the request was another one, with
 * SECRET_NOT_REPLAYED when the reply was not kept.
 */
export function replayed<Reply>(idempotency: Idempotency<Reply>, kept: Replay): Reply {
  const { requestId } = idempotency;
  if (Buffer.compare(kept.requestHash, hash(idempotency.request)) !== 0) {
    throw new DomainError(
      "REQUEST_ID_REUSED",
      `request id "${requestId}" came before with another request; use a new one for each request`,
      {
        metadata: { request_id: requestId },
        precondition: {
          type: "REQUEST_ID",
          subject: requestId,
          description: "a request id stands for one request for 24 h",
        },
      },
    );
  }
  if (!("secretId" in idempotency)) return idempotency.decode(kept.reply);
  const id = new TextDecoder().decode(kept.reply);
  throw new DomainError(
    "SECRET_NOT_REPLAYED",
    `request id "${requestId}" was carried out before and made "${id}", whose secret is shown once; revoke it and create another`,
    { metadata: { request_id: requestId, id } },
  );
}

/**
 * A request as bytes that are the same for the same content: the order of map entries on the wire is
 * up to the client's library, and differs between two sends of one request.
 */
export function requestBytes<Desc extends DescMessage>(
  schema: Desc,
  request: MessageShape<Desc>,
): Uint8Array {
  const sorted = JSON.stringify(toJson(schema, request), (_key, value: unknown) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
  return new TextEncoder().encode(sorted);
}

function hash(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(createHash("sha256").update(bytes).digest());
}
