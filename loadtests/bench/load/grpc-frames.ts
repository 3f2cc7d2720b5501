// gRPC's length-prefixed messages, as bytes.

const PREFIX_BYTES = 5;

/** Called with each message in its buffer, from `start` up to `end`; only valid during the call. */
export type OnMessage = (buffer: Buffer, start: number, end: number) => void;

/** One message with its prefix, uncompressed. */
export function framed(message: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(PREFIX_BYTES + message.length);
  frame[0] = 0;
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, PREFIX_BYTES);
  return frame;
}

/** Takes a stream's chunks and hands on each message once it is complete. */
export function createFrameSplitter(onMessage: OnMessage): (chunk: Buffer) => void {
  let rest: Buffer | undefined;
  return (chunk) => {
    const bytes = rest === undefined ? chunk : Buffer.concat([rest, chunk]);
    let at = 0;
    while (at + PREFIX_BYTES <= bytes.length) {
      const end = at + PREFIX_BYTES + bytes.readUInt32BE(at + 1);
      if (end > bytes.length) break;
      onMessage(bytes, at + PREFIX_BYTES, end);
      at = end;
    }
    rest = at === bytes.length ? undefined : bytes.subarray(at);
  };
}
