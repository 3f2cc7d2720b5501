import type { ConnectResponse } from "@meshwork/gen/mesh/v1/agent_link_service";
import type { LinkSink } from "../../domain/links/link-sink.ts";
import { frameBytes } from "./frame-bytes.ts";

/** A sink whose frames are pulled, in order. Its bounds are those that the link keeps by `bufferedBytes`. */
export interface FrameQueue {
  readonly sink: LinkSink;
  /** To be iterated once. Throws what the link ended with. */
  readonly frames: AsyncGenerator<ConnectResponse, void, undefined>;
  /** Ends the iteration, with the error if there is one; what is still queued is dropped. */
  abort(error?: Error): void;
}

/** A frame counts as buffered until the next one is asked for: only then has the transport taken it. */
export function createFrameQueue(): FrameQueue {
  let queued: { readonly frame: ConnectResponse; readonly bytes: number }[] = [];
  let head = 0;
  let bufferedBytes = 0;
  let end: { readonly error: Error | undefined } | undefined;
  let wake: (() => void) | undefined;

  function finish(error?: Error): void {
    end ??= { error };
    wake?.();
  }

  function drop(): void {
    queued = [];
    head = 0;
    bufferedBytes = 0;
  }

  function abort(error?: Error): void {
    drop();
    finish(error);
  }

  async function* pull(): AsyncGenerator<ConnectResponse, void, undefined> {
    try {
      for (;;) {
        for (let next = queued[head]; next !== undefined; next = queued[head]) {
          head += 1;
          yield next.frame;
          bufferedBytes = Math.max(0, bufferedBytes - next.bytes);
        }
        queued = [];
        head = 0;
        if (end !== undefined) break;
        await new Promise<void>((resolve) => (wake = resolve));
      }
      if (end.error !== undefined) throw end.error;
    } finally {
      drop();
      finish();
    }
  }

  return {
    frames: pull(),
    sink: {
      send: (frame) => {
        if (end !== undefined) return;
        const bytes = frameBytes(frame);
        queued.push({ frame, bytes });
        bufferedBytes += bytes;
        wake?.();
      },
      bufferedBytes: () => bufferedBytes,
      end: finish,
      destroy: abort,
    },
    abort,
  };
}
