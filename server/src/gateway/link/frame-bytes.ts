import { toBinary } from "@bufbuild/protobuf";
import {
  ConnectResponseSchema,
  type ConnectResponse,
} from "@meshwork/gen/mesh/v1/agent_link_service";
import { AgentSelectorSchema } from "@meshwork/gen/mesh/v1/agent";
import type { AgentMessage } from "@meshwork/gen/mesh/v1/message";

/** Tags, lengths and the fields of fixed size of one message or frame, at most. */
const ENVELOPE_BYTES = 96;
/** A character of UTF-8 in JavaScript's count, at most. */
const CHARACTER_BYTES = 3;

/**
 * Bytes of a frame once it is encoded. Exact for rare frames; for the frequent ones an estimate that
 * is never too low and does not encode them a second time.
 */
export function frameBytes(response: ConnectResponse): number {
  const { frame } = response;
  switch (frame.case) {
    case "heartbeatAck":
      return ENVELOPE_BYTES;
    case "deliver":
      return frame.value.messages.reduce(
        (sum, message) => sum + messageBytes(message),
        ENVELOPE_BYTES,
      );
    case "call": {
      const { callId, capability, caller, contentType, payload, headers } = frame.value;
      return (
        ENVELOPE_BYTES +
        payload.length +
        textBytes(callId, capability, caller, contentType) +
        headerBytes(headers)
      );
    }
    default:
      return toBinary(ConnectResponseSchema, response).length;
  }
}

function messageBytes(message: AgentMessage): number {
  const { messageId, sender, target, subject, contentType, correlationId } = message;
  return (
    2 * ENVELOPE_BYTES +
    message.payload.length +
    textBytes(messageId, sender, subject, contentType, correlationId) +
    targetBytes(target) +
    headerBytes(message.headers)
  );
}

function targetBytes({ case: kind, value }: AgentMessage["target"]): number {
  if (kind === "selector") return toBinary(AgentSelectorSchema, value).length;
  return typeof value === "string" ? textBytes(value) : 0;
}

function headerBytes(headers: Readonly<Record<string, string>>): number {
  let bytes = 0;
  for (const key in headers) bytes += ENVELOPE_BYTES / 4 + textBytes(key, headers[key]!);
  return bytes;
}

function textBytes(...texts: readonly string[]): number {
  let characters = 0;
  for (const text of texts) characters += text.length;
  return characters * CHARACTER_BYTES;
}
