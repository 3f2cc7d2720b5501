import { ConnectError } from "@connectrpc/connect";
import { DomainError } from "../domain/errors.ts";
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

const ENVELOPE_HEAD_BYTES = 5;
const FLAG_COMPRESSED = 0b01;
const FLAG_END_OF_STREAM = 0b10;

/**
 * Gathers a body into whole messages before the library sees it: the library's own splitter takes
 * time in the square of the number of chunks. Refuses what is too large, or cut too small, at once.
 */
export function createRequestBody(options: RequestBodyOptions): RequestBody {
  const { limits, enveloped, single, callId } = options;
  const bytesMax = limits.messageReadBytesMax + (enveloped ? ENVELOPE_HEAD_BYTES : 0);
  const ready: Uint8Array[] = [];
  let parts: Uint8Array[] = [];
  let partBytes = 0;
  /** Length of the envelope under way, head included; 0 while the head is not complete. */
  let wantedBytes = 0;
  let frames = 0;
  let frameBytes = 0;
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
    parts = [];
    // What still comes is read and dropped, so that the transport can end in order.
    if (paused) options.resume();
    paused = false;
    serve();
  }

  function take(count: number): Uint8Array {
    const all = parts.length === 1 ? parts[0]! : Buffer.concat(parts, partBytes);
    const rest = all.subarray(count);
    parts = rest.length > 0 ? [rest] : [];
    partBytes = rest.length;
    return all.subarray(0, count);
  }

  /** Reads the head of the envelope under way; true once its length is known and allowed. */
  function readHead(): boolean {
    if (wantedBytes > 0) return true;
    if (partBytes < ENVELOPE_HEAD_BYTES) return false;
    if (parts[0]!.length < ENVELOPE_HEAD_BYTES) parts = [Buffer.concat(parts, partBytes)];
    const head = Buffer.from(parts[0]!.buffer, parts[0]!.byteOffset, ENVELOPE_HEAD_BYTES);
    const flags = head.readUInt8(0);
    if ((flags & ~(FLAG_COMPRESSED | FLAG_END_OF_STREAM)) !== 0) {
      refuse(unknownFlags(flags));
      return false;
    }
    const length = head.readUInt32BE(1);
    if (length > limits.messageReadBytesMax) {
      refuse(tooLarge(length, limits.messageReadBytesMax));
      return false;
    }
    wantedBytes = ENVELOPE_HEAD_BYTES + length;
    return true;
  }

  function splitEnvelopes(): void {
    while (readHead() && partBytes >= wantedBytes) {
      ready.push(take(wantedBytes));
      wantedBytes = 0;
      frames = 0;
      frameBytes = 0;
    }
    if (ready.length >= limits.messagesQueuedMax && !paused) {
      paused = true;
      options.pause();
    }
  }

  return {
    push(chunk) {
      if (failure !== undefined || ended) return;
      frames += 1;
      frameBytes += chunk.length;
      parts.push(chunk);
      partBytes += chunk.length;
      if (frames > limits.dataFramesFree && frameBytes < frames * limits.dataFrameBytesMin) {
        refuse(cutTooSmall(limits));
      } else if (!single) {
        splitEnvelopes();
      } else if (partBytes > bytesMax) {
        refuse(tooLarge(partBytes, limits.messageReadBytesMax));
      } else if (enveloped) {
        readHead();
      }
      serve();
    },
    end() {
      if (failure !== undefined || ended) return;
      ended = true;
      // An envelope cut short goes on as it is: the library tells what is missing.
      if (partBytes > 0) ready.push(take(partBytes));
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

function tooLarge(bytes: number, bytesMax: number): DomainError {
  return new DomainError(
    "MESSAGE_TOO_LARGE",
    `the message has at least ${bytes} bytes, more than the limit of ${bytesMax}; send less at once`,
    { metadata: { bytes: String(bytes), bytesMax: String(bytesMax) } },
  );
}

function unknownFlags(flags: number): DomainError {
  const shown = `0x${flags.toString(16).padStart(2, "0")}`;
  return new DomainError("MALFORMED_REQUEST", `the envelope has unknown flags ${shown}`, {
    metadata: { flags: shown },
  });
}

function cutTooSmall(limits: GatewayLimits): DomainError {
  const { dataFramesFree, dataFrameBytesMin } = limits;
  const description = `after ${dataFramesFree} frames of one message, frames hold ${dataFrameBytesMin} bytes on average`;
  return new DomainError("QUOTA_EXCEEDED", `the message is cut too small: ${description}`, {
    metadata: { framesMax: String(dataFramesFree), frameBytesMin: String(dataFrameBytesMin) },
    quota: { subject: "message frames", description },
  });
}
