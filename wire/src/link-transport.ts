import type { ConnectError } from "@connectrpc/connect";
import type { ConnectRequest, ConnectResponse } from "@meshwork/gen/mesh/v1/agent_link_service";

/**
 * The agent's end of the link, whatever carries it. An implementation splits and joins bytes and knows
 * nothing of the meaning of frames.
 */
export interface LinkTransport {
  /**
   * Opens a link. Answers at once; frames given to `send` before the connection stands wait. Failing to
   * connect is reported by `onEnd`.
   */
  open(options: LinkOptions): LinkConnection;
}

export interface LinkOptions {
  /** The token of this attachment. */
  readonly credential: string;
  /** A frame of the server; never called after `onEnd` or `destroy`. */
  onFrame(frame: ConnectResponse): void;
  /** A frame cannot be encoded, or is too large: it alone is dropped, and the link goes on. */
  onFrameDropped(error: ConnectError): void;
  /** What waited has been written; `bufferedBytes` is 0 again. */
  onDrain(): void;
  /** The link is over, called once; with an error unless the server ended it in good order. */
  onEnd(error: ConnectError | undefined): void;
}

export interface LinkConnection {
  /** Sends frames in order; all that come within one tick leave together where the carrier allows. */
  send(frames: readonly ConnectRequest[]): void;
  /** Bytes given to `send` that the carrier has not taken yet. */
  bufferedBytes(): number;
  /** Says that no more frames come; what waits is still sent and the server ends the link. */
  end(): void;
  /** Drops the link at once; no callback comes after it. */
  destroy(): void;
}
