// At-most-once messages on their way to their handler: one at a time, in the order in which they came.
import type { AgentMessage } from "@meshwork/gen/mesh/v1/message";
import { agentErrorOf } from "./agent-error.ts";
import type { AgentEvents } from "./agent.ts";
import type { Emitter } from "./emitter.ts";
import type { Lane } from "./lane.ts";
import { MESSAGES_WAITING_BYTES_MAX, MESSAGES_WAITING_MAX } from "./limits.ts";
import { receivedMessage, type ReceivedMessage } from "./received-message.ts";

export interface MessageQueue {
  /** Messages that wait for their handler or are with it. */
  readonly size: number;
  /** Takes messages; what does not fit any more is dropped and told by the event `notice`. */
  deliver(messages: readonly AgentMessage[]): void;
  /** Resolves when all that was taken until now has been handled. */
  idle(): Promise<void>;
  /** Drops what waits, told by the event `notice`; a handler that runs is not interrupted. */
  close(): void;
}

/** Holds at most `MESSAGES_WAITING_MAX` messages and `MESSAGES_WAITING_BYTES_MAX` bytes. */
export function createMessageQueue(deps: {
  readonly events: Emitter<AgentEvents>;
  /** Of one at a time. */
  readonly lane: Lane;
  /** Gives a message to whoever takes it. Undefined when nobody does. */
  handle(message: ReceivedMessage): Promise<void> | undefined;
}): MessageQueue {
  const { events, lane } = deps;
  let last: Promise<void> = Promise.resolve();
  let count = 0;
  let bytes = 0;
  let handling = false;
  let closed = false;

  async function handle(message: AgentMessage, size: number): Promise<void> {
    if (closed) return;
    handling = true;
    try {
      await deps.handle(receivedMessage(message));
    } catch (thrown) {
      events.emit("error", agentErrorOf(thrown));
    }
    handling = false;
    count -= 1;
    bytes -= size;
  }

  function dropped(lost: number, why: string): void {
    if (lost === 0) return;
    const message = `${lost} message${lost === 1 ? "" : "s"} dropped: ${why}`;
    events.emit("notice", { kind: "MESSAGES_DROPPED", count: lost, message });
  }

  return {
    get size() {
      return count;
    },
    deliver: (messages) => {
      if (closed) return;
      let lost = 0;
      for (const message of messages) {
        const size = sizeOf(message);
        if (count >= MESSAGES_WAITING_MAX || bytes + size > MESSAGES_WAITING_BYTES_MAX) {
          lost += 1;
          continue;
        }
        count += 1;
        bytes += size;
        last = lane.run(() => handle(message, size));
      }
      dropped(
        lost,
        `the handler of messages is slower than they come, and ${MESSAGES_WAITING_MAX} messages ` +
          `or ${MESSAGES_WAITING_BYTES_MAX} bytes are the most that wait; handle them faster`,
      );
    },
    idle: () => last,
    close: () => {
      if (closed) return;
      closed = true;
      dropped(count - (handling ? 1 : 0), "the agent ended before they reached their handler");
    },
  };
}

function sizeOf({ payload, subject, headers }: AgentMessage): number {
  let size = payload.length + subject.length;
  for (const [key, value] of Object.entries(headers)) size += key.length + value.length;
  return size;
}
