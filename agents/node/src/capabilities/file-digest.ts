import { createHash } from "node:crypto";
import { constants, realpathSync } from "node:fs";
import { open, realpath } from "node:fs/promises";
import { isAbsolute, relative, resolve, sep } from "node:path";
import { Code } from "@connectrpc/connect";
import { AgentError, type CapabilityHandler } from "@meshwork/agents-core";
import * as v from "valibot";
import { systemCode } from "../system-error.ts";

/** What is known of a file: as `LC_ALL=C wc` counts, and the SHA-256 in hexadecimal. */
export type FileDigest = Readonly<{
  path: string;
  lines: number;
  words: number;
  bytes: number;
  sha256: string;
}>;

const CHUNK_BYTES = 256 * 1024;
const PATH_CHARACTERS_MAX = 4096;

const requestSchema = v.strictObject({
  root: v.optional(v.string()),
  path: v.pipe(
    v.string(),
    v.minLength(1),
    v.maxLength(PATH_CHARACTERS_MAX),
    v.check((path) => !path.includes("\0")),
  ),
});

/**
 * Makes the capability `file.digest`: `{ root?, path }` to a FileDigest. `roots` are the folders that it
 * may look into; a call names one of them as it is written here; else it means the one that an
 * absolute path lies in, or the first. A path is relative to its root, or absolute within it. Whatever leads outside, by `..` or by links, is answered
 * PERMISSION_DENIED, whether it exists or not. Throws TypeError for no roots, and the system's error for
 * one that does not exist.
 */
export function createFileDigest({
  roots,
}: {
  readonly roots: readonly string[];
}): CapabilityHandler {
  const [first] = roots;
  if (first === undefined)
    throw new TypeError("file.digest has no roots: name at least one folder");
  const folders = new Map(roots.map((root) => [root, realpathSync(root)]));
  const rootOf = (path: string): string =>
    roots.find((root) => isAbsolute(path) && isInside(resolve(root), resolve(path))) ?? first;

  return async (call) => {
    const request = v.safeParse(requestSchema, call.json());
    if (!request.success)
      throw new AgentError(
        Code.InvalidArgument,
        "the argument has to be {root?, path}, with a path of 1 to 4,096 characters",
      );
    const { path, root = rootOf(path) } = request.output;
    const folder = folders.get(root);
    if (folder === undefined)
      throw new AgentError(
        Code.PermissionDenied,
        `root ${JSON.stringify(root)} is not open to calls: use ${roots.map((name) => JSON.stringify(name)).join(" or ")}`,
      );
    return { path, ...(await digest(await within(folder, root, path), path, call.signal)) };
  };
}

/** The real path of a file below a folder. */
async function within(folder: string, root: string, path: string): Promise<string> {
  const base = resolve(root);
  const wanted = isAbsolute(path) ? path : resolve(base, path);
  // By its spelling first, so that what lies outside does not even tell whether it exists.
  if (!isInside(base, resolve(wanted)) && !isInside(folder, resolve(wanted)))
    throw outside(root, path);
  let real: string;
  try {
    real = await realpath(wanted);
  } catch (error) {
    throw fileError(error, path);
  }
  if (!isInside(folder, real)) throw outside(root, path);
  return real;
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

async function digest(
  real: string,
  path: string,
  signal: AbortSignal,
): Promise<Omit<FileDigest, "path">> {
  // No link may have slipped in since the path was resolved, and a pipe must not hold the call up.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(real, flags).catch((error: unknown) => {
    throw fileError(error, path);
  });
  try {
    if (!(await file.stat()).isFile())
      throw new AgentError(Code.InvalidArgument, `${JSON.stringify(path)} is not a regular file`);
    const hash = createHash("sha256");
    const counter = createWordCounter();
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    for (;;) {
      signal.throwIfAborted();
      const { bytesRead } = await file.read(buffer, 0, CHUNK_BYTES);
      if (bytesRead === 0) break;
      const chunk = buffer.subarray(0, bytesRead);
      hash.update(chunk);
      counter.add(chunk);
    }
    return { ...counter.counts(), sha256: hash.digest("hex") };
  } finally {
    await file.close();
  }
}

const SPACE = 1;
const PRINTABLE = 2;
const NEWLINE = 0x0a;
// In the C locale: isspace() ends a word, a printable character begins one, the rest does neither.
const classes = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte === 0x20 || (byte >= 0x09 && byte <= 0x0d)) return SPACE;
  return byte > 0x20 && byte < 0x7f ? PRINTABLE : 0;
});

/** Counts as GNU `wc` does in the C locale (coreutils up to 9.4; later ones let any byte begin a word). */
export function createWordCounter(): {
  add(chunk: Uint8Array): void;
  counts(): { lines: number; words: number; bytes: number };
} {
  let lines = 0;
  let words = 0;
  let bytes = 0;
  let inWord = false;
  return {
    add: (chunk) => {
      bytes += chunk.length;
      for (const byte of chunk) {
        const kind = classes[byte];
        if (kind === PRINTABLE) {
          if (!inWord) words += 1;
          inWord = true;
        } else if (kind === SPACE) {
          if (byte === NEWLINE) lines += 1;
          inWord = false;
        }
      }
    },
    counts: () => ({ lines, words, bytes }),
  };
}

function outside(root: string, path: string): AgentError {
  return new AgentError(
    Code.PermissionDenied,
    `${JSON.stringify(path)} lies outside root ${JSON.stringify(root)}`,
  );
}

function fileError(error: unknown, path: string): AgentError {
  const shown = JSON.stringify(path);
  const code = systemCode(error);
  if (code === "ENOENT" || code === "ENOTDIR")
    return new AgentError(Code.NotFound, `there is no file ${shown}`);
  if (code === "EACCES" || code === "EPERM" || code === "ELOOP")
    return new AgentError(Code.PermissionDenied, `file ${shown} may not be read by this agent`);
  return new AgentError(Code.Unknown, `file ${shown} cannot be read (${code || String(error)})`, {
    cause: error,
  });
}
