// CPU profiles of this process: its main thread's, and one of each worker thread.
import { writeFile } from "node:fs/promises";
import { Session } from "node:inspector/promises";

export interface Profiler {
  start(): Promise<void>;
  /** Writes `file` and, for thread 1, 2, …, `file` with `.1`, `.2`, … before its extension. */
  stop(file: string): Promise<void>;
}

interface Reply {
  readonly id: number;
  readonly result?: { readonly profile?: unknown };
}

/** Costs nothing before it is started. */
export function createProfiler(): Profiler {
  const main = new Session();
  /** Inspector sessions of the worker threads. */
  const threads: string[] = [];
  const asked = new Map<number, (reply: Reply) => void>();

  function ask(sessionId: string, method: string): Promise<Reply> {
    const id = asked.size + 1;
    const reply = new Promise<Reply>((resolve) => asked.set(id, resolve));
    const message = JSON.stringify({ id, method });
    return main.post("NodeWorker.sendMessageToWorker", { message, sessionId }).then(() => reply);
  }

  return {
    start: async () => {
      main.connect();
      main.on("NodeWorker.attachedToWorker", ({ params }) => threads.push(params.sessionId));
      main.on("NodeWorker.receivedMessageFromWorker", ({ params }) => {
        const reply = JSON.parse(params.message) as Reply;
        asked.get(reply.id)?.(reply);
      });
      await main.post("NodeWorker.enable", { waitForDebuggerOnStart: false });
      await main.post("Profiler.enable");
      for (const thread of threads) {
        await ask(thread, "Profiler.enable");
        await ask(thread, "Profiler.start");
      }
      await main.post("Profiler.start");
    },
    stop: async (file) => {
      const { profile } = await main.post("Profiler.stop");
      await writeFile(file, JSON.stringify(profile));
      for (const [index, thread] of threads.entries()) {
        const { result } = await ask(thread, "Profiler.stop");
        const name = file.replace(/(\.[^.]+)?$/, `.${index + 1}$1`);
        await writeFile(name, JSON.stringify(result?.profile));
      }
    },
  };
}
