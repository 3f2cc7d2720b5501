import { create, type Message } from "@bufbuild/protobuf";
import type { Compression } from "@connectrpc/connect/protocol";
import type { ServerStream } from "./calls.ts";
import { acceptedCompression, compressedMessage } from "./compression.ts";
import type { Direct } from "./direct-opening.ts";
import { requestIdHeader } from "./interceptors/request-id.ts";
import type { HeaderLines } from "./transport.ts";

/** A stream of answers over gRPC, each written as it comes. Rejects where the caller takes no more. */
export async function answerStream(direct: Direct, stream: ServerStream): Promise<void> {
  const { call, context, dialect, header } = direct;
  const zip = acceptedCompression(header, dialect.acceptHeader);
  let isBegun = false;
  // Not before the first answer, as the library does it: who waits for the head waits for that.
  const begin = (): void => {
    if (!isBegun) call.head(200, linesOf(direct, zip), true);
    isBegun = true;
  };
  let trailer: HeaderLines | undefined;
  let answers: AsyncIterator<Message> | undefined;
  try {
    for (;;) {
      let bytes: Uint8Array | undefined;
      try {
        answers ??= stream(await direct.request(), context)[Symbol.asyncIterator]();
        const next = await answers.next();
        if (next.done !== true) bytes = await envelopeOf(direct, next.value, zip);
        else ({ trailer } = dialect);
      } catch (error) {
        ({ trailer } = dialect.fail(direct.conclude(error)));
      }
      if (bytes === undefined) break;
      begin();
      const waiting = call.write(bytes);
      if (waiting !== undefined) await waiting;
    }
    begin();
    call.end(trailer);
  } finally {
    direct.over();
    // Of a stream that did not come to its end the rest is not wanted.
    await answers?.return?.();
    context.end();
  }
}

function linesOf({ exchange, dialect }: Direct, zip: Compression | null): HeaderLines {
  return {
    "content-type": dialect.contentType,
    [requestIdHeader]: exchange.callId,
    ...(zip && { [dialect.encodingHeader]: zip.name }),
  };
}

async function envelopeOf(
  { dialect, forms, exchange }: Direct,
  answer: Message,
  zip: Compression | null,
): Promise<Uint8Array> {
  const message = dialect.write(forms, create(exchange.access.method.output, answer));
  const zipped = await compressedMessage(message, zip);
  return dialect.body(zipped ?? message, zipped !== undefined);
}
