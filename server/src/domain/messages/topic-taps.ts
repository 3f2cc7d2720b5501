import type { AgentMessage } from "@meshwork/gen/mesh/v1/message";
import { TAP_BYTES_EACH, TAP_BYTES_MAX } from "./limits.ts";
import { messageBytes } from "./message-rules.ts";
import { createTopicIndex } from "./topics.ts";

/** A message for who follows a topic, and how many before it were left out. */
export interface TappedMessage {
  readonly message: AgentMessage;
  readonly dropped: number;
}

/** Who follows topics of a mesh without being one of its agents. */
export interface TopicTaps {
  /**
   * Every message of the topic or pattern from now on, until the signal fires or the loop is left. It
   * stands when this returns. What is taken too slowly is left out and counted.
   */
  open(meshUid: string, pattern: string, signal: AbortSignal): AsyncIterable<TappedMessage>;
  /** Answers how many follow the topic. */
  offer(meshUid: string, topic: string, message: AgentMessage): number;
  /** Open ones. */
  readonly size: number;
}

interface Tap {
  offer(message: AgentMessage): void;
}

export function createTopicTaps(): TopicTaps {
  const index = createTopicIndex<Tap>();
  const open = new Set<Tap>();
  return {
    open: (meshUid, pattern, signal) => {
      const queue = createTapQueue();
      const close = (): void => {
        index.remove(meshUid, pattern, queue);
        open.delete(queue);
        queue.end();
      };
      if (signal.aborted) queue.end();
      else {
        index.add(meshUid, pattern, queue);
        open.add(queue);
        signal.addEventListener("abort", close, { once: true });
      }
      return queue.taken(() => {
        signal.removeEventListener("abort", close);
        close();
      });
    },
    offer: (meshUid, topic, message) => {
      if (open.size === 0) return 0;
      const taps = index.match(meshUid, topic);
      for (const tap of taps) tap.offer(message);
      return taps.size;
    },
    get size() {
      return open.size;
    },
  };
}

function createTapQueue(): Tap & {
  end(): void;
  taken(left: () => void): AsyncIterable<TappedMessage>;
} {
  const waiting: TappedMessage[] = [];
  let bytes = 0;
  let dropped = 0;
  let ended = false;
  let wake: (() => void) | undefined;

  return {
    offer: (message) => {
      const size = bytesOf(message);
      if (bytes + size > TAP_BYTES_MAX && waiting.length > 0) {
        dropped += 1;
        return;
      }
      waiting.push({ message, dropped });
      dropped = 0;
      bytes += size;
      wake?.();
    },
    end: () => {
      ended = true;
      wake?.();
    },
    taken: async function* (left) {
      try {
        while (!ended) {
          const next = waiting.shift();
          if (next === undefined) await new Promise<void>((resolve) => (wake = resolve));
          else {
            yield next;
            // Only now has the caller taken it.
            bytes -= bytesOf(next.message);
          }
        }
      } finally {
        left();
      }
    },
  };
}

function bytesOf(message: AgentMessage): number {
  return messageBytes(message) + TAP_BYTES_EACH;
}
