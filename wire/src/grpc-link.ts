// The agent link over gRPC: one bidirectional Connect call.
import { Code, ConnectError } from "@connectrpc/connect";
import type { ServiceError } from "@grpc/grpc-js";
import {
  AgentLinkService,
  type ConnectRequest,
  type ConnectResponse,
} from "@meshwork/gen/mesh/v1/agent_link_service";
import { decodeConnectResponse, encodeConnectRequest } from "@meshwork/gen-codec/link";
import { bufferOf, type GrpcChannel } from "./grpc-channel.ts";
import { connectErrorOf, metadataOf } from "./grpc-error.ts";
import type { LinkConnection, LinkOptions, LinkTransport } from "./link-transport.ts";
import { MESSAGE_SENT_BYTES_MAX } from "./limits.ts";

const { connect } = AgentLinkService.method;
const path = `/${AgentLinkService.typeName}/${connect.name}`;

/** Carries links over a channel that others may share; the credential travels as a header. */
export function createGrpcLink(channel: GrpcChannel): LinkTransport {
  return { open: (options) => openLink(channel, options) };
}

function openLink(channel: GrpcChannel, options: LinkOptions): LinkConnection {
  const client = channel.client();
  const call = client.makeBidiStreamRequest(
    path,
    bufferOf,
    (bytes): Uint8Array => bytes,
    metadataOf([["authorization", `Bearer ${options.credential}`]]),
  );
  let over = false;
  let buffered = 0;

  const end = (error: ConnectError | undefined): void => {
    if (over) return;
    over = true;
    buffered = 0;
    options.onEnd(error);
  };

  call.on("data", (bytes: Uint8Array) => {
    if (over) return;
    const frame = decode(bytes);
    if (frame instanceof ConnectError) {
      call.cancel();
      end(frame);
    } else options.onFrame(frame);
  });
  // The error's event overtakes frames that came before it, a goodbye among them; the end does not.
  let failure: ServiceError | undefined;
  call.on("error", (error: ServiceError) => {
    failure = error;
    channel.failed(client, error);
  });
  call.on("end", () => end(failure && connectErrorOf(failure, channel.endpoint)));

  return {
    send: (frames) => {
      for (const frame of frames) {
        if (over) return;
        const bytes = encode(frame);
        if (bytes instanceof ConnectError) {
          options.onFrameDropped(bytes);
          continue;
        }
        buffered += bytes.length;
        call.write(bytes, () => {
          if (over) return;
          buffered -= bytes.length;
          if (buffered === 0) options.onDrain();
        });
      }
    },
    bufferedBytes: () => buffered,
    end: () => call.end(),
    destroy: () => {
      over = true;
      buffered = 0;
      call.cancel();
    },
  };
}

function encode(frame: ConnectRequest): Uint8Array | ConnectError {
  const name = frame.frame.case ?? "empty";
  let bytes: Uint8Array;
  try {
    bytes = encodeConnectRequest(frame);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const message = `a ${name} frame cannot be encoded and was not sent: ${why}`;
    return new ConnectError(message, Code.Internal, undefined, undefined, error);
  }
  if (bytes.length <= MESSAGE_SENT_BYTES_MAX) return bytes;
  const message = `a ${name} frame of ${bytes.length} bytes is more than the ${MESSAGE_SENT_BYTES_MAX} allowed and was not sent: send less at once`;
  return new ConnectError(message, Code.ResourceExhausted);
}

function decode(bytes: Uint8Array): ConnectResponse | ConnectError {
  try {
    return decodeConnectResponse(bytes);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return new ConnectError(`a frame of the server does not decode: ${why}`, Code.Internal);
  }
}
