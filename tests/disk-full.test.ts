// A disk that fills up under a running server, as its callers meet it: what was answered OK is there
// after SIGKILL and a new start, what was refused is not, and reads go on.
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { tokenOf } from "./harness/api.ts";
import { createHome, eventually, type Home } from "./harness/home.ts";
import {
  type Answers,
  type Caller,
  createCaller,
  judge,
  noAnswers,
  sound,
} from "./harness/load.ts";
import { type ServerProcess, startServerProcess, startSignedInServer } from "./harness/server.ts";
import {
  mayMount,
  mountSmallDisk,
  type SmallDisk,
  startLimitedServer,
} from "./harness/small-disk.ts";

const mebibyte = 1024 * 1024;
/** What the server keeps free. */
const keptFreeBytes = 64 * mebibyte;
const exhausted = "ResourceExhausted STORE_FULL";

let home: Home;
let callers: Caller[];
beforeEach(() => {
  home = createHome();
  callers = [];
});
afterEach(async () => {
  for (const caller of callers) caller.close();
  await home.close();
});

function callerOf(server: ServerProcess): Caller {
  const caller = createCaller(server.url, tokenOf(home));
  callers.push(caller);
  return caller;
}

async function kill(server: ServerProcess): Promise<void> {
  server.running.child.kill("SIGKILL");
  await server.running.ended;
}

const lives = ({ running }: ServerProcess): boolean =>
  running.child.exitCode === null && running.child.signalCode === null;

/** Waits until so many more calls have ended in this way. */
async function more(count: number, outcomes: () => number): Promise<void> {
  const before = outcomes();
  await eventually(() => outcomes() >= before + count);
}

test("the judge finds what is lost, changed, risen and strange", () => {
  const answers: Answers = {
    done: new Map([
      ["kept", "1"],
      ["lost", "2"],
      ["another", "3"],
      ["torn", "4"],
    ]),
    refused: new Map([["risen", exhausted]]),
    unknown: new Set(["perhaps"]),
  };
  const whole = { textLength: 30_000 };
  const found = new Map([
    ["kept", { uid: "1", ...whole }],
    ["another", { uid: "7", ...whole }],
    ["torn", { uid: "4", textLength: 29_999 }],
    ["risen", { uid: "5", ...whole }],
    ["perhaps", { uid: "6", ...whole }],
    ["strange", { uid: "8", ...whole }],
  ]);
  expect(judge(answers, found)).toEqual({
    lost: ["lost", "another", "torn"],
    risen: ["risen"],
    strange: ["strange"],
  });
});

const mounting = mayMount ? test : test.skip;
const which = mayMount
  ? "(a mounted disk of 96 MiB)"
  : "(skipped: mounting is not allowed here; what a process that may write only small files does is shown below)";
process.stderr.write(`full disk: ${which}\n`);

