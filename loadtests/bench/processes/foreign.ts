// Servers of other people, as peers where the machine has them. Their figures are for Linux, since their
// CPU time is read from /proc.
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Run } from "../report/row.ts";
import { endChild, watch } from "./children.ts";
import { foundProgram } from "./found.ts";
import { printed } from "./printed.ts";
import type { Usage } from "./protocol.ts";

/** A running server that nobody can ask anything but by its own protocol. */
export interface Foreign {
  /** host:port */
  readonly address: string;
  usage(): Promise<Usage>;
  /** Ends it at once. */
  end(): Promise<void>;
}

interface ForeignProgram {
  readonly program: string;
  /** How to get it. */
  readonly cure: string;
  /** The arguments, after writing what it needs into the folder. */
  readonly args: (folder: string) => readonly string[];
  /** What it prints once it serves, with host:port as the first group. */
  readonly ready: RegExp;
}

const loopback = "http://127.0.0.1:0";

const etcd: ForeignProgram = {
  program: "etcd",
  cure: "Debian's package etcd-server has it",
  args: (folder) => [
    ...["--data-dir", folder, "--logger", "zap", "--log-outputs", "stderr"],
    ...["--listen-client-urls", loopback, "--advertise-client-urls", loopback],
    ...["--listen-peer-urls", loopback, "--initial-advertise-peer-urls", loopback],
    ...["--initial-cluster", `default=${loopback}`],
  ],
  ready: /serving client traffic insecurely.*"address":"([\d.]+:\d+)"/,
};

const nats: ForeignProgram = {
  program: "nats-server",
  cure: "go install github.com/nats-io/nats-server/v2@v2.15.2 builds it",
  args: (folder) => {
    const file = join(folder, "nats.conf");
    const storage = `store_dir: ${JSON.stringify(folder)}, sync_interval: always`;
    writeFileSync(file, `listen: "127.0.0.1:-1"\njetstream { ${storage} }\n`);
    return ["--config", file];
  },
  ready: /Listening for client connections on ([\d.]+:\d+)\n[^]*Server is ready/,
};

/** etcd on an empty folder; undefined, and a note, where it is not found. */
export const startEtcd = (run: Run): Promise<Foreign | undefined> => startForeign(etcd, run);

/** A NATS server with JetStream that syncs every write; undefined, and a note, where it is not found. */
export const startNats = (run: Run): Promise<Foreign | undefined> => startForeign(nats, run);

async function startForeign(
  { program, cure, args, ready }: ForeignProgram,
  run: Run,
): Promise<Foreign | undefined> {
  const file = foundProgram(program);
  if (file === undefined) {
    run.note(`${program} not found: ${cure}`);
    return undefined;
  }
  const folder = run.folder();
  const child = spawn(file, args(folder), {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, HOME: folder },
  });
  watch(child);
  const [, address] = await printed(child, ready);
  return {
    address: address!,
    usage: () => Promise.resolve(usageOf(child.pid!)),
    end: () => endChild(child),
  };
}

/** Ticks of /proc, which are of 10 ms on every Linux that Node runs on. */
const TICK_MICROSECONDS = 10_000;

function usageOf(pid: number): Usage {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // Counted from behind the name, which may hold spaces: user and system time are fields 14 and 15.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return { cpuMicroseconds: (Number(fields[11]) + Number(fields[12])) * TICK_MICROSECONDS };
}
