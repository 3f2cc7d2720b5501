// Starts the processes that are measured, and ends every one of them, whatever happens.
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import type { Answer, Memory, Question, Ready, Usage, Work } from "./protocol.ts";

/** A process under test. */
export interface Child extends Ready {
  readonly pid: number;
  usage(): Promise<Usage>;
  memory(): Promise<Memory>;
  /** Has a process that is its own load work for so long. */
  readonly work: (ms: number) => Promise<Work>;
  profileStart(): Promise<void>;
  /**
   * Writes a CPU profile of the time since `profileStart` to the file, and those of its further threads
   * beside it, each with the thread's number before the extension.
   */
  profileStop(file: string): Promise<void>;
  /** Ends it at once: nothing of it is wanted any more. */
  end(): Promise<void>;
}

const READY_MS_MAX = 30_000;
const ANSWER_MS_MAX = 30_000;
const bench = join(import.meta.dirname, "..");
const alive = new Map<ChildProcess, Promise<void>>();
let closing = false;

// However this process ends, short of being killed.
process.on("exit", () => {
  for (const child of alive.keys()) child.kill("SIGKILL");
});

/** Starts a file of this folder in a Node of its own; settles when it is ready. */
export async function startChild(file: string, args: readonly string[] = []): Promise<Child> {
  const flags = ["--disable-warning=ExperimentalWarning", "--expose-gc"];
  const process_ = spawn(process.execPath, [...flags, join(bench, file), ...args], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  watch(process_);
  try {
    const { ready } = (await next(process_, READY_MS_MAX, `${file} to be ready`)) as {
      ready: Ready;
    };
    return childOf(process_, file, ready);
  } catch (error) {
    await endChild(process_);
    throw error;
  }
}

/** Has a process of another kind end with the rest. */
export function watch(child: ChildProcess): void {
  const gone = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
    child.once("error", () => resolve());
  });
  alive.set(child, gone);
  if (closing) child.kill("SIGKILL");
  void gone.then(() => alive.delete(child));
}

/** Ends a process that is watched, at once. */
export async function endChild(child: ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  await alive.get(child);
}

/** Ends every process that is still there, and each one started from now on. */
export async function endAll(): Promise<void> {
  closing = true;
  await Promise.all([...alive.keys()].map(endChild));
}

function childOf(child: ChildProcess, file: string, ready: Ready): Child {
  // One question at a time: answers carry no number.
  let turn: Promise<unknown> = Promise.resolve();
  const ask = <T>(question: Question): Promise<T> => {
    const asked = turn.then(async () => {
      child.send(question);
      const reply = await next(child, ANSWER_MS_MAX, `${file} to answer ${question.ask}`);
      if (!("answer" in reply)) throw new Error(`${file} spoke out of turn`);
      if (reply.failure !== undefined) throw new Error(`${file}: ${reply.failure}`);
      return reply.answer as T;
    });
    turn = asked.catch(() => undefined);
    return asked;
  };
  return {
    ...ready,
    pid: child.pid!,
    usage: () => ask<Usage>({ ask: "usage" }),
    work: (ms) => ask<Work>({ ask: "work", ms }),
    memory: () => ask<Memory>({ ask: "memory" }),
    profileStart: () => ask({ ask: "profile-start" }),
    profileStop: (to) => ask({ ask: "profile-stop", file: to }),
    end: () => endChild(child),
  };
}

function next(child: ChildProcess, limitMs: number, what: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      clearTimeout(timer);
      child.off("message", onMessage);
      child.off("exit", onExit);
      child.off("error", onError);
    };
    const fail = (error: Error): void => {
      settle();
      reject(error);
    };
    const onMessage = (message: Answer): void => {
      settle();
      resolve(message);
    };
    const onExit = (code: number | null, signal: string | null): void =>
      fail(new Error(`waited for ${what}, but it ended (${code ?? signal ?? "unknown"})`));
    const onError = (error: Error): void => fail(error);
    const timer = setTimeout(() => fail(new Error(`waited ${limitMs} ms for ${what}`)), limitMs);
    child.on("message", onMessage);
    child.on("exit", onExit);
    child.on("error", onError);
  });
}
