// Connect's transport over grpc-js: what agents and the command line call a server by.
import {
  fromBinary,
  toBinary,
  type DescMessage,
  type DescMethod,
  type MessageInitShape,
  type MessageShape,
} from "@bufbuild/protobuf";
import {
  ConnectError,
  createContextValues,
  type StreamRequest,
  type StreamResponse,
  type Transport,
  type UnaryRequest,
  type UnaryResponse,
} from "@connectrpc/connect";
import { runStreamingCall, runUnaryCall } from "@connectrpc/connect/protocol";
import type { CallOptions, ClientDuplexStream, Metadata, ServiceError } from "@grpc/grpc-js";
import type { CallHeaders } from "./bearer.ts";
import {
  bufferOf,
  createGrpcChannel,
  type GrpcChannel,
  type GrpcChannelOptions,
} from "./grpc-channel.ts";

import { connectErrorOf, headersOf, metadataOf } from "./grpc-error.ts";
import { MESSAGES_READ_AHEAD, UNARY_TIMEOUT_DEFAULT_MS } from "./limits.ts";

export interface GrpcTransportOptions extends GrpcChannelOptions {
  /** Sent with every call, such as those of `bearer`. A caller's own header of that name wins. */
  readonly headers?: CallHeaders;
  /** Deadline of a unary call whose caller names none; default 30 s. 0 or less means none. */
  readonly unaryTimeoutMs?: number;
  /** Shares a connection that is open already, and leaves closing it to its owner. */
  readonly channel?: GrpcChannel;
}

/** Connect's types name the DOM's, which Node's do not declare. */
type HeadersInit = ConstructorParameters<typeof Headers>[0];
type Call = ClientDuplexStream<Uint8Array, Uint8Array>;

/**
 * A transport for all four kinds of RPC over one connection, which is made with the first call and kept
 * alive while something is open. Nothing is ever repeated by itself. Every failure is a ConnectError:
 * Unavailable when no server answers, with the endpoint in its message; otherwise the server's code and
 * details. Connect's clients do not pass on that a loop over answers was left early: to cancel a
 * stream, abort its signal.
 */
export function createGrpcTransport(options: GrpcTransportOptions): Transport & { close(): void } {
  const channel = options.channel ?? createGrpcChannel(options);
  const unaryTimeoutMs = options.unaryTimeoutMs ?? UNARY_TIMEOUT_DEFAULT_MS;

  const headersFor = async (own: HeadersInit): Promise<Headers> => {
    const headers = new Headers(
      typeof options.headers === "function" ? await options.headers() : options.headers,
    );
    new Headers(own).forEach((value, key) => headers.set(key, value));
    return headers;
  };

  return {
    unary: async (method, signal, timeoutMs, header, input, contextValues) => {
      const within = limited(timeoutMs ?? unaryTimeoutMs);
      return await runUnaryCall({
        ...within,
        ...(signal && { signal }),
        req: {
          ...request(method, channel, await headersFor(header as HeadersInit), contextValues),
          stream: false as const,
          method,
          message: input,
        },
        next: (req) => unaryCall(channel, req, deadline(within)),
      });
    },
    stream: async (method, signal, timeoutMs, header, input, contextValues) => {
      const within = limited(timeoutMs);
      return await runStreamingCall({
        ...within,
        ...(signal && { signal }),
        req: {
          ...request(method, channel, await headersFor(header as HeadersInit), contextValues),
          stream: true as const,
          method,
          message: input,
        },
        next: (req) => streamingCall(channel, req, deadline(within)),
      });
    },
    close: () => {
      if (options.channel === undefined) channel.close();
    },
  };
}

function request(
  method: DescMethod,
  channel: GrpcChannel,
  header: Headers,
  contextValues = createContextValues(),
): {
  service: DescMethod["parent"];
  requestMethod: string;
  url: string;
  header: Headers;
  contextValues: typeof contextValues;
} {
  const url = `${channel.endpoint.replace(/\/$/, "")}${path(method)}`;
  return { service: method.parent, requestMethod: "POST", url, header, contextValues };
}

function path(method: DescMethod): string {
  return `/${method.parent.typeName}/${method.name}`;
}

/** As everywhere in Connect, 0 or less stands for no deadline. */
function limited(timeoutMs: number | undefined): { timeoutMs?: number } {
  return timeoutMs === undefined || timeoutMs <= 0 ? {} : { timeoutMs };
}

function deadline({ timeoutMs }: { timeoutMs?: number }): CallOptions {
  return timeoutMs === undefined ? {} : { deadline: Date.now() + timeoutMs };
}

