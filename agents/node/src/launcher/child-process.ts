// The process of one child, and what stands around it: output, guard, limits.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { closeSync, constants, openSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Duplex, Writable } from "node:stream";
import { promisify } from "node:util";
import type { Clock, Timer } from "@meshwork/agents-core";
import { identityOf, isRunning, type ProcessIdentity, signalGroup } from "./process-identity.ts";
import { GATE, GUARD, PUMP } from "./shell-texts.ts";
import { type LaunchTemplate, programAt } from "./template.ts";

/** How a process ended. */
export interface ProcessEnd {
  /** Undefined where a signal ended it, or nobody saw. */
  readonly exitCode?: number;
  readonly signal?: NodeJS.Signals;
  /** Nobody saw how: it ended while it was not this launcher's own. */
  readonly unseen?: true;
}

export interface RunningProcess {
  readonly identity: ProcessIdentity;
  readonly ended: Promise<ProcessEnd>;
  /** To the process and all of its group. */
  signal(signal: NodeJS.Signals): void;
  /** Lets go of it: it may outlive this process. */
  release(): void;
}

/** What to start. */
export interface StartOrder {
  readonly template: LaunchTemplate;
  readonly argv: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Of the child; also where it works unless the template says otherwise. */
  readonly folder: string;
  readonly outputFile: string;
  /** Writes it down; called before the program begins. */
  readonly record: (identity: ProcessIdentity) => void;
}

/** Bytes of one file of output; there are two at most. */
export const OUTPUT_BYTES_MAX = 1024 * 1024;
const BLOCK_BYTES = 512;
const MEBIBYTE = 1024 * 1024;
/** Between two looks at a process that is no child of this one. */
export const POLL_MS = 250;
/** What a program gets of the launcher's own environment. */
const INHERITED = ["PATH", "HOME", "LANG", "TZ"];
const SHELL = "/bin/sh";
const GUARD_STEP_MS = 200;

/** The environment of a child: a few variables of the launcher's own, and the template's. */
export function childEnvironment(own: NodeJS.ProcessEnv, env: Readonly<Record<string, string>>) {
  const inherited = INHERITED.flatMap((name) =>
    own[name] === undefined ? [] : [[name, own[name]]],
  );
  return { ...(Object.fromEntries(inherited) as Record<string, string>), ...env };
}

/** Starts a process. Rejects with the system's error where it cannot be started; then there is none. */
export async function startProcess(order: StartOrder): Promise<RunningProcess> {
  const { template, env, folder, outputFile } = order;
  const output = await openOutput(folder, outputFile);
  let gate: ChildProcess;
  try {
    gate = spawn(SHELL, ["-c", GATE, "sh", ...limitedArgv(order)], {
      cwd: template.cwd ?? folder,
      env,
      // A group of its own, which signals reach as a whole.
      detached: true,
      stdio: ["ignore", output, output, "pipe"],
    });
  } finally {
    closeSync(output);
  }
  const go = gate.stdio[3] as Duplex;
  // It may end before it is told to go.
  go.on("error", () => undefined);
  const ended = new Promise<ProcessEnd>((resolve) => {
    gate.once("exit", (exitCode, signal) => {
      resolve({ ...(exitCode !== null && { exitCode }), ...(signal !== null && { signal }) });
    });
  });
  try {
    await new Promise<void>((resolve, reject) => {
      gate.once("spawn", resolve).once("error", reject);
    });
    const identity = identityOf(gate.pid!);
    if (identity === undefined) throw new Error("it ended before it began");
    order.record(identity);
    const guard = template.onLauncherDeath === "stop" ? openGuard(identity, template) : undefined;
    go.end("go\n", () => go.destroy());
    void ended.then(() => {
      guard?.dismiss();
      // What it leaves behind in its group would be nobody's.
      signalGroup(identity, "SIGKILL");
    });
    return {
      identity,
      ended,
      signal: (signal) => void signalGroup(identity, signal),
      release: () => {
        gate.unref();
      },
    };
  } catch (error) {
    go.destroy();
    throw error;
  }
}

