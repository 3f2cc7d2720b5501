import type { ConnectRequest } from "@meshwork/gen/mesh/v1/agent_link_service";
import type { LinkConnection } from "@meshwork/wire/link-transport";
import type { Clock, Timer } from "./clock.ts";
import { FRAME_RATE_SHARE } from "./limits.ts";

/** Sends frames no faster than the server takes them, and a tick's frames together. */
export interface FramePacer {
  readonly send: (frame: ConnectRequest) => void;
  /** Frames a second from now on, as the welcome says; 0 or less for no limit. */
  limit(framesPerSecond: number): void;
  /** Frames that wait for their turn. */
  readonly waiting: number;
  /** Hands everything to the link at once and stops: the last frames of a session. */
  flush(): void;
  /** Drops what waits. */
  close(): void;
}

/** A token bucket of one second's worth; `onIdle` is called when nothing waits any more. */
export function createFramePacer(
  link: LinkConnection,
  clock: Clock,
  onIdle: () => void,
): FramePacer {
  let queue: ConnectRequest[] = [];
  let perSecond = Infinity;
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

  const release = (): void => {
    scheduled = false;
    if (closed || timer !== undefined || queue.length === 0) return;
    if (perSecond !== Infinity) refill();
    const count = Math.min(queue.length, Math.floor(tokens));
    if (count > 0) {
      link.send(queue.splice(0, count));
      tokens -= count;
    }
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
    limit: (framesPerSecond) => {
      if (framesPerSecond <= 0) return;
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
