import { createMethodSerializationLookup } from "@connectrpc/connect/protocol";
import {
  AgentLinkService,
  type ConnectRequest,
  type ConnectResponse,
} from "@meshwork/gen/mesh/v1/agent_link_service";
import { decodeConnectRequest, encodeConnectResponse } from "@meshwork/gen-codec/link";
import type { GatewayLimits } from "../limits.ts";

/** Frames as bytes, without their envelopes. */
export interface LinkCodec {
  /** Throws the library's error for bytes that are no frame. Nothing in a frame is a view on the bytes. */
  decode(bytes: Uint8Array): ConnectRequest;
  /**
   * Throws the library's error for what cannot be encoded or is too large. A `shared` frame is encoded
   * once, however many agents get it; it must not be changed meanwhile.
   */
  encode(frame: ConnectResponse, shared: boolean): Uint8Array;
}

/** Generated code does the work; the library tells what is wrong where it fails. */
export function createLinkCodec(limits: GatewayLimits): LinkCodec {
  const { messageReadBytesMax: readMaxBytes, messageWriteBytesMax: writeMaxBytes } = limits;
  const { connect } = AgentLinkService.method;
  const bounds = { readMaxBytes, writeMaxBytes };
  const library = createMethodSerializationLookup(connect, undefined, undefined, bounds);
  const incoming = library.getI(true);
  const outgoing = library.getO(true);
  const encoded = new WeakMap<ConnectResponse, Uint8Array>();

  function encode(frame: ConnectResponse): Uint8Array {
    try {
      const bytes = encodeConnectResponse(frame);
      if (bytes.length <= writeMaxBytes) return bytes;
    } catch {
      // The library fails in the same way, and says so in its own.
    }
    return outgoing.serialize(frame);
  }

  function encodeOnce(frame: ConnectResponse): Uint8Array {
    const known = encoded.get(frame);
    if (known !== undefined) return known;
    const bytes = encode(frame);
    encoded.set(frame, bytes);
    return bytes;
  }

  return {
    decode: (bytes) => {
      try {
        return decodeConnectRequest(bytes);
      } catch {
        return incoming.parse(bytes);
      }
    },
    encode: (frame, shared) => (shared ? encodeOnce(frame) : encode(frame)),
  };
}
