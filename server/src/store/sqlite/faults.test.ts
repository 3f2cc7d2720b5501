// What only real processes show: a killed one loses nothing acknowledged, a second one is refused,
// no answer comes before its sync, and a disk that fails is not taken for one that works.
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { PAGE_RECORDS_MAX, put, type Store } from "../store.ts";
import { refusal } from "../suite/harness.ts";
import { acknowledged, type LoopProcess, startLoop } from "./faults/child.ts";
import { type CommitLoop, FATAL_EXIT_CODE, looped } from "./faults/commit-loop.ts";
import { checkSyncTrace } from "./faults/sync-trace.ts";
import { openSqliteStore, type SqliteStoreOptions } from "./sqlite.ts";

let folder: string;
let path: string;
const started: LoopProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "store-faults-"));
  path = join(folder, "mesh.db");
});

afterEach(async () => {
  for (const child of started.splice(0)) {
    child.process.kill("SIGKILL");
    await child.ended;
  }
  rmSync(folder, { recursive: true });
});

const open = (more: Partial<SqliteStoreOptions> = {}): Promise<Store> =>
  openSqliteStore({ path, kinds: [looped], ...more });

function loop(more: Partial<CommitLoop>, wrap?: readonly string[]): LoopProcess {
  const child = startLoop({ path, run: "r", writers: 8, commits: 1e9, bytes: 300, ...more }, wrap);
  started.push(child);
  return child;
}

async function missing(store: Store, ids: readonly string[]): Promise<string[]> {
  const lost: string[] = [];
  for (let i = 0; i < ids.length; i += PAGE_RECORDS_MAX) {
    const some = ids.slice(i, i + PAGE_RECORDS_MAX);
    const found = await store.getMany(looped, some);
    lost.push(...some.filter((_, index) => found[index] === undefined));
  }
  return lost;
}

describe("one process", () => {
  test("a second one is refused by pid and host of the first; what a killed one leaves is taken over", async () => {
    const holder = loop({ writers: 1 });
    await holder.printed("acknowledged", 1);
    const { code, message } = await refusal(open());
    expect(code).toBe("UNAVAILABLE");
    expect(message).toContain(path);
    expect(message).toContain(`process ${holder.process.pid!} on host ${hostname()}`);
    holder.process.kill("SIGKILL");
    expect(await holder.ended).toBe("SIGKILL");
    await (await open()).close();
  });

  test("a second store in the same process is refused too, and does not break the first one's lock", async () => {
    const store = await open();
    expect((await refusal(open())).code).toBe("UNAVAILABLE");
    const child = loop({ writers: 1 });
    expect(await child.ended).toBe(1);
    expect(child.lines).toEqual([
      expect.stringMatching(/^refused UNAVAILABLE: .* in use by process/),
    ]);
    await store.close();
    const again = await open();
    await again.close();
  });

  test("ends by itself once the store is closed", async () => {
    const child = loop({ writers: 3, commits: 5 });
    expect(await child.ended).toBe(0);
    expect(child.lines.at(-1)).toBe("closed");
    expect(acknowledged(child.lines)).toHaveLength(15);
  });
});

describe("SIGKILL", () => {
  test("loses nothing acknowledged, round after round", async () => {
    const ids: string[] = [];
    for (const run of ["a", "b", "c", "d"]) {
      const child = loop({ run, writers: 32 });
      await child.printed("acknowledged", 1500);
      child.process.kill("SIGKILL");
      await child.ended;
      ids.push(...acknowledged(child.lines));
      expect(existsSync(`${path}-wal`)).toBe(true);
    }
    const store = await open();
    expect(await missing(store, ids)).toEqual([]);
    // the check itself can fail
    expect(await missing(store, [ids[0]!, "never"])).toEqual(["never"]);
    await store.close();
  });

  test("after a byte of the log flipped, the loss is noticed and nothing is touched", async () => {
    const child = loop({ writers: 1, commits: 1e9 });
    await child.printed("acknowledged", 50);
    child.process.kill("SIGKILL");
    await child.ended;
    const wal = readFileSync(`${path}-wal`);
    const middle = Math.floor(wal.length / 2);
    wal[middle] = wal[middle]! ^ 1;
    writeFileSync(`${path}-wal`, wal);
    const database = readFileSync(path);
    const { code, message } = await refusal(open());
    expect(code).toBe("INVALID");
    expect(message).toMatch(
      /is at revision \d+, but revision \d+ was acknowledged.*--accept-older-store/,
    );
    expect(readFileSync(`${path}-wal`).equals(wal)).toBe(true);
    expect(readFileSync(path).equals(database)).toBe(true);
  });
});