/** Takes a process over that an earlier launcher started, and looks after it from time to time. */
export function adoptProcess(identity: ProcessIdentity, clock: Clock): RunningProcess {
  let next: Timer | undefined;
  const ended = new Promise<ProcessEnd>((resolve) => {
    const look = (): void => {
      if (isRunning(identity)) {
        next = clock.after(POLL_MS, look);
        return;
      }
      signalGroup(identity, "SIGKILL");
      resolve({ unseen: true });
    };
    look();
  });
  return {
    identity,
    ended,
    signal: (signal) => void signalGroup(identity, signal),
    release: () => next?.cancel(),
  };
}

function limitedArgv({ template, argv }: StartOrder): readonly string[] {
  const { memoryMiB, openFiles, cpuSeconds } = template.limits;
  const limits = [
    ...(memoryMiB === undefined ? [] : [`--data=${memoryMiB * MEBIBYTE}`]),
    ...(openFiles === undefined ? [] : [`--nofile=${openFiles}`]),
    // First a signal that names the reason, then the end.
    ...(cpuSeconds === undefined ? [] : [`--cpu=${cpuSeconds}:${cpuSeconds + 5}`]),
  ];
  if (limits.length === 0) return argv;
  return [programAt("prlimit", process.env["PATH"] ?? "") ?? "prlimit", ...limits, "--", ...argv];
}

/** A descriptor to write to; what is written ends up in the file, which stays bounded. */
async function openOutput(folder: string, outputFile: string): Promise<number> {
  const fifo = join(folder, "output");
  rmSync(fifo, { force: true });
  await promisify(execFile)("mkfifo", ["-m", "600", fifo]);
  // Opened for both first, so that neither end waits for the other.
  const both = openSync(fifo, constants.O_RDWR);
  let reader: number | undefined;
  let writer: number | undefined;
  try {
    reader = openSync(fifo, constants.O_RDONLY);
    writer = openSync(fifo, constants.O_WRONLY);
    const blocks = String(OUTPUT_BYTES_MAX / BLOCK_BYTES);
    const pump = spawn(SHELL, ["-c", PUMP, "sh", outputFile, blocks], {
      cwd: "/",
      env: childEnvironment(process.env, {}),
      detached: true,
      stdio: [reader, "ignore", "ignore"],
    });
    pump.unref();
    await new Promise<void>((resolve, reject) => {
      pump.once("spawn", resolve).once("error", reject);
    });
    return writer;
  } catch (error) {
    if (writer !== undefined) closeSync(writer);
    throw error;
  } finally {
    closeSync(both);
    if (reader !== undefined) closeSync(reader);
    rmSync(fifo, { force: true });
  }
}

/** Ends the process when this one dies, and is there again if it is ended itself. */
function openGuard(
  { pid, startTime }: ProcessIdentity,
  { stopSignal, killAfterMs }: LaunchTemplate,
): { dismiss(): void } {
  let dismissed = false;
  let input: Writable | undefined;
  const steps = String(Math.ceil(killAfterMs / GUARD_STEP_MS));
  const open = (): void => {
    const args = [String(pid), startTime, stopSignal.slice("SIG".length), steps];
    const guard = spawn(SHELL, ["-c", GUARD, "sh", ...args], {
      cwd: "/",
      env: childEnvironment(process.env, {}),
      detached: true,
      stdio: ["pipe", "ignore", "ignore"],
    });
    guard.unref();
    input = guard.stdin;
    input.on("error", () => undefined);
    guard.once("error", again).once("exit", again);
  };
  const again = (): void => {
    if (!dismissed) setTimeout(() => dismissed || open(), GUARD_STEP_MS).unref();
  };
  open();
  return {
    dismiss: () => {
      dismissed = true;
      input?.end("done\n");
    },
  };
}
