// What stands before each message of gRPC and of Connect's streams: flags, and the length of the message.
import { Code, ConnectError } from "@connectrpc/connect";

export const ENVELOPE_HEAD_BYTES = 5;
export const FLAG_COMPRESSED = 0b01;

/** The length that the envelope at `at` tells; its head has to be there. */
export function lengthAt(buffer: Uint8Array, at: number): number {
  const low = (buffer[at + 2]! << 16) | (buffer[at + 3]! << 8) | buffer[at + 4]!;
  return buffer[at + 1]! * 0x1000000 + low;
}

/** Writes the head of an envelope at `at`. */
export function writeHead(buffer: Uint8Array, at: number, length: number, flags = 0): void {
  buffer[at] = flags;
  buffer[at + 1] = length >>> 24;
  buffer[at + 2] = length >>> 16;
  buffer[at + 3] = length >>> 8;
  buffer[at + 4] = length;
}

/** As the library tells it. */
export function compressedEnvelope(): ConnectError {
  return new ConnectError(
    "received compressed envelope, but do not know how to decompress",
    Code.Internal,
  );
}

/** As the library tells it. */
export function incompleteEnvelope(): ConnectError {
  return new ConnectError("protocol error: incomplete envelope", Code.InvalidArgument);
}
