import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { Code, ConnectError } from "@connectrpc/connect";
import { type Compression, compressionNegotiate } from "@connectrpc/connect/protocol";

const zip = promisify(gzip);
const unzip = promisify(gunzip);

/** Gzip, bounded: a small request that swells beyond the limit is RESOURCE_EXHAUSTED. */
export const compressionGzip: Compression = {
  name: "gzip",
  compress: async (bytes) => new Uint8Array(await zip(bytes)),
  async decompress(bytes, readMaxBytes) {
    if (bytes.length === 0) return new Uint8Array();
    try {
      return new Uint8Array(await unzip(bytes, { maxOutputLength: readMaxBytes }));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") {
        throw new ConnectError(
          `the message has more than ${readMaxBytes} bytes when decompressed; send less at once`,
          Code.ResourceExhausted,
        );
      }
      throw new ConnectError("the message is no valid gzip", Code.InvalidArgument);
    }
  },
};

/** Answers from so many bytes on are compressed for who takes that, as the library does it. */
const COMPRESSED_BYTES_MIN = 1024;

/** Undefined where it is to be sent as it is. */
export function compressedMessage(
  message: Uint8Array,
  compression: Compression | null,
): Promise<Uint8Array> | undefined {
  if (compression === null || message.length < COMPRESSED_BYTES_MIN) return undefined;
  return compression.compress(message);
}

/** What the caller takes, by the header that says so; null: nothing that is known here. */
export function acceptedCompression(header: Headers, acceptHeader: string): Compression | null {
  const accepted = header.get(acceptHeader);
  return compressionNegotiate([compressionGzip], null, accepted, acceptHeader).response;
}
