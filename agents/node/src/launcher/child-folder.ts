// What a launcher keeps of one child: a folder of mode 0700 with files of mode 0600.
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import type { ProcessIdentity } from "./process-identity.ts";

/** What outlives the launcher of a child. */
export interface KeptChild {
  readonly agentId: string;
  readonly agentUid: string;
  readonly template: string;
  readonly restarts: number;
  /** The process, if there is one. */
  readonly process?: ProcessIdentity;
}

export interface ChildFolder {
  readonly path: string;
  /** Where the child keeps its credential. */
  readonly credentialFile: string;
  readonly joinTokenFile: string;
  /** What the child has printed; rotated to the same name with `.1`. */
  readonly outputFile: string;
  /** Whether the child can come in by what it has. */
  hasCredential(): boolean;
  saveJoinToken(token: string): void;
  /** On disk when it returns. */
  save(kept: KeptChild): void;
}

const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;
const UID_PATTERN = /^[A-Za-z0-9-]{1,36}$/;

const keptSchema = v.object({
  agentId: v.string(),
  agentUid: v.pipe(v.string(), v.regex(UID_PATTERN)),
  template: v.string(),
  restarts: v.number(),
  process: v.optional(
    v.object({ pid: v.pipe(v.number(), v.minValue(2)), startTime: v.string(), bootId: v.string() }),
  ),
});

/** Whether a uid may become part of a path here. */
export function isAgentUid(agentUid: string): boolean {
  return UID_PATTERN.test(agentUid);
}

/** Makes the child's folder if need be. */
export function openChildFolder(stateFolder: string, agentUid: string): ChildFolder {
  const path = join(stateFolder, "children", agentUid);
  mkdirSync(path, { recursive: true, mode: FOLDER_MODE });
  const credentialFile = join(path, "credential.json");
  const joinTokenFile = join(path, "join-token");
  return {
    path,
    credentialFile,
    joinTokenFile,
    outputFile: join(path, "output.log"),
    hasCredential: () => isWhole(credentialFile),
    saveJoinToken: (token) => replace(joinTokenFile, `${token}\n`),
    save: (kept) => replace(join(path, "child.json"), `${JSON.stringify(kept)}\n`),
  };
}

/** Removes all that is kept of a child; its output may still be written to meanwhile. */
export function removeChildFolder(stateFolder: string, agentUid: string): void {
  const path = join(stateFolder, "children", agentUid);
  rmSync(path, { recursive: true, force: true, maxRetries: 3, retryDelay: 20 });
}

/** What earlier launchers kept here; `damaged` names files that cannot be read. */
export function keptChildren(stateFolder: string): {
  readonly kept: readonly KeptChild[];
  readonly damaged: readonly string[];
} {
  const folder = join(stateFolder, "children");
  mkdirSync(folder, { recursive: true, mode: FOLDER_MODE });
  const kept: KeptChild[] = [];
  const damaged: string[] = [];
  for (const name of readdirSync(folder)) {
    const file = join(folder, name, "child.json");
    const text = textOf(file);
    if (text === undefined) continue;
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), keptSchema), text);
    if (!parsed.success || parsed.output.agentUid !== name) damaged.push(file);
    else kept.push(parsed.output as KeptChild);
  }
  return { kept, damaged };
}

/** A credential of ours without an identity is of a join that was cut short; others' are taken as whole. */
function isWhole(credentialFile: string): boolean {
  const text = textOf(credentialFile);
  if (text === undefined || text.trim() === "") return false;
  try {
    const credential = JSON.parse(text) as { privateKey?: unknown; identity?: unknown };
    return credential.privateKey === undefined || credential.identity !== undefined;
  } catch {
    return true;
  }
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

function replace(path: string, text: string): void {
  const temporary = `${path}.new`;
  const file = openSync(temporary, "w", FILE_MODE);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
}
