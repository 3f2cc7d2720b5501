// Places where no store can be, and a store that another server has: each start answers what is wrong, with
// exit code 3, and leaves nothing behind.
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { tokenOf } from "./harness/api.ts";
import { createHome, type Ended, type Home, root } from "./harness/home.ts";
import { type Caller, createCaller, judge, noAnswers, sound } from "./harness/load.ts";
import { startServerProcess, startSignedInServer } from "./harness/server.ts";
import { mayMount, mountSmallDisk } from "./harness/small-disk.ts";

let home: Home;
beforeEach(() => {
  home = createHome();
});
afterEach(() => home.close());

const serve = (path: string, ...more: readonly string[]): Promise<Ended> =>
  home.mesh(["server", "--listen", "127.0.0.1:0", "--store", `sqlite:${path}`, ...more]);

function refusal(...words: readonly string[]): object {
  const text = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("[^]*");
  return { status: 3, signal: null, stderr: expect.stringMatching(`^error: store = [^]*${text}`) };
}

describe("a place where no store can be", () => {
  const inProc = process.platform === "linux" ? test : test.skip;
  inProc.each(["/proc/meshwork/mesh.db", "/proc/meshwork/deep/down/mesh.db"])(
    "%s",
    async (path) => {
      expect(await serve(path)).toMatchObject(refusal("the folder /proc/meshwork cannot be made"));
    },
  );

  test("below a file", async () => {
    const file = join(home.folder, "file");
    writeFileSync(file, "");
    expect(await serve(join(file, "deep/mesh.db"))).toMatchObject(
      refusal(`the folder ${file}/deep cannot be made`, "ENOTDIR"),
    );
    expect(readFileSync(file, "utf8")).toBe("");
  });

  test("below a link that leads nowhere", async () => {
    const link = join(home.folder, "link");
    symlinkSync(join(home.folder, "nowhere"), link);
    expect(await serve(join(link, "mesh.db"))).toMatchObject(refusal(link, "EEXIST"));
  });

  test("a folder", async () => {
    const folder = join(home.folder, "data.db");
    mkdirSync(folder);
    expect(await serve(folder)).toMatchObject(
      refusal(`${folder} is a folder; name a file in it, such as ${folder}/mesh.db`),
    );
    expect(readdirSync(home.folder)).toEqual(["data.db"]);
  });

  test("something that is neither file nor folder", async () => {
    const pipe = join(home.folder, "pipe");
    expect(spawnSync("mkfifo", [pipe]).status).toBe(0);
    expect(await serve(pipe)).toMatchObject(refusal(`${pipe} is no ordinary file`));
    expect(readdirSync(home.folder)).toEqual(["pipe"]);
  });

  test("a file that is not a database", async () => {
    const file = join(home.folder, "notes.db");
    const content = "this is not a database\n".repeat(500);
    writeFileSync(file, content);
    for (const more of [[], ["--accept-older-store"]]) {
      expect(await serve(file, ...more)).toMatchObject(refusal(file, "file is not a database"));
      expect(readFileSync(file, "utf8")).toBe(content);
    }
  });

  test("folders that are missing are made, however deep, for their owner alone", async () => {
    const path = join(home.folder, "a/b/c/mesh.db");
    const { running } = await startServerProcess(home, 0, ["--store", `sqlite:${path}`]);
    await running.until(/meshadmin_\S+/);
    running.child.kill("SIGTERM");
    expect((await running.ended).status).toBe(0);
    for (const folder of ["a", "a/b", "a/b/c"])
      expect(statSync(join(home.folder, folder)).mode & 0o777).toBe(0o700);
  });

  // What root may do beyond a file's mode is taken from it.
  const asUser = process.getuid?.() === 0 ? ["setpriv", "--bounding-set=-dac_override"] : [];
  const [program, ...programArgs] = [...asUser, process.execPath];
  const heeded = spawnSync(program, [...programArgs, "--version"]).status === 0;
  const readOnly = heeded ? test : test.skip;
  const why = heeded
    ? ""
    : " (skipped: modes mean nothing to root, and setpriv is not allowed here)";

  readOnly(`a folder that may only be read${why}`, async () => {
    const folder = join(home.folder, "closed");
    mkdirSync(folder);
    chmodSync(folder, 0o500);
    const server = [join(root, "cli/bin/mesh.js"), "server", "--listen", "127.0.0.1:0"];
    const store = ["--store", `sqlite:${folder}/mesh.db`];
    const { ended } = home.spawn(program, [...programArgs, ...server, ...store]);
    expect(await ended).toMatchObject(refusal(folder, "EACCES: permission denied", folder));
    expect(readdirSync(folder)).toEqual([]);
  });

  const mounting = mayMount ? test : test.skip;
  const whyNot = mayMount ? "" : " (skipped: mounting is not allowed here)";
  mounting(`a disk without room for a new one${whyNot}`, async () => {
    const folder = join(home.folder, "disk");
    const disk = mountSmallDisk(folder, 32 * 1024 * 1024);
    try {
      expect(await serve(join(folder, "mesh.db"))).toMatchObject(
        refusal("no room for a new database", folder, "bytes free", "make room"),
      );
      disk.fillTo(0);
      expect(await serve(join(folder, "mesh.db"))).toMatchObject(
        refusal("no room for a new database", folder),
      );
      expect(readdirSync(folder).sort()).toEqual(["filler", "mesh.db.lock"]);
    } finally {
      disk.close();
    }
  });
});

test("a store that another server has: refused by its name, it goes on undisturbed; killed, it is taken over", async () => {
  const first = await startSignedInServer(home);
  const path = join(home.folder, "data/meshwork/server/mesh.db");
  const callers: Caller[] = [];
  const callerOf = (url: string): Caller => {
    const caller = createCaller(url, tokenOf(home));
    callers.push(caller);
    return caller;
  };
  try {
    const answers = noAnswers();
    const load = callerOf(first.url).load("held", answers);
    for (const more of [[], ["--accept-older-store"]]) {
      const before = answers.done.size;
      expect(await serve(path, ...more)).toMatchObject(
        refusal(path, `in use by process ${first.running.pid} on host`, "stop it first"),
      );
      expect(answers.done.size).toBeGreaterThan(before);
    }
    await load.stop();
    expect([...answers.refused, ...answers.unknown]).toEqual([]);

    const last = callerOf(first.url).load("last", answers);
    first.running.child.kill("SIGKILL");
    await first.running.ended;
    await last.stop();
    const second = await startServerProcess(home);
    expect(judge(answers, await callerOf(second.url).found())).toEqual(sound);
    expect(await serve(path)).toMatchObject(
      refusal(path, `in use by process ${second.running.pid} on host`),
    );
  } finally {
    for (const caller of callers) caller.close();
  }
}, 60_000);
