// The stamp: a small file beside the database that holds the newest revision. SQLite drops the end of
// a damaged write-ahead log without a word; the stamp is how we notice, and an old copy likewise.
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { crc32 } from "node:zlib";

export interface Stamp {
  readonly epoch: string;
  readonly rev: number;
}

export function stampPath(databasePath: string): string {
  return `${databasePath}.stamp`;
}

/**
 * Undefined where there is none, or only an empty file, as is left of a first start that found no room;
 * "unreadable" where its checksum is wrong.
 */
export function readStamp(databasePath: string): Stamp | "unreadable" | undefined {
  const path = stampPath(databasePath);
  if (!existsSync(path) || statSync(path).size === 0) return undefined;
  const match = /^(meshwork-stamp ([0-9a-f]{16}) (\d{16})) ([0-9a-f]{8})\n$/.exec(
    readFileSync(path, "latin1"),
  );
  const [, text = "", epoch = "", rev, sum] = match ?? [];
  return checksum(text) === sum ? { epoch, rev: Number(rev) } : "unreadable";
}

export interface StampWriter {
  /** Hands the stamp to the system, so that it survives this process. */
  write(rev: number): void;
  /** Makes what was written survive the machine too. */
  sync(): void;
  close(): void;
}

/** Creates the file, synced, with revision `rev`. */
export function openStamp(databasePath: string, epoch: string, rev: number): StampWriter {
  const path = stampPath(databasePath);
  // not truncated: the old stamp stays whole until the new one, of the same length, lies over it
  const fd = openSync(path, existsSync(path) ? "r+" : "w", 0o600);
  const write = (revision: number) => {
    const text = `meshwork-stamp ${epoch} ${String(revision).padStart(16, "0")}`;
    writeSync(fd, Buffer.from(`${text} ${checksum(text)}\n`, "latin1"), 0, undefined, 0);
  };
  write(rev);
  fsyncSync(fd);
  const folder = openSync(dirname(path), "r");
  fsyncSync(folder);
  closeSync(folder);
  return {
    write,
    sync: () => {
      fsyncSync(fd);
    },
    close: () => {
      closeSync(fd);
    },
  };
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, "0");
}
