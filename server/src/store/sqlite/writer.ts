// The main thread's side of the writer: hands it the commits of a tick as one group, and passes on
// what landed.
import { Worker } from "node:worker_threads";
import { StoreError } from "../store.ts";
import { GROUPS_IN_FLIGHT_MAX } from "./limits.ts";
import type {
  EngineConfig,
  FromWriter,
  Swept,
  ToWriter,
  Write,
  WriteResult,
  WriteSuccess,
} from "./protocol.ts";
import { createQueue, type Queue, type SubmitOptions, type Waiting } from "./queue.ts";

export interface Writer {
  /** Resolves when it is durable; fails with a `StoreError`. */
  submit(write: Write, bytes: number, options: SubmitOptions): Promise<WriteSuccess>;
  /** Has old rows removed, if the writer is not at it already. */
  sweep(): void;
  /** Waits for everything accepted. */
  drain(): Promise<void>;
  /** Ends the thread, to be called when drained. */
  close(): Promise<void>;
}

export interface WriterOptions {
  readonly config: EngineConfig;
  readonly now: () => number;
  readonly onLanded: (write: Write, result: WriteSuccess) => void;
  readonly onSwept: (swept: Swept) => void;
  /** Called once, when nothing can be written any more. */
  readonly onFatal: (error: StoreError) => void;
}

/** Resolves when the database is open. */
export async function startWriter(options: WriterOptions): Promise<Writer> {
  const worker = await startThread(options.config);
  const queue = createQueue();
  const groups: Waiting[][] = [];
  const state: WriterState = { scheduled: false, sweeping: false, closing: false };
  const send = () => {
    state.scheduled = false;
    while (queue.length > 0 && groups.length < GROUPS_IN_FLIGHT_MAX && !state.broken) {
      const group = queue.takeGroup();
      groups.push(group);
      worker.ref();
      const writes = group.map(({ write }) => write);
      post(worker, { type: "write", writes, now: options.now() });
    }
  };
  const sweep = () => {
    if (state.sweeping || state.broken) return;
    state.sweeping = true;
    post(worker, { type: "sweep", now: options.now() });
  };
  /** Lets the process end while there is nothing to write. */
  const rest = () => {
    if (state.closing || groups.length > 0 || queue.length > 0) return;
    worker.unref();
    state.onDrained?.();
  };
  const fail = (error: StoreError) => {
    if (state.broken) return;
    state.broken = error;
    abandon(groups, queue, error);
    rest();
    options.onFatal(error);
  };
  worker.on("message", (message: FromWriter) => {
    if (message.type === "written") {
      const group = groups.shift()!;
      // before the answers, so that the writer does not wait for their callers
      if (message.fatal === undefined) send();
      answer(group, message.results, options.onLanded);
    } else if (message.type === "swept") {
      state.sweeping = false;
      if (message.swept) options.onSwept(message.swept);
      if (message.more) sweep();
    }
    if ("fatal" in message) fail(new StoreError("UNKNOWN_OUTCOME", message.fatal));
    rest();
  });
  worker.on("error", (cause) => {
    fail(new StoreError("UNKNOWN_OUTCOME", "the store's writer failed", { cause }));
  });
  worker.unref();
  return {
    submit(write, bytes, limits) {
      if (state.broken) return Promise.reject(unavailable(state.broken.message));
      // after the I/O of this tick, so that all it brought goes in one group
      if (!state.scheduled) setImmediate(send);
      state.scheduled = true;
      return queue.add(write, bytes, limits);
    },
    sweep,
    async drain() {
      await new Promise<void>((resolve) => {
        state.onDrained = resolve;
        rest();
      });
      state.closing = true;
    },
    close: () => endThread(worker, state.broken !== undefined),
  };
}

interface WriterState {
  scheduled: boolean;
  sweeping: boolean;
  closing: boolean;
  /** Why nothing can be written any more. */
  broken?: StoreError;
  onDrained?: () => void;
}

function answer(
  group: readonly Waiting[],
  results: readonly WriteResult[],
  onLanded: WriterOptions["onLanded"],
): void {
  results.forEach((result, index) => {
    const { write, settle } = group[index]!;
    if ("rev" in result) onLanded(write, result);
    settle(result);
  });
}

/** What was handed over may have been written, what still waits was not. */
function abandon(groups: Waiting[][], queue: Queue, { code, message }: StoreError): void {
  for (const item of groups.splice(0).flat()) item.settle({ code, message });
  while (queue.length > 0) {
    for (const item of queue.takeGroup()) item.settle({ code: "UNAVAILABLE", message });
  }
}

async function endThread(worker: Worker, broken: boolean): Promise<void> {
  if (broken) {
    await worker.terminate();
    return;
  }
  worker.ref();
  const ended = new Promise((resolve) => worker.once("exit", resolve));
  post(worker, { type: "close" });
  await ended;
}

function startThread(config: EngineConfig): Promise<Worker> {
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  const worker = new Worker(new URL(`./writer-worker.${extension}`, import.meta.url), {
    workerData: config,
    name: "store-writer",
  });
  return new Promise((resolve, reject) => {
    worker.once("message", (message: FromWriter) => {
      if (message.type !== "failed") resolve(worker);
      else reject(unavailable(`cannot open the database ${config.path}: ${message.message}`));
    });
    worker.once("error", reject);
  });
}

function unavailable(message: string): StoreError {
  return new StoreError("UNAVAILABLE", message);
}

function post(worker: Worker, message: ToWriter): void {
  worker.postMessage(message);
}
