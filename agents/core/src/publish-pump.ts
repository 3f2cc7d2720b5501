// Sends the outbox's messages in order, no more at once than the server takes.
import { fromBinary } from "@bufbuild/protobuf";
import type { ConnectRequest } from "@meshwork/gen/mesh/v1/agent_link_service";
import type { LinkLimits } from "@meshwork/gen/mesh/v1/link";
import { AgentMessageSchema } from "@meshwork/gen/mesh/v1/message";
import { agentFrame, type PacedLink } from "./frames.ts";
import {
  FRAME_BYTES_MAX,
  PUBLISH_MESSAGES_MAX,
  PUBLISH_OVERHEAD_BYTES,
  UNCONFIRMED_MESSAGES_DEFAULT,
} from "./limits.ts";

export interface PublishPump {
  /** A session is open: everything unconfirmed is sent, judged before or not. */
  connected(limits: LinkLimits | undefined): void;
  readonly disconnected: () => void;
  /** Sends what may be sent now. */
  run(): void;
  /** The server told the outcome of one. */
  judged(sequence: number): void;
}

export interface PublishPumpDeps {
  readonly link: PacedLink;
  /** Undefined for one that is confirmed. */
  messageOf(sequence: number): Uint8Array | undefined;
  lastSequence(): number;
  knownThrough(): number;
  sent(sequence: number): void;
}

interface Session {
  readonly messagesMax: number;
  readonly bytesMax: number;
  readonly unconfirmedMax: number;
  readonly inFlight: Set<number>;
  next: number;
}

/** Bytes that a message takes in its frame besides its own. */
const MESSAGE_OVERHEAD_BYTES = 8;

export function createPublishPump(deps: PublishPumpDeps): PublishPump {
  let session: Session | undefined;
  let running = false;

  async function run(): Promise<void> {
    if (running) return;
    running = true;
    for (;;) {
      const frame = session && nextFrame(session);
      if (frame === undefined || !deps.link.send(frame)) break;
      await deps.link.room();
    }
    running = false;
  }

  function nextFrame(current: Session): ConnectRequest | undefined {
    const lastSequence = deps.lastSequence();
    while (current.next <= lastSequence && deps.messageOf(current.next) === undefined)
      current.next += 1;
    const first = current.next;
    const countMax = Math.min(
      current.messagesMax,
      current.unconfirmedMax - current.inFlight.size,
      lastSequence - first + 1,
    );
    const messages = [];
    let bytes = 0;
    // Sequences of a frame follow one by one, so it ends where one is confirmed already.
    while (messages.length < countMax) {
      const encoded = deps.messageOf(current.next);
      if (encoded === undefined) break;
      bytes += encoded.length + MESSAGE_OVERHEAD_BYTES;
      if (messages.length > 0 && bytes > current.bytesMax) break;
      messages.push(fromBinary(AgentMessageSchema, encoded));
      current.inFlight.add(current.next);
      current.next += 1;
    }
    if (messages.length === 0) return undefined;
    deps.sent(current.next - 1);
    const value = {
      messages,
      firstSequence: BigInt(first),
      knownThrough: BigInt(deps.knownThrough()),
    };
    return agentFrame({ case: "publish", value });
  }

  return {
    connected: (limits) => {
      session = {
        messagesMax: told(limits?.publishMessagesMax, PUBLISH_MESSAGES_MAX),
        bytesMax: told(limits?.frameBytesMax, FRAME_BYTES_MAX) - PUBLISH_OVERHEAD_BYTES,
        unconfirmedMax: told(limits?.unconfirmedMessagesMax, UNCONFIRMED_MESSAGES_DEFAULT),
        inFlight: new Set(),
        next: deps.knownThrough() + 1,
      };
      void run();
    },
    disconnected: () => {
      session = undefined;
    },
    run: () => void run(),
    judged: (sequence) => void session?.inFlight.delete(sequence),
  };
}

/** 0 is what a limit reads that the welcome does not name. */
function told(limit: number | undefined, otherwise: number): number {
  return limit === undefined || limit <= 0 ? otherwise : limit;
}
