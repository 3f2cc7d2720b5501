import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** The project's root. */
export const root = resolve(import.meta.dirname, "../..");
const bin = join(root, "cli/bin/mesh.js");

/** How a command ended. */
export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process that goes on. */
export interface Running {
  readonly child: ChildProcess;
  readonly pid: number;
  /** All that it has printed, on both streams. */
  output(): string;
  /** Settles when its output matches; fails when it ends before, or after `timeoutMs`. */
  until(pattern: RegExp, timeoutMs?: number): Promise<RegExpExecArray>;
  readonly ended: Promise<Ended>;
}

/** A user's home of its own, with the processes started in it. */
export interface Home {
  readonly folder: string;
  /** Runs `mesh` to its end. */
  mesh(args: readonly string[], options?: RunOptions): Promise<Ended>;
  /** As `mesh`; fails unless it exits 0, and answers the parsed JSON output. */
  json(args: readonly string[], options?: RunOptions): Promise<unknown>;
  /** Starts `mesh` and lets it go on. */
  start(args: readonly string[], options?: RunOptions): Running;
  /** Starts any program and lets it go on. */
  spawn(command: string, args: readonly string[], options?: RunOptions): Running;
  /** Ends what still runs and removes the folder. */
  close(): Promise<void>;
}

export interface RunOptions {
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly timeoutMs?: number;
  readonly cwd?: string;
}

const untilMsMax = 30_000;

/** Makes a home; nothing of the real user's is read or written. */
export function createHome(): Home {
  const folder = mkdtempSync(join(tmpdir(), "meshwork-test-"));
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    HOME: folder,
    XDG_CONFIG_HOME: join(folder, "config"),
    XDG_DATA_HOME: join(folder, "data"),
    NO_COLOR: "1",
  };
  Object.assign(env, {
    MESH_ENDPOINT: "",
    MESH_TOKEN: "",
    MESH_MESH: "",
    MESH_CONTEXT: "",
    NODE_OPTIONS: "",
  });
  const running = new Set<Running>();

  const start = (command: string, args: readonly string[], options: RunOptions = {}): Running => {
    const child = spawn(command, args, {
      env: { ...env, ...options.env },
      cwd: options.cwd ?? folder,
      stdio: ["pipe", "pipe", "pipe"],
    });
    const started = watched(child, options.input);
    running.add(started);
    void started.ended.then(() => running.delete(started));
    return started;
  };
  const mesh = async (args: readonly string[], options: RunOptions = {}): Promise<Ended> => {
    const started = start(process.execPath, [bin, ...args], { input: "", ...options });
    const timer = setTimeout(() => started.child.kill("SIGKILL"), options.timeoutMs ?? untilMsMax);
    const ended = await started.ended;
    clearTimeout(timer);
    return ended;
  };

  return {
    folder,
    mesh,
    async json(args, options) {
      const ended = await mesh([...args, "-o", "json"], options);
      if (ended.status !== 0)
        throw new Error(`mesh ${args.join(" ")}: exit ${ended.status}\n${ended.stderr}`);
      return JSON.parse(ended.stdout) as unknown;
    },
    start: (args, options) => start(process.execPath, [bin, ...args], options),
    spawn: start,
    async close() {
      for (const { child } of running) child.kill("SIGKILL");
      await Promise.all([...running].map(({ ended }) => ended));
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
    },
  };
}

function watched(child: ChildProcess, input: string | undefined): Running {
  let stdout = "";
  let stderr = "";
  let all = "";
  let end: Ended | undefined;
  const waiting = new Set<() => void>();
  const wake = (): void => {
    for (const look of waiting) look();
  };
  child.stdout?.setEncoding("utf8");
  child.stderr?.setEncoding("utf8");
  child.stdout?.on("data", (chunk: string) => {
    stdout += chunk;
    all += chunk;
    wake();
  });
  child.stderr?.on("data", (chunk: string) => {
    stderr += chunk;
    all += chunk;
    wake();
  });
  child.stdin?.on("error", () => undefined);
  if (input !== undefined) child.stdin?.end(input);
  const ended = new Promise<Ended>((resolve) => {
    child.on("close", (status, signal) => {
      end = { status, signal, stdout, stderr };
      wake();
      resolve(end);
    });
  });
  return {
    child,
    pid: child.pid!,
    output: () => all,
    ended,
    until: (pattern, timeoutMs = untilMsMax) =>
      new Promise((resolve, reject) => {
        const settle = (): void => {
          waiting.delete(look);
          clearTimeout(timer);
        };
        const look = (): void => {
          const match = pattern.exec(all);
          if (match !== null) {
            settle();
            resolve(match);
          } else if (end !== undefined) {
            settle();
            reject(new Error(`ended (${end.status ?? end.signal}) before ${pattern}:\n${all}`));
          }
        };
        const timer = setTimeout(() => {
          settle();
          reject(new Error(`no ${pattern} within ${timeoutMs} ms:\n${all}`));
        }, timeoutMs);
        waiting.add(look);
        look();
      }),
  };
}

/** Whether a process with this id exists and is no zombie. */
export function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Looks again every 50 ms until `look` answers something but undefined or false. */
export async function eventually<T>(
  look: () => T | Promise<T>,
  timeoutMs = untilMsMax,
): Promise<NonNullable<T>> {
  const endMs = performance.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false && found !== null) return found;
    if (performance.now() > endMs)
      throw new Error(`still not so after ${timeoutMs} ms: ${look.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