describe("no answer before its sync", () => {
  const works = spawnSync("strace", ["-f", "-e", "trace=fsync", "true"]).status === 0;
  const traced = works ? test : test.skip;
  const why = works ? "" : " (skipped: strace is missing or not allowed here)";

  async function trace(synchronous: "FULL" | "OFF") {
    const output = join(folder, "trace");
    const calls = "trace=write,writev,pwrite64,pwritev,pwritev2,fsync,fdatasync";
    const strace = ["strace", "-f", "-y", "-s", "64", "-e", calls, "-o", output];
    const child = loop({ writers: 1, commits: 40, options: { synchronous } }, strace);
    expect(await child.ended).toBe(0);
    return checkSyncTrace(readFileSync(output, "utf8"));
  }

  traced(
    `by a trace of system calls${why}`,
    async () => {
      expect(await trace("FULL")).toEqual({ acknowledged: 40, violations: [] });
    },
    30_000,
  );

  traced(
    `the trace shows it when the sync is left out${why}`,
    async () => {
      const { acknowledged: count, violations } = await trace("OFF");
      expect(count).toBe(40);
      expect(violations).toHaveLength(40);
      expect(violations[0]).toContain("no sync of the log");
    },
    30_000,
  );

  test("the checker finds an early answer, a late sync and an early stamp", () => {
    const wal = '7 pwrite64(9</d/mesh.db-wal>, "x", 1, 0) = 1';
    const sync = "7 fdatasync(9</d/mesh.db-wal>) = 0";
    const stamp = '7 pwrite64(8</d/mesh.db.stamp>, "x", 1, 0) = 1';
    const answer = '5 write(1<pipe:[1]>, "acknowledged a\\n", 15) = 15';
    const begun = "7 fdatasync(9</d/mesh.db-wal> <unfinished ...>";
    const done = "7 <... fdatasync resumed>) = 0";
    const check = (...lines: string[]) => checkSyncTrace(lines.join("\n")).violations;
    expect(check(wal, sync, stamp, answer)).toEqual([]);
    expect(check(wal, begun, done, stamp, answer)).toEqual([]);
    expect(check(wal, stamp, answer, sync)).toHaveLength(1);
    expect(check(wal, begun, answer, done)).toHaveLength(1);
    expect(check(sync, wal, stamp, answer)).toHaveLength(1);
    expect(check(wal, stamp, sync, answer)).toHaveLength(1);
    expect(check(wal, sync, answer, stamp)).toHaveLength(1);
    expect(check(wal, sync, stamp, answer, answer)).toHaveLength(1);
  });
});