describe(`a disk that is full ${which}`, () => {
  let disk: SmallDisk;
  beforeEach(() => {
    if (mayMount) disk = mountSmallDisk(join(home.folder, "data"), 96 * mebibyte);
  });
  afterEach(() => {
    if (mayMount) disk.close();
  });

  mounting(
    "by the server's own load: refused while there is room, reads go on, writes resume with room",
    async () => {
      const server = await startSignedInServer(home);
      const caller = callerOf(server);
      const answers = noAnswers();
      disk.fillTo(keptFreeBytes + 4 * mebibyte);

      const load = caller.load("full", answers);
      await eventually(() => answers.refused.size >= 20);
      expect(disk.freeBytes()).toBeGreaterThan(keptFreeBytes * 0.75);
      expect(answers.done.size).toBeGreaterThan(5);
      expect(new Set(answers.refused.values())).toEqual(new Set([exhausted]));
      expect(answers.unknown).toEqual(new Set());
      // under the load that goes on
      expect(judge(answers, await caller.found())).toEqual(sound);
      const told = await home.mesh(["agents", "provision", "by-hand"]);
      expect(told).toMatchObject({
        status: 9,
        stderr: expect.stringContaining("free space on the server's disk"),
      });
      expect(lives(server)).toBe(true);

      disk.empty();
      await more(20, () => answers.done.size);
      await load.stop();
      const [again] = answers.refused.keys();
      answers.refused.delete(again!);
      await caller.provision(again!, answers);
      expect(answers.done.has(again!)).toBe(true);

      // a start that finds the disk below what is kept free
      disk.fillTo(keptFreeBytes - mebibyte);
      await kill(server);
      const restarted = await startServerProcess(home);
      const after = callerOf(restarted);
      const found = await after.found();
      expect(judge(answers, found)).toEqual(sound);
      expect(found.size).toBe(answers.done.size);
      await after.provision("late", answers);
      expect(answers.refused.get("late")).toBe(exhausted);
      // and ends as it should
      restarted.running.child.kill("SIGTERM");
      expect((await restarted.running.ended).status).toBe(0);
    },
    60_000,
  );

  mounting(
    "by another's file, in the middle of writes, to the last byte",
    async () => {
      const server = await startSignedInServer(home);
      const caller = callerOf(server);
      const answers = noAnswers();
      const load = caller.load("taken", answers);
      const rounds = 5;
      for (let round = 0; round < rounds && lives(server); round++) {
        // so that what follows is quick: the server looks how much is free every 100 ms
        disk.fillTo(keptFreeBytes + 8 * mebibyte);
        await more(10, () => answers.done.size);
        const before = answers.refused.size + answers.unknown.size;
        disk.fillTo(0);
        await eventually(() => answers.refused.size + answers.unknown.size >= before + 10);
        // reads go on as long as it lives
        if (lives(server)) expect((await caller.found()).size).toBeGreaterThan(0);
        if (round < rounds - 1) disk.empty();
      }
      expect(disk.freeBytes()).toBe(0);
      await load.stop();
      if (lives(server)) await kill(server);
      else expect(await lastLineOf(server)).toContain("the store failed; ending");

      // on the full disk a start either reads all, or says what it lacks
      const full = await fullStart();
      if (full !== undefined) {
        expect(judge(answers, await callerOf(full).found())).toEqual(sound);
        await kill(full);
      }
      disk.empty();
      const restarted = await startServerProcess(home);
      const after = callerOf(restarted);
      expect(judge(answers, await after.found())).toEqual(sound);
      await after.provision("resumed", answers);
      expect(answers.done.has("resumed")).toBe(true);
    },
    60_000,
  );

  /** Undefined where it is refused, with exit code 3 and the database. */
  async function fullStart(): Promise<ServerProcess | undefined> {
    const running = home.start(["server", "--listen", "127.0.0.1:0", "--log-level", "warn"]);
    const listening = await running.until(/listening on (http:\S+),/).catch(() => undefined);
    if (listening !== undefined) return { url: listening[1]!, running };
    const { status, stderr } = await running.ended;
    expect({ status, stderr }).toEqual({
      status: 3,
      stderr: expect.stringContaining(join(home.folder, "data/meshwork/server/mesh.db")),
    });
    return undefined;
  }
});

test("a file that may not grow, in the middle of a commit: ends with a last word, nothing acknowledged is lost", async () => {
  await kill(await startSignedInServer(home));
  const server = await startLimitedServer(home, 6 * mebibyte);
  const caller = callerOf(server);
  const answers = noAnswers();
  const load = caller.load("limited", answers);
  const ended = await server.running.ended;
  await load.stop();
  expect(ended.status).toBe(1);
  expect(await lastLineOf(server)).toContain("the store failed; ending");
  expect(answers.done.size).toBeGreaterThan(5);
  // those that were waiting, then those that found nobody
  expect(answers.unknown.size).toBeGreaterThan(0);

  const restarted = await startServerProcess(home);
  const found = await callerOf(restarted).found();
  expect(judge(answers, found)).toEqual(sound);
  expect(found.size).toBeLessThanOrEqual(answers.done.size + answers.unknown.size);
}, 60_000);

/** Of one that has ended, not with 0. */
async function lastLineOf({ running }: ServerProcess): Promise<string> {
  expect((await running.ended).status).not.toBe(0);
  return running.output().trimEnd().split("\n").at(-1)!;
}
