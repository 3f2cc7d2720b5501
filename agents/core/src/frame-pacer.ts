import type { ConnectRequest } from "@meshwork/gen/mesh/v1/agent_link_service";
import type { LinkConnection } from "@meshwork/wire/link-transport";
import type { Clock, Timer } from "./clock.ts";
import { FRAME_RATE_SHARE } from "./limits.ts";

/** Sends frames no faster than the server takes them, and a tick's frames together. */
export interface FramePacer {
  readonly send: (frame: ConnectRequest) => void;
  /** Frames and messages a second from now on, as the welcome says; 0 or less for no limit. */
  limit(framesPerSecond: number, messagesPerSecond: number): void;
  /** Frames that wait for their turn. */
  readonly waiting: number;
  /** Hands everything to the link at once and stops: the last frames of a session. */
  flush(): void;
  /** Drops what waits. */
  close(): void;
}

/**
 * A token bucket of one second's worth; `onIdle` is called when nothing waits any more. A frame costs one
 * token, and one of many messages as many as its share of the messages of a second.
 */
export function createFramePacer(
  link: LinkConnection,
  clock: Clock,
  onIdle: () => void,
): FramePacer {
  let queue: ConnectRequest[] = [];
  let perSecond = Infinity;
  let messagesPerToken = Infinity;
  let tokens = Infinity;
  let filledAt = clock.monotonic();
  let timer: Timer | undefined;
  let scheduled = false;
  let closed = false;

  const refill = (): void => {
    const now = clock.monotonic();
    tokens = Math.min(perSecond, tokens + ((now - filledAt) / 1000) * perSecond);
    filledAt = now;
  };

  const costOf = ({ frame }: ConnectRequest): number => {
    if (frame.case !== "publish" || perSecond === Infinity) return 1;
    return Math.min(perSecond, Math.max(1, frame.value.messages.length / messagesPerToken));
  };

  const release = (): void => {
    scheduled = false;
    if (closed || timer !== undefined || queue.length === 0) return;
    if (perSecond !== Infinity) refill();
    let count = 0;
    while (count < queue.length && tokens >= costOf(queue[count]!)) {
      tokens -= costOf(queue[count]!);
      count += 1;
    }
    if (count > 0) link.send(queue.splice(0, count));
    if (queue.length === 0) onIdle();
    else
      timer = clock.after(Math.ceil(1000 / perSecond) * Math.min(queue.length, 16), () => {
        timer = undefined;
        release();
      });
  };

  return {
    send: (frame) => {
      if (closed) return;
      queue.push(frame);
      if (scheduled || timer !== undefined) return;
      scheduled = true;
      queueMicrotask(release);
    },
    limit: (framesPerSecond, messagesPerSecond) => {
      if (framesPerSecond <= 0) return;
      messagesPerToken = messagesPerSecond > 0 ? messagesPerSecond / framesPerSecond : Infinity;
      perSecond = framesPerSecond * FRAME_RATE_SHARE;
      tokens = Math.min(tokens, perSecond);
      filledAt = clock.monotonic();
    },
    get waiting() {
      return queue.length;
    },
    flush: () => {
      if (!closed && queue.length > 0) link.send(queue);
      queue = [];
    },
    close: () => {
      closed = true;
      queue = [];
      timer?.cancel();
      timer = undefined;
    },
  };
}
