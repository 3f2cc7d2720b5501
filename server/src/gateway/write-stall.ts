import type { Clock, Timer } from "../domain/clock.ts";

/** What the two kinds of responses have in common. */
export interface ResponseStream {
  readonly writableLength: number;
  readonly destroyed: boolean;
  once(event: "drain" | "close" | "finish", run: () => void): unknown;
  off(event: "drain" | "close" | "finish", run: () => void): unknown;
}

export interface StallOptions {
  readonly clock: Clock;
  readonly stallMs: number;
  /** Gives the caller up. */
  readonly onStall: () => void;
}

/** Waits until the stream takes more; rejects if it closes, or takes no byte for `stallMs`. */
export function untilDrained(stream: ResponseStream, options: StallOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = watchProgress(stream, options);
    const finish = (error?: Error): void => {
      stop();
      stream.off("drain", onDrain);
      stream.off("close", onClose);
      if (error === undefined) resolve();
      else reject(error);
    };
    const onDrain = (): void => {
      finish();
    };
    const onClose = (): void => {
      finish(new Error("the response was closed before it was written"));
    };
    stream.once("drain", onDrain);
    stream.once("close", onClose);
    if (stream.destroyed) onClose();
  });
}

/** Gives the caller up if an ended response is not taken. */
export function watchEnd(stream: ResponseStream, options: StallOptions): void {
  if (stream.destroyed) return;
  const stop = watchProgress(stream, options);
  stream.once("finish", stop);
  stream.once("close", stop);
}

function watchProgress(stream: ResponseStream, options: StallOptions): () => void {
  const { clock, stallMs, onStall } = options;
  let queued = stream.writableLength;
  let timer: Timer = clock.after(stallMs, check);
  function check(): void {
    if (stream.writableLength === queued) {
      onStall();
      return;
    }
    queued = stream.writableLength;
    timer = clock.after(stallMs, check);
  }
  return () => {
    timer.cancel();
  };
}
