// The measured process's end of the channel.
import { createProfiler } from "./profiler.ts";
import type { Answer, Memory, Question, Ready, Usage, Work } from "./protocol.ts";

/**
 * Tells the benchmark that this process can be measured, and answers its questions from then on. The
 * process ends with the benchmark, however that ends. `work`, of a process that is its own load, works
 * until the time given, by `performance.now()`, and answers how much it did.
 */
export function measured(ready: Partial<Ready>, work?: (untilMs: number) => Promise<number>): void {
  const tell = (message: Answer): void => void process.send?.(message);
  const profiler = createProfiler();

  async function answer(question: Question): Promise<Usage | Memory | Work | null> {
    switch (question.ask) {
      case "usage": {
        const { user, system } = process.cpuUsage();
        return { cpuMicroseconds: user + system };
      }
      case "memory":
        return await settledMemory();
      case "work": {
        if (work === undefined) throw new Error("this process is not its own load");
        const beginMs = performance.now();
        const done = await work(beginMs + question.ms);
        return { done, ms: performance.now() - beginMs };
      }
      case "profile-start":
        await profiler.start();
        return null;
      case "profile-stop":
        await profiler.stop(question.file);
        return null;
    }
  }

  process.on("disconnect", () => process.exit(0));
  process.on("message", (question: Question) => {
    answer(question).then(
      (value) => tell({ answer: value }),
      (error: unknown) => tell({ answer: null, failure: String(error) }),
    );
  });
  tell({ ready: { url: "", key: "", ...ready } });
}

/** Collects until a further collection frees next to nothing. */
async function settledMemory(): Promise<Memory> {
  const collect: (() => unknown) | undefined = globalThis.gc;
  if (collect === undefined) throw new Error("gc is not exposed: start node with --expose-gc");
  let last = Infinity;
  for (let round = 0; round < 8; round += 1) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 100));
    const { heapUsed, external } = process.memoryUsage();
    if (last - (heapUsed + external) < 64 * 1024) break;
    last = heapUsed + external;
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rssBytes: rss, heapBytes: heapUsed, externalBytes: external };
}
