import { DomainError } from "../domain/errors.ts";
import { ENVELOPE_HEAD_BYTES, FLAG_COMPRESSED, lengthAt } from "./envelope.ts";
import type { GatewayLimits } from "./limits.ts";

const FLAG_END_OF_STREAM = 0b10;

/** What a splitter found wrong, and tells once: nothing that comes after it counts. */
type Refuse = (error: DomainError) => void;

/** Takes one envelope: bytes of `buffer` from its flags, at `start`, to its end. Only valid during the call. */
export type TakeEnvelope = (buffer: Uint8Array, start: number, end: number) => void;

/** Cuts a stream of bytes, however it comes, into envelopes. */
export interface EnvelopeSplitter {
  push(chunk: Uint8Array): void;
  /** The bytes of an envelope that is not complete. */
  rest(): Uint8Array;
}

/**
 * Refuses what is too large, or cut too small, at once. Takes time in the number of bytes, however
 * many chunks they come in; what is taken are views on the chunks.
 */
export function createEnvelopeSplitter(
  limits: GatewayLimits,
  take: TakeEnvelope,
  refuse: Refuse,
): EnvelopeSplitter {
  const dripping = createDripGuard(limits);
  let parts: Uint8Array[] = [];
  let partBytes = 0;
  /** Of the envelope under way: its head first, and as a whole once that is there. */
  let wantedBytes = ENVELOPE_HEAD_BYTES;
  let refused = false;

  function fail(error: DomainError): void {
    refused = true;
    parts = [];
    partBytes = 0;
    refuse(error);
  }

  function split(buffer: Uint8Array): void {
    const { length } = buffer;
    let at = 0;
    wantedBytes = ENVELOPE_HEAD_BYTES;
    while (at + ENVELOPE_HEAD_BYTES <= length) {
      const error = headError(buffer, at, limits);
      if (error !== undefined) {
        fail(error);
        return;
      }
      const bytes = ENVELOPE_HEAD_BYTES + lengthAt(buffer, at);
      if (at + bytes > length) {
        wantedBytes = bytes;
        break;
      }
      dripping.reset();
      take(buffer, at, at + bytes);
      at += bytes;
    }
    partBytes = length - at;
    parts = partBytes === 0 ? [] : [at === 0 ? buffer : buffer.subarray(at)];
  }

  return {
    push: (chunk) => {
      if (refused) return;
      const error = dripping.add(chunk.length);
      if (error !== undefined) {
        fail(error);
      } else if (partBytes === 0) {
        split(chunk);
      } else {
        parts.push(chunk);
        partBytes += chunk.length;
        if (partBytes >= wantedBytes) split(Buffer.concat(parts, partBytes));
      }
    },
    rest: () => Buffer.concat(parts, partBytes),
  };
}

/** Whether a message is cut into so many small frames that they cost more than it is worth. */
export function createDripGuard({ dataFramesFree, dataFrameBytesMin }: GatewayLimits) {
  let frames = 0;
  let bytes = 0;
  return {
    /** A frame came; answers what is wrong with it. */
    add(frameBytes: number): DomainError | undefined {
      frames += 1;
      bytes += frameBytes;
      const tooSmall = frames > dataFramesFree && bytes < frames * dataFrameBytesMin;
      return tooSmall ? cutTooSmall(dataFramesFree, dataFrameBytesMin) : undefined;
    },
    /** A message is complete. */
    reset(): void {
      frames = 0;
      bytes = 0;
    },
  };
}

/** What is wrong with the head of the envelope at `at`, of which at least the head is there. */
export function headError(
  buffer: Uint8Array,
  at: number,
  limits: GatewayLimits,
): DomainError | undefined {
  const flags = buffer[at]!;
  if ((flags & ~(FLAG_COMPRESSED | FLAG_END_OF_STREAM)) !== 0) return unknownFlags(flags);
  const length = lengthAt(buffer, at);
  if (length > limits.messageReadBytesMax) return tooLarge(length, limits.messageReadBytesMax);
  return undefined;
}

/** The refusal of a message that is larger than what is read. */
export function tooLarge(bytes: number, bytesMax: number): DomainError {
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

function cutTooSmall(framesMax: number, frameBytesMin: number): DomainError {
  const description = `after ${framesMax} frames of one message, frames hold ${frameBytesMin} bytes on average`;
  return new DomainError("QUOTA_EXCEEDED", `the message is cut too small: ${description}`, {
    metadata: { framesMax: String(framesMax), frameBytesMin: String(frameBytesMin) },
    quota: { subject: "message frames", description },
  });
}
