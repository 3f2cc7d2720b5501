// How long people wait for a process to be of use.
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { watch } from "../processes/children.ts";
import { printed } from "../processes/printed.ts";
import { median } from "../processes/rate.ts";
import { type Benchmark, OURS, type Row } from "../report/row.ts";

const ROUNDS = 7;
const PEER = "one-command oclif";
const mesh = join(import.meta.dirname, "../../../cli/bin/mesh.js");
const oneCommand = join(import.meta.dirname, "../peers/one-command/main.js");

/** Medians in milliseconds. The first round of each fills caches and does not count. */
export const start: Benchmark = async (run) => {
  const ready: number[] = [];
  const help: number[] = [];
  const commandHelp: number[] = [];
  const peerHelp: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    ready.push(await serverReadyMs(run.folder()));
    help.push(await helpMs(mesh, [], run.folder()));
    commandHelp.push(await helpMs(mesh, ["agents", "list"], run.folder()));
    peerHelp.push(await helpMs(oneCommand, [], run.folder()));
  }
  const row = (name: string, subject: string, times: readonly number[]): Row => ({
    benchmark: "start",
    case: name,
    subject,
    figure: median(times.slice(1)),
    unit: "ms",
  });
  return [
    row("server ready", OURS, ready),
    row("--help", OURS, help),
    row("--help", PEER, peerHelp),
    row("COMMAND --help", OURS, commandHelp),
    row("COMMAND --help", PEER, peerHelp),
  ];
};

/** From the start of `mesh server` on an empty store until /readyz says yes. */
async function serverReadyMs(folder: string): Promise<number> {
  const store = `sqlite:${join(folder, "mesh.db")}`;
  const beginMs = performance.now();
  const args = ["server", "--listen", "127.0.0.1:0", "--store", store, "--log-level", "error"];
  const child = started(mesh, args, folder);
  const [, url] = await printed(child, /listening on (http:\S+),/);
  const { status } = await fetch(`${url!}/readyz`);
  const endMs = performance.now();
  child.kill("SIGKILL");
  await ended(child);
  if (status !== 200) throw new Error(`/readyz answers ${status}`);
  return endMs - beginMs;
}

async function helpMs(
  program: string,
  command: readonly string[],
  folder: string,
): Promise<number> {
  const beginMs = performance.now();
  const child = started(program, [...command, "--help"], folder);
  const shown = printed(child, /USAGE|Usage/);
  const status = await ended(child);
  const endMs = performance.now();
  await shown;
  if (status !== 0) throw new Error(`${program} --help: exit ${status ?? "by a signal"}`);
  return endMs - beginMs;
}

function started(program: string, args: readonly string[], home: string): ChildProcess {
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    cwd: home,
    env: {
      ...process.env,
      HOME: home,
      XDG_CONFIG_HOME: home,
      XDG_DATA_HOME: home,
      NODE_OPTIONS: "",
    },
  });
  watch(child);
  return child;
}

function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => child.once("exit", resolve));
}
