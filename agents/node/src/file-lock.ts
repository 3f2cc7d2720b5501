// A lock that one process holds on a file, however its holder ends.
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { systemCode } from "./system-error.ts";

export interface FileLock {
  release(): Promise<void>;
}

interface Holder {
  readonly processId: number;
  /** Tells two processes of the same id apart, where the system says when they began; else empty. */
  readonly begin: string;
}

const TRIES = 5;
const PAUSE_MAX_MS = 20;

/**
 * Takes the lock, or answers the id of the process that holds it. Everyone who wants it puts down a file
 * of its own beside the locked one and then looks for those of others, so that two can never both find
 * themselves alone. What a dead process left is removed. Processes have to be able to see each other: it
 * does not lock across machines, nor across containers with process ids of their own.
 */
export async function lockFile(path: string): Promise<FileLock | { readonly heldBy: number }> {
  const folder = dirname(path);
  const prefix = `${basename(path)}.lock-`;
  const own = join(folder, `${prefix}${randomBytes(6).toString("hex")}`);
  const me: Holder = { processId: process.pid, begin: beginOf(process.pid) ?? "" };
  for (let turn = 1; ; turn += 1) {
    await writeFile(own, JSON.stringify(me), { flag: "wx", mode: 0o600 });
    const heldBy = await otherHolder(folder, prefix, own);
    if (heldBy === undefined) return { release: () => rm(own, { force: true }) };
    await rm(own, { force: true });
    if (turn === TRIES) return { heldBy };
    // Two who came at the same time saw each other; they part by chance.
    await new Promise((resolve) => setTimeout(resolve, Math.random() * PAUSE_MAX_MS));
  }
}

async function otherHolder(
  folder: string,
  prefix: string,
  own: string,
): Promise<number | undefined> {
  for (const name of await readdir(folder)) {
    const other = join(folder, name);
    if (!name.startsWith(prefix) || other === own) continue;
    const holder = await holderOf(other);
    if (holder !== undefined && lives(holder)) return holder.processId;
    await rm(other, { force: true });
  }
  return undefined;
}

/**
 * Undefined when it went away meanwhile, or is not whole: left so by a crash, or its process is writing it
 * and will look for others, and find this one, after that.
 */
async function holderOf(file: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as Holder;
  } catch {
    return undefined;
  }
}

function lives({ processId, begin }: Holder): boolean {
  try {
    process.kill(processId, 0);
  } catch (error) {
    // Another user's process may not be signalled, but it is there.
    if (systemCode(error) !== "EPERM") return false;
  }
  const now = beginOf(processId);
  return now === undefined || begin === "" || now === begin;
}

/** When a process began, by the system's own count; `ended` when it is only still listed. */
function beginOf(processId: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${processId}/stat`, "latin1");
    // The name, in parentheses, may hold anything; after it come the state and 18 more before the start.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? "ended" : fields[19];
  } catch {
    return undefined;
  }
}
