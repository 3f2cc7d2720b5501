// Runs the commit loop in a process of its own.
import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { CommitLoop } from "./commit-loop.ts";

export interface LoopProcess {
  readonly process: ChildProcess;
  /** Lines printed so far. */
  readonly lines: readonly string[];
  /** Resolves when so many lines begin with a word; fails when the process ends before. */
  printed(word: string, count: number): Promise<void>;
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

const PROGRAM = fileURLToPath(new URL("./commit-loop.ts", import.meta.url));

/** `wrap` is a command that starts the rest of its arguments, such as a tracer. */
export function startLoop(loop: CommitLoop, wrap: readonly string[] = []): LoopProcess {
  const [command, ...args] = [...wrap, process.execPath, PROGRAM, JSON.stringify(loop)];
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
  const lines: string[] = [];
  const counts = new Map<string, number>();
  const waiting = new Set<() => void>();
  let rest = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    const parts = (rest + text).split("\n");
    rest = parts.pop()!;
    lines.push(...parts);
    for (const line of parts) {
      const word = line.split(" ", 1)[0]!;
      counts.set(word, (counts.get(word) ?? 0) + 1);
    }
    for (const look of waiting) look();
  });
  const ended = new Promise<number | NodeJS.Signals>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      resolve(code ?? signal!);
    });
  });
  const printed = (word: string, count: number) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if ((counts.get(word) ?? 0) < count) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
      void ended.then((code) => {
        reject(
          new Error(
            `the process ended with ${code} before ${count} lines of "${word}": ${lines.slice(-3).join("; ")}`,
          ),
        );
      }, reject);
    });
  return { process: child, lines, printed, ended };
}

/** The ids that were acknowledged. */
export function acknowledged(lines: readonly string[]): string[] {
  return lines.flatMap((line) => (line.startsWith("acknowledged ") ? [line.slice(13)] : []));
}
