import type { ConnectRequest, ConnectResponse } from "@meshwork/gen/mesh/v1/agent_link_service";
import type { DomainError } from "../errors.ts";
import type { Principal } from "../../security/principal.ts";

/** The way from `domain/links` to one agent; a transport's adapter in the gateway provides it. */
export interface LinkSink {
  /**
   * Hands over a frame. The adapter writes what one tick has gathered in one go, in order. A `shared`
   * frame goes to many sinks as the same object: it may be encoded once for all of them.
   */
  send(frame: ConnectResponse, sharing?: "shared"): void;
  /** Bytes handed over that the peer has not taken yet. */
  bufferedBytes(): number;
  /**
   * Ends the stream after what was sent: with an error, or plainly. Called at most once; the link
   * calls nothing afterwards.
   */
  end(error?: DomainError): void;
  /** Ends the stream without waiting for the peer to take what was sent. */
  destroy(error: DomainError): void;
}

/** One stream of an agent, as its transport's adapter sees it. */
export interface Link {
  /** Takes the next frame of the agent; checks all there is to check. Never throws. */
  receive(frame: ConnectRequest): void;
  /** The stream has ended on the agent's side, or broke. Idempotent. */
  close(): void;
}

/** What the gateway needs of `domain/links`. */
export interface Links {
  /** Begins a session: the first frame is due within 5 s. */
  open(principal: Principal, sink: LinkSink, peerAddress: string): Link;
}