describe("a disk that fails", () => {
  test("in the middle of a COMMIT: unknown outcome, the process ends, what was acknowledged is there", async () => {
    // the limit on file size makes writes fail as a broken disk does; 4 MiB, in units of 1 KiB
    const child = loop({ bytes: 20_000 }, ["bash", "-c", 'ulimit -f 4096; exec "$0" "$@"']);
    expect(await child.ended).toBe(FATAL_EXIT_CODE);
    expect(child.lines).toContain("fatal UNKNOWN_OUTCOME");
    const refused = child.lines.filter((line) => line.startsWith("refused "));
    expect(refused).toContain("refused UNKNOWN_OUTCOME");
    const ids = acknowledged(child.lines);
    expect(ids.length).toBeGreaterThan(10);
    const store = await open();
    expect(await missing(store, ids)).toEqual([]);
    await store.close();
  });

  const mounted =
    spawnSync("unshare", ["-m", "mount", "-t", "tmpfs", "none", tmpdir()]).status === 0;
  const whyNot = mounted ? "" : " (skipped: mounting is not allowed here)";
  const mounting = mounted ? test : test.skip;
  mounting(`that is full: EXHAUSTED, nothing of it written, reads go on${whyNot}`, async () => {
    const disk = join(folder, "disk");
    mkdirSync(disk);
    expect(spawnSync("mount", ["-t", "tmpfs", "-o", "size=24m", "none", disk]).status).toBe(0);
    const openThere = () => open({ path: join(disk, "mesh.db"), freeBytesMin: 0 });
    const text = "x".repeat(500_000);
    const write = (to: Store, id: string) =>
      to.commit({ writeId: id, changes: [put(looped, id, { text }, "absent")] });
    try {
      const filler = join(disk, "filler");
      writeFileSync(filler, new Uint8Array(16 * 1024 * 1024));
      const store = await openThere();
      const ids: string[] = [];
      const { code } = await refusal(async () => {
        for (let i = 0; i < 100; i++) {
          await write(store, `f${i}`);
          ids.push(`f${i}`);
        }
      });
      expect(code).toBe("EXHAUSTED");
      expect(ids.length).toBeGreaterThan(3);
      const refused = `f${ids.length}`;
      expect(await missing(store, [...ids, refused])).toEqual([refused]);
      await store.close();
      // also when it is opened on the full disk
      const again = await openThere();
      expect(await missing(again, [...ids, refused])).toEqual([refused]);
      expect((await refusal(write(again, refused))).code).toBe("EXHAUSTED");
      rmSync(filler);
      expect((await write(again, refused)).versions).toEqual([1]);
      await again.close();
      const last = await openThere();
      expect(await missing(last, [...ids, refused])).toEqual([]);
      await last.close();
    } finally {
      spawnSync("umount", ["-l", disk]);
    }
  });

  test("with less room than is kept free: writes are refused, reads and erasing go on", async () => {
    const mail = { name: "mail", watched: false, schema: 1, delete: "erase" } as const;
    const before = await open({ kinds: [looped, mail] });
    await before.commit({ writeId: "w", changes: [put(mail, "m", { a: 1 }, "absent")] });
    await before.close();
    const store = await open({ kinds: [looped, mail], freeBytesMin: Number.MAX_SAFE_INTEGER });
    const refused = await refusal(
      store.commit({ writeId: "w", changes: [put(looped, "a", { text: "" }, "absent")] }),
    );
    expect(refused).toMatchObject({ code: "EXHAUSTED", message: expect.stringContaining(folder) });
    expect(await store.get(mail, "m")).toBeDefined();
    expect(await store.eraseMany(mail, ["m"])).toBe(1);
    expect(await store.get(mail, "m")).toBeUndefined();
    await store.close();
  });
});

describe("files", () => {
  test("belong to their owner alone", async () => {
    const deep = join(folder, "data", "mesh.db");
    const store = await open({ path: deep });
    await store.commit({ writeId: "w", changes: [put(looped, "a", { text: "" }, "absent")] });
    expect(statSync(join(folder, "data")).mode & 0o777).toBe(0o700);
    for (const suffix of ["", "-wal", "-shm", ".stamp", ".lock", ".owner"]) {
      expect([suffix, statSync(deep + suffix).mode & 0o777]).toEqual([suffix, 0o600]);
    }
    await store.close();
  });

  test("a copy made while it was closed opens with all of it", async () => {
    const store = await open();
    await store.commit({ writeId: "w", changes: [put(looped, "a", { text: "" }, "absent")] });
    await store.close();
    expect(existsSync(`${path}-wal`)).toBe(false);
    const copy = join(folder, "copy.db");
    copyFileSync(path, copy);
    copyFileSync(`${path}.stamp`, `${copy}.stamp`);
    const again = await open({ path: copy });
    expect(await again.get(looped, "a")).toBeDefined();
    await again.close();
  });
});