async function unaryCall<I extends DescMessage, O extends DescMessage>(
  channel: GrpcChannel,
  req: UnaryRequest<I, O>,
  options: CallOptions,
): Promise<UnaryResponse<I, O>> {
  const { method, header, signal } = req;
  signal.throwIfAborted();
  const client = channel.client();
  return await new Promise((resolve, reject) => {
    let head: Metadata | undefined;
    let answer: MessageShape<O> | undefined;
    const call = client.makeUnaryRequest(
      path(method),
      (message: MessageShape<I>) => bufferOf(toBinary(method.input, message)),
      (bytes) => fromBinary(method.output, bytes),
      req.message,
      metadataOf(header),
      options,
      (error, value) => {
        signal.removeEventListener("abort", cancel);
        if (error === null) answer = value;
        else {
          channel.failed(client, error);
          reject(connectErrorOf(error, channel.endpoint));
        }
      },
    );
    const cancel = (): void => call.cancel();
    signal.addEventListener("abort", cancel, { once: true });
    call.on("metadata", (metadata) => (head = metadata));
    // Comes after the answer and brings the trailers.
    call.on("status", ({ metadata }) => {
      if (answer === undefined) return;
      resolve({
        stream: false,
        service: method.parent,
        method,
        header: head === undefined ? new Headers() : headersOf(head),
        message: answer,
        trailer: headersOf(metadata),
      });
    });
  });
}

/** The three streaming kinds differ in how many messages flow, not in how they flow. */
async function streamingCall<I extends DescMessage, O extends DescMessage>(
  channel: GrpcChannel,
  req: StreamRequest<I, O>,
  options: CallOptions,
): Promise<StreamResponse<I, O>> {
  const { method, signal } = req;
  signal.throwIfAborted();
  const client = channel.client();
  const call = client.makeBidiStreamRequest(
    path(method),
    bufferOf,
    (bytes): Uint8Array => bytes,
    metadataOf(req.header),
    options,
  );
  const cancel = (): void => call.cancel();
  signal.addEventListener("abort", cancel, { once: true });
  const trailer = new Headers();
  call.on("error", (error: ServiceError) => channel.failed(client, error));
  call.on("status", ({ metadata }) => {
    signal.removeEventListener("abort", cancel);
    headersOf(metadata).forEach((value, key) => trailer.append(key, value));
  });
  const header = firstHeader(call);
  const failure: InputFailure = {};
  const message = answers(call, method.output, failure, channel.endpoint);
  void sendAll(call, method.input, req.message, failure);
  return {
    stream: true,
    service: method.parent,
    method,
    header: await header,
    message,
    trailer,
  };
}

/** Empty when the call ends before the server sent any; the answers' iterator then tells why. */
async function firstHeader(call: Call): Promise<Headers> {
  return await new Promise((resolve) => {
    call.once("metadata", (metadata) => resolve(headersOf(metadata)));
    call.once("status", () => resolve(new Headers()));
  });
}

/** What made the client's side give up; it explains the cancellation that follows. */
interface InputFailure {
  error?: ConnectError;
}

async function sendAll<I extends DescMessage>(
  call: Call,
  schema: I,
  input: AsyncIterable<MessageInitShape<I>>,
  failure: InputFailure,
): Promise<void> {
  const over = new Promise<"over">((resolve) => call.once("status", () => resolve("over")));
  try {
    for await (const message of input) {
      const taken = call.write(toBinary(schema, message as MessageShape<I>));
      const drained =
        taken || new Promise<true>((resolve) => call.once("drain", () => resolve(true)));
      if ((await Promise.race([drained, over])) === "over") return;
    }
    call.end();
  } catch (error) {
    failure.error = ConnectError.from(error);
    call.cancel();
  }
}

/**
 * The answers as they come, read ahead by a few. Listens from the start: the library reports an error
 * by an event that comes before what was received is read, so only the end of the stream tells the end.
 */
function answers<O extends DescMessage>(
  call: Call,
  schema: O,
  failure: InputFailure,
  endpoint: string,
): AsyncIterable<MessageShape<O>> {
  const waiting: Uint8Array[] = [];
  let error: ServiceError | undefined;
  let ended = false;
  let wake: (() => void) | undefined;
  call.on("data", (bytes: Uint8Array) => {
    if (waiting.push(bytes) >= MESSAGES_READ_AHEAD) call.pause();
    wake?.();
  });
  call.on("error", (reported: ServiceError) => (error = reported));
  call.on("end", () => {
    ended = true;
    wake?.();
  });

  return {
    async *[Symbol.asyncIterator]() {
      try {
        for (;;) {
          for (let bytes = waiting.shift(); bytes !== undefined; bytes = waiting.shift()) {
            if (waiting.length === 0) call.resume();
            yield fromBinary(schema, bytes);
          }
          if (ended) break;
          await new Promise<void>((resolve) => (wake = resolve));
        }
      } finally {
        call.cancel();
      }
      if (error !== undefined) throw failure.error ?? connectErrorOf(error, endpoint);
    },
  };
}
