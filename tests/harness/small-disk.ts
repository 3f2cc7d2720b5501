// A small disk of its own, to be filled; and a process that may write only small files.
import { spawnSync } from "node:child_process";
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  statfsSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Home, root } from "./home.ts";
import type { ServerProcess } from "./server.ts";

/** A disk in memory. */
export interface SmallDisk {
  freeBytes(): number;
  /** Another's file takes room until only so much is free. */
  fillTo(freeBytes: number): void;
  /** That file goes. */
  empty(): void;
  close(): void;
}

const mebibyte = 1024 * 1024;

/** Whether this user may mount: containers often forbid it. */
export const mayMount = ((): boolean => {
  const folder = mkdtempSync(join(tmpdir(), "meshwork-mount-"));
  const mounted = spawnSync("mount", ["-t", "tmpfs", "none", folder]).status === 0;
  if (mounted) spawnSync("umount", ["-l", folder]);
  rmSync(folder, { recursive: true });
  return mounted;
})();

/** Mounts a disk at the folder, which is made. */
export function mountSmallDisk(folder: string, bytes: number): SmallDisk {
  mkdirSync(folder, { recursive: true });
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${bytes}`, "none", folder]);
  if (mounted.status !== 0) throw new Error(`mount ${folder}: ${String(mounted.stderr)}`);
  const filler = join(folder, "filler");
  const freeBytes = (): number => {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  };
  return {
    freeBytes,
    fillTo(wanted) {
      // most of it at once, so that a server has no time to look in between
      const most = freeBytes() - wanted - mebibyte;
      if (most > 0) {
        const offset = statSync(filler, { throwIfNoEntry: false })?.size ?? 0;
        spawnSync("fallocate", ["-o", String(offset), "-l", String(most), filler]);
      }
      const fd = openSync(filler, "a");
      try {
        for (let left = freeBytes() - wanted; left > 0; left = freeBytes() - wanted)
          writeSync(fd, Buffer.alloc(Math.min(left, mebibyte)));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
      } finally {
        closeSync(fd);
      }
    },
    empty: () => rmSync(filler, { force: true }),
    close: () => void spawnSync("umount", ["-l", folder]),
  };
}

/** Starts `mesh server` on a free port; no file that it writes may grow beyond `fileBytesMax`. */
export async function startLimitedServer(home: Home, fileBytesMax: number): Promise<ServerProcess> {
  const server = [join(root, "cli/bin/mesh.js"), "server", "--listen", "127.0.0.1:0"];
  const limit = `ulimit -f ${Math.floor(fileBytesMax / 1024)}; exec "$0" "$@"`;
  const running = home.spawn("bash", ["-c", limit, process.execPath, ...server]);
  const [, url] = await running.until(/listening on (http:\S+),/);
  return { url: url!, running };
}
