import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { DeliveryGuarantee, type AgentMessage } from "@meshwork/gen/mesh/v1/message";
import type { Clock } from "../clock.ts";
import { DomainError } from "../errors.ts";
import type { Ids } from "../ids.ts";
import { MESSAGE_BYTES_MAX } from "./limits.ts";
import type { Receivers } from "./receivers.ts";

/** Who sends, and in which mesh. */
export interface Sender {
  readonly meshUid: string;
  /** An agent's id, or `key:` and the id of an API key. */
  readonly name: string;
}

/** Sends messages at most once: each is handed to its receiver's open link, or refused. */
export interface Messages {
  /**
   * Takes the message over: id, sender, time and guarantee are filled in. Throws NO_RECEIVER when the
   * agent is not connected or its link has no room, MESSAGE_TOO_LARGE and INVALID_REQUEST.
   */
  send(sender: Sender, message: AgentMessage): void;
  /** As `send`, for many; answers how many found no receiver, no room, or were refused. */
  publish(sender: Sender, messages: readonly AgentMessage[]): number;
}

/** `receivers` are looked up at each message, so that none outlives its session. */
export function createMessages(deps: { receivers: Receivers; clock: Clock; ids: Ids }): Messages {
  const { receivers, clock, ids } = deps;

  function refusal(sender: Sender, message: AgentMessage): DomainError | undefined {
    if (message.target.case !== "agentId")
      return new DomainError("INVALID_REQUEST", "the message has no target: set agent_id", {
        violations: [{ field: "message.target", description: "is required" }],
      });
    const size = messageBytes(message);
    if (size > MESSAGE_BYTES_MAX) return tooLarge(size);
    const agentId = message.target.value;
    const receiver = receivers.get(sender.meshUid, agentId);
    if (receiver === undefined) return noReceiver(agentId, "is not connected");
    message.messageId = ids.uuid();
    message.sender = sender.name;
    message.acceptTime = timestampFromMs(clock.now());
    message.guarantee = DeliveryGuarantee.AT_MOST_ONCE;
    if (receiver.deliver(message)) return undefined;
    return noReceiver(agentId, "takes its messages too slowly, its link has no room");
  }

  return {
    send: (sender, message) => {
      const error = refusal(sender, message);
      if (error !== undefined) throw error;
    },
    publish: (sender, messages) => {
      let undelivered = 0;
      for (const message of messages) if (refusal(sender, message) !== undefined) undelivered += 1;
      return undelivered;
    },
  };
}

/** NO_RECEIVER for an agent, with why. */
export function noReceiver(agentId: string, why: string): DomainError {
  return new DomainError("NO_RECEIVER", `agent ${agentId} ${why}`, {
    metadata: { agent_id: agentId },
    precondition: { type: "CONNECTED", subject: `agents/${agentId}`, description: why },
  });
}

/** Bytes of what the sender gives, counted without encoding it. */
function messageBytes(message: AgentMessage): number {
  let bytes = message.payload.length + message.subject.length + message.correlationId.length;
  // The rules bound keys, values and their number: a count of characters is close enough.
  for (const key in message.headers) bytes += key.length + message.headers[key]!.length;
  return bytes + message.contentType.length;
}

function tooLarge(size: number): DomainError {
  return new DomainError(
    "MESSAGE_TOO_LARGE",
    `the message has ${size} bytes, at most ${MESSAGE_BYTES_MAX}: send less, or a reference to it`,
    { metadata: { size: String(size), limit: String(MESSAGE_BYTES_MAX) } },
  );
}
