import type { DescMethod, Message } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { createMethodSerializationLookup } from "@connectrpc/connect/protocol";
import { codeToHttpStatus, errorToJsonBytes } from "@connectrpc/connect/protocol-connect";
import {
  contentTypeProto,
  grpcStatusOk,
  setTrailerStatus,
} from "@connectrpc/connect/protocol-grpc";
import {
  compressedEnvelope,
  ENVELOPE_HEAD_BYTES,
  FLAG_COMPRESSED,
  incompleteEnvelope,
  lengthAt,
  writeHead,
} from "./envelope.ts";
import { plain } from "./http1.ts";
import type { HeaderLines } from "./transport.ts";

/** How the messages of one RPC are read and written; made once, at start. */
export type MessageForms = ReturnType<typeof createMethodSerializationLookup>;

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
    throw inputError("received extra", method);
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
  const { length } = body;
  if (length === 0) throw inputError("missing", method);
  if (length < ENVELOPE_HEAD_BYTES) throw incompleteEnvelope();
  const end = ENVELOPE_HEAD_BYTES + lengthAt(body, 0);
  if (length < end) throw incompleteEnvelope();
  if ((body[0]! & FLAG_COMPRESSED) !== 0) throw compressedEnvelope();
  return { message: body.subarray(ENVELOPE_HEAD_BYTES, end), rest: body.subarray(end) };
}

function inputError(what: string, { methodKind }: DescMethod): ConnectError {
  const kind = methodKind.replace("_", "-");
  return new ConnectError(
    `protocol error: ${what} input message for ${kind} method`,
    Code.Unimplemented,
  );
}

function wrapped(message: Uint8Array, isCompressed: boolean): Uint8Array {
  const envelope = new Uint8Array(ENVELOPE_HEAD_BYTES + message.length);
  writeHead(envelope, 0, message.length, isCompressed ? FLAG_COMPRESSED : 0);
  envelope.set(message, ENVELOPE_HEAD_BYTES);
  return envelope;
}
