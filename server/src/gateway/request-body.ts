import { ConnectError } from "@connectrpc/connect";
import type { DomainError } from "../domain/errors.ts";
import { ENVELOPE_HEAD_BYTES } from "./envelope.ts";
import {
  createDripGuard,
  createEnvelopeSplitter,
  headError,
  tooLarge,
} from "./envelope-splitter.ts";
import { failureOf, toConnectError } from "./interceptors/map-errors.ts";
import type { GatewayLimits } from "./limits.ts";

/** A request's body, filled by a transport and read once by the handler of a protocol. */
export interface RequestBody extends AsyncIterable<Uint8Array> {
  /** Takes what the transport has read. */
  push(chunk: Uint8Array): void;
  /** The caller has sent all. */
  end(): void;
  /** Ends the reading with an error; what waits is dropped. Harmless once all was read. */
  fail(error: Error): void;
  /** Whether the transport may stop reading for good. */
  done(): boolean;
}

export interface RequestBodyOptions {
  readonly callId: string;
  /** Whether messages come in envelopes of flags and length. */
  readonly enveloped: boolean;
  /** Whether the body holds one message, or a stream of them. */
  readonly single: boolean;
  readonly limits: GatewayLimits;
  /** Ask the transport to stop and to go on reading. */
  pause(): void;
  resume(): void;
}

/**
 * Gathers a body into whole messages before the library sees it: the library's own splitter takes
 * time in the square of the number of chunks. Refuses what is too large, or cut too small, at once.
 */
export function createRequestBody(options: RequestBodyOptions): RequestBody {
  const { limits, single, callId } = options;
  const ready: Uint8Array[] = [];
  let parts: Parts | undefined = single
    ? createSingle(options, refuse)
    : createStream(limits, take, refuse);
  let ended = false;
  let paused = false;
  let failure: Error | undefined;
  let waiting: PromiseWithResolvers<IteratorResult<Uint8Array>> | undefined;

  function serve(): void {
    if (waiting === undefined) return;
    const next = ready.shift();
    if (next !== undefined) waiting.resolve({ done: false, value: next });
    else if (failure !== undefined) waiting.reject(failure);
    else if (ended) waiting.resolve({ done: true, value: undefined });
    else return;
    waiting = undefined;
  }

  function refuse(error: DomainError): void {
    fail(toConnectError(failureOf(error), callId));
  }

  function fail(error: Error): void {
    if (failure !== undefined || ended) return;
    failure = error instanceof ConnectError ? error : toConnectError(failureOf(error), callId);
    ready.length = 0;
    parts = undefined;
    // What still comes is read and dropped, so that the transport can end in order.
    if (paused) options.resume();
    paused = false;
    serve();
  }

  function take(envelope: Uint8Array): void {
    ready.push(envelope);
    if (ready.length < limits.messagesQueuedMax || paused) return;
    paused = true;
    options.pause();
  }

  return {
    push(chunk) {
      if (failure !== undefined || ended) return;
      parts?.push(chunk);
      serve();
    },
    end() {
      if (failure !== undefined || ended) return;
      ended = true;
      // An envelope cut short goes on as it is: the library tells what is missing.
      const rest = parts?.rest();
      // Who reads holds what he needs; the call may go on for long.
      parts = undefined;
      if (rest !== undefined && rest.length > 0) ready.push(rest);
      serve();
    },
    fail,
    done: () => ended || failure !== undefined,
    [Symbol.asyncIterator]: () => ({
      next() {
        waiting = Promise.withResolvers();
        const { promise } = waiting;
        serve();
        if (paused && ready.length < limits.messagesQueuedMax / 2) {
          paused = false;
          options.resume();
        }
        return promise;
      },
      return: () => Promise.resolve({ done: true, value: undefined }),
    }),
  };
}

/** Bytes on their way to being messages. */
interface Parts {
  push(chunk: Uint8Array): void;
  rest(): Uint8Array;
}

function createStream(
  limits: GatewayLimits,
  take: (envelope: Uint8Array) => void,
  refuse: (error: DomainError) => void,
): Parts {
  return createEnvelopeSplitter(
    limits,
    (buffer, start, end) => take(buffer.subarray(start, end)),
    refuse,
  );
}

/** One message comes out whole, at the end. */
function createSingle(
  { limits, enveloped }: RequestBodyOptions,
  refuse: (error: DomainError) => void,
): Parts {
  const bytesMax = limits.messageReadBytesMax + (enveloped ? ENVELOPE_HEAD_BYTES : 0);
  const dripping = createDripGuard(limits);
  const parts: Uint8Array[] = [];
  let partBytes = 0;
  let headSeen = !enveloped;

  function errorOf(chunk: Uint8Array): DomainError | undefined {
    const error = dripping.add(chunk.length);
    if (error !== undefined) return error;
    if (partBytes > bytesMax) return tooLarge(partBytes, limits.messageReadBytesMax);
    if (headSeen || partBytes < ENVELOPE_HEAD_BYTES) return undefined;
    headSeen = true;
    return headError(Buffer.concat(parts, ENVELOPE_HEAD_BYTES), 0, limits);
  }

  return {
    push: (chunk) => {
      parts.push(chunk);
      partBytes += chunk.length;
      const error = errorOf(chunk);
      if (error !== undefined) refuse(error);
    },
    rest: () => (parts.length === 1 ? parts[0]! : Buffer.concat(parts, partBytes)),
  };
}
