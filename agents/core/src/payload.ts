// What travels as an argument, an answer or a message: text, bytes or JSON.
import { Code } from "@connectrpc/connect";
import { AgentError } from "./agent-error.ts";
import { PAYLOAD_BYTES_MAX } from "./limits.ts";

/** Anything that `JSON.stringify` gives a text for. */
export type JsonData =
  | string
  | number
  | boolean
  | null
  | readonly JsonData[]
  | { readonly [key: string]: JsonData | undefined };

/** Text travels as `text/plain`, bytes as `application/octet-stream`, the rest as `application/json`. */
export type Data = Uint8Array | JsonData;

/** Bytes with their media type, and what they say. */
export interface Content {
  readonly payload: Uint8Array;
  readonly contentType: string;
  /** As UTF-8. Throws AgentError (InvalidArgument) if it is none. */
  text(): string;
  /** As JSON. Throws AgentError (InvalidArgument) if it is none. */
  json(): unknown;
}

export interface Encoded {
  readonly payload: Uint8Array<ArrayBuffer>;
  readonly contentType: string;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * Encodes data; undefined becomes no bytes at all. Throws AgentError: InvalidArgument for what JSON
 * cannot say, OutOfRange above 1,024 KiB less what the frame takes.
 */
export function encodeData(data: Data | undefined, contentType?: string): Encoded {
  const encoded = encode(data);
  if (encoded.payload.length > PAYLOAD_BYTES_MAX)
    throw new AgentError(
      Code.OutOfRange,
      `${encoded.payload.length} bytes are more than the ${PAYLOAD_BYTES_MAX} that fit: send them in parts`,
      { metadata: { limit: String(PAYLOAD_BYTES_MAX) } },
    );
  return contentType === undefined ? encoded : { payload: encoded.payload, contentType };
}

/** Wraps received bytes. */
export function contentOf(payload: Uint8Array, contentType: string): Content {
  const text = (): string => {
    try {
      return decoder.decode(payload);
    } catch (cause) {
      throw new AgentError(
        Code.InvalidArgument,
        `the payload of ${payload.length} bytes is not UTF-8`,
        { cause },
      );
    }
  };
  return {
    payload,
    contentType,
    text,
    json: () => {
      const source = text();
      try {
        return JSON.parse(source) as unknown;
      } catch (cause) {
        throw new AgentError(
          Code.InvalidArgument,
          `the payload of ${payload.length} bytes is not JSON`,
          { cause },
        );
      }
    },
  };
}

function encode(data: Data | undefined): Encoded {
  if (data === undefined) return { payload: new Uint8Array(0), contentType: "" };
  if (typeof data === "string") return { payload: encoder.encode(data), contentType: "text/plain" };
  if (ArrayBuffer.isView(data))
    return { payload: data as Uint8Array<ArrayBuffer>, contentType: "application/octet-stream" };
  let json: string | undefined;
  try {
    json = JSON.stringify(data);
  } catch (cause) {
    throw new AgentError(Code.InvalidArgument, `the data is not JSON: ${String(cause)}`, { cause });
  }
  if ((json as string | undefined) === undefined)
    throw new AgentError(
      Code.InvalidArgument,
      `a ${typeof data} cannot travel: give text, bytes or JSON`,
    );
  return { payload: encoder.encode(json), contentType: "application/json" };
}
