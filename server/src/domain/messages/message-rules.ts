import { durationMs } from "@bufbuild/protobuf/wkt";
import type { AgentMessage } from "@meshwork/gen/mesh/v1/message";
import { DomainError, invalidField } from "../errors.ts";
import { isAtLeastOnce } from "./guarantee.ts";
import { MESSAGE_BYTES_MAX, TTL_DEFAULT_MS } from "./limits.ts";

/**
 * What is wrong with a message, whatever its receivers: INVALID_REQUEST or MESSAGE_TOO_LARGE. What
 * the contract's own rules say is checked before.
 */
export function messageFault(message: AgentMessage): DomainError | undefined {
  const { target, ttl, delay } = message;
  if (target.case === undefined)
    return invalidField("message.target", "is required: name an agent, a group, a topic or more");
  const size = messageBytes(message);
  if (size > MESSAGE_BYTES_MAX) return tooLarge(size);
  if (!isAtLeastOnce(message)) {
    const cure = "is for at-least-once messages: leave it out, or ask for that guarantee";
    if (target.case === "group")
      return invalidField(
        "message.guarantee",
        "a group takes at-least-once messages only: leave it out, or ask for that guarantee",
      );
    if (ttl !== undefined) return invalidField("message.ttl", cure);
    if (delay !== undefined) return invalidField("message.delay", cure);
  } else if (delayMs(message) > 0 && delayMs(message) >= ttlMs(message))
    return invalidField(
      "message.delay",
      `${delayMs(message)} ms are not less than the ttl of ${ttlMs(message)} ms: wait less, or live longer`,
    );
  return undefined;
}

/** How long the message may take until it is settled. */
export function ttlMs({ ttl }: AgentMessage): number {
  return ttl === undefined ? TTL_DEFAULT_MS : durationMs(ttl);
}

/** How long it is not to be delivered. */
export function delayMs({ delay }: AgentMessage): number {
  return delay === undefined ? 0 : durationMs(delay);
}

/** Bytes of what the sender gives, counted without encoding it. */
export function messageBytes(message: AgentMessage): number {
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
