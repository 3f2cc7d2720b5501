import type { DescMethod, Message } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { createMethodSerializationLookup } from "@connectrpc/connect/protocol";
import { codeToHttpStatus, errorToJsonBytes } from "@connectrpc/connect/protocol-connect";
import {
  contentTypeProto,
  grpcStatusOk,
  setTrailerStatus,
} from "@connectrpc/connect/protocol-grpc";
import { ENVELOPE_HEAD_BYTES, FLAG_COMPRESSED } from "./envelope-splitter.ts";
import { plain } from "./http1.ts";
import type { HeaderLines } from "./transport.ts";

type Serialization = ReturnType<typeof createMethodSerializationLookup>;

/** How the messages of one RPC are read and written; made once, at start. */
export type MessageForms = Serialization;

/** What is answered. */
export interface Outcome {
  readonly status: number;
  readonly contentType: string;
  /** Without its envelope; absent where a protocol tells an error by its trailers alone. */
  readonly message?: Uint8Array;
  /** Sent after the body, where the protocol has some. */
  readonly trailer?: HeaderLines;
}

/** How a protocol writes a call of one message and one answer. */
export interface Dialect {
  readonly name: "grpc" | "connect";
  /** Whether messages come in envelopes. */
  readonly enveloped: boolean;
  /** Headers that announce what compression the request has, and what answers may have. */
  readonly encodingHeader: string;
  readonly acceptHeader: string;
  /** The one message of a request's whole body. Throws ConnectError. */
  parse(forms: MessageForms, body: Uint8Array, method: DescMethod): Message;
  readonly contentType: string;
  /** Throws ConnectError where the message cannot be written. */
  write(forms: MessageForms, message: Message): Uint8Array;
  /** The body of an answer or error; `isCompressed`: whether the message is. */
  body(message: Uint8Array, isCompressed: boolean): Uint8Array;
  /** Sent after the body of an answer, where the protocol has some. */
  readonly trailer?: HeaderLines;
  fail(error: ConnectError): Outcome;
}

const grpc: Dialect = {
  name: "grpc",
  enveloped: true,
  encodingHeader: "grpc-encoding",
  acceptHeader: "grpc-accept-encoding",
  parse: (forms, body, method) => {
    const { message, rest } = unwrapped(body, method);
    const parsed = forms.getI(true).parse(message);
    if (rest.length === 0) return parsed;
    // What is wrong with a second message is told before that there is one.
    forms.getI(true).parse(unwrapped(rest, method).message);
    throw malformed(
      `protocol error: received extra input message for ${kindOf(method)} method`,
      Code.Unimplemented,
    );
  },
  contentType: contentTypeProto,
  write: (forms, message) => forms.getO(true).serialize(message),
  body: wrapped,
  trailer: { "grpc-status": grpcStatusOk },
  fail: (error) => ({
    status: 200,
    contentType: contentTypeProto,
    trailer: plain(setTrailerStatus(new Headers(), error)),
  }),
};

function connect(contentType: string, isBinary: boolean): Dialect {
  return {
    name: "connect",
    enveloped: false,
    encodingHeader: "content-encoding",
    acceptHeader: "accept-encoding",
    parse: (forms, body) => forms.getI(isBinary).parse(body),
    contentType,
    write: (forms, message) => forms.getO(isBinary).serialize(message),
    body: (message) => message,
    fail: (error) => ({
      status: codeToHttpStatus(error.code),
      contentType: contentTypeJson,
      message: errorToJsonBytes(error, undefined),
    }),
  };
}

const contentTypeJson = "application/json";
const connectJson = connect(contentTypeJson, false);
const connectProto = connect("application/proto", true);

/** By content type, exactly as clients that need nothing special write it. */
export const dialects: ReadonlyMap<string, Dialect> = new Map([
  ["application/grpc", grpc],
  [contentTypeProto, grpc],
  ["application/proto", connectProto],
  [contentTypeJson, connectJson],
]);

/** How the messages of an RPC are read and written, as the library does it. */
export function messageForms(
  method: DescMethod,
  options: {
    readonly readMaxBytes: number;
    readonly writeMaxBytes: number;
    readonly jsonOptions: object;
  },
): MessageForms {
  const { readMaxBytes, writeMaxBytes, jsonOptions } = options;
  return createMethodSerializationLookup(method, undefined, jsonOptions, {
    readMaxBytes,
    writeMaxBytes,
  });
}

/** The message of the first envelope, and what follows it. */
function unwrapped(
  body: Uint8Array,
  method: DescMethod,
): { message: Uint8Array; rest: Uint8Array } {
  if (body.length === 0)
    throw malformed(
      `protocol error: missing input message for ${kindOf(method)} method`,
      Code.Unimplemented,
    );
  const end = ENVELOPE_HEAD_BYTES + lengthOf(body);
  if (body.length < ENVELOPE_HEAD_BYTES || body.length < end)
    throw malformed("protocol error: incomplete envelope", Code.InvalidArgument);
  if ((body[0]! & FLAG_COMPRESSED) !== 0)
    throw malformed(
      "received compressed envelope, but do not know how to decompress",
      Code.Internal,
    );
  return { message: body.subarray(ENVELOPE_HEAD_BYTES, end), rest: body.subarray(end) };
}

function kindOf({ methodKind }: DescMethod): string {
  return methodKind.replace("_", "-");
}

function lengthOf(body: Uint8Array): number {
  return body.length < ENVELOPE_HEAD_BYTES
    ? 0
    : body[1]! * 0x1000000 + ((body[2]! << 16) | (body[3]! << 8) | body[4]!);
}

function wrapped(message: Uint8Array, isCompressed: boolean): Uint8Array {
  const { length } = message;
  const envelope = new Uint8Array(ENVELOPE_HEAD_BYTES + length);
  if (isCompressed) envelope[0] = FLAG_COMPRESSED;
  envelope[1] = length >>> 24;
  envelope[2] = length >>> 16;
  envelope[3] = length >>> 8;
  envelope[4] = length;
  envelope.set(message, ENVELOPE_HEAD_BYTES);
  return envelope;
}

function malformed(message: string, code: Code): ConnectError {
  return new ConnectError(message, code);
}
