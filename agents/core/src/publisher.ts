// At-most-once messages on their way out.
import { Code } from "@connectrpc/connect";
import type { AgentMessage } from "@meshwork/gen/mesh/v1/message";
import { AgentError } from "./agent-error.ts";
import type { AgentLife } from "./agent-life.ts";
import { agentFrame } from "./frames.ts";
import { BUFFERED_BYTES_MAX, PUBLISH_MESSAGES_MAX } from "./limits.ts";

/** Payload bytes of one frame, so that it stays below the server's limit with all that surrounds them. */
const PUBLISH_BYTES_MAX = 512 * 1024;

/** Gathers the messages of one tick into as few frames as fit. */
export function createPublisher(life: AgentLife): (message: AgentMessage) => void {
  let batch: AgentMessage[] = [];
  let bytes = 0;

  function flush(): void {
    if (batch.length === 0) return;
    const messages = batch;
    batch = [];
    bytes = 0;
    life.send(agentFrame({ case: "publish", value: { messages } }));
  }

  return (message) => {
    if (!life.status.connected)
      throw new AgentError(
        Code.Unavailable,
        `the agent is not connected, so message ${message.subject} was not sent: send it at least once to have it kept`,
        { reason: "NOT_SENT" },
      );
    if (life.bufferedBytes() > BUFFERED_BYTES_MAX)
      throw new AgentError(
        Code.ResourceExhausted,
        `more than ${BUFFERED_BYTES_MAX} bytes wait to be sent: slow down`,
        { reason: "NOT_SENT" },
      );
    if (batch.length >= PUBLISH_MESSAGES_MAX || bytes + message.payload.length > PUBLISH_BYTES_MAX)
      flush();
    if (batch.length === 0) queueMicrotask(flush);
    batch.push(message);
    bytes += message.payload.length;
  };
}
