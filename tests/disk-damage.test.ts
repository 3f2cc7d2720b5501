// A store whose files were torn, flipped or lost, as the next `mesh server` meets it: it has all that was
// acknowledged, or it is refused with the cure and left as it is.
// Replay: SEED=<seed> npm test -- tests/disk-damage
import { rmSync, truncateSync } from "node:fs";
import { randomInt } from "node:crypto";
import { join } from "node:path";
import { Code, ConnectError } from "@connectrpc/connect";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { tokenOf } from "./harness/api.ts";
import {
  checksums,
  copyStore,
  createReader,
  flipByte,
  randomOf,
  type Records,
  tear,
} from "./harness/damage.ts";
import { createHome, type Ended, type Home, type Running } from "./harness/home.ts";
import { startServerProcess, startSignedInServer } from "./harness/server.ts";

const seed = process.env["SEED"] ?? String(randomInt(2 ** 31));
const random = randomOf(seed);
process.stderr.write(`damage: SEED=${seed}\n`);

/** So many agents are in the database, then so many more in the log. */
const foldedCount = 40;
const loggedCount = 25;
/** Servers at one time. */
const atOnce = 2;

let home: Home;
let token: string;
/** What was acknowledged, with a cursor from when the log was empty and one from the end. */
let acknowledged: Records;
let cursors: readonly [string, string];
let copies = 0;

const names = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, number) => `${prefix}-${number}`);
const folded = names("folded", foldedCount);
const logged = names("logged", loggedCount);

beforeAll(async () => {
  home = createHome();
  const first = await startSignedInServer(home);
  token = tokenOf(home);
  let reader = createReader(first.url, token);
  await reader.provision(folded);
  reader.close();
  first.running.child.kill("SIGTERM");
  expect((await first.running.ended).status).toBe(0);
  const second = await startServerProcess(home);
  reader = createReader(second.url, token);
  const before = await reader.cursor();
  await reader.provision(logged);
  acknowledged = await reader.records();
  cursors = [before, await reader.cursor()];
  reader.close();
  second.running.child.kill("SIGKILL");
  await second.running.ended;
}, 60_000);
afterAll(() => home.close());

/** A damaged copy. */
interface Case {
  readonly folder: string;
  readonly database: string;
  /** What was done to it, for who reads a failure. */
  readonly what: string;
}

function damaged(damage: (database: string) => string): Case {
  const folder = join(home.folder, `copy-${copies++}`);
  copyStore(join(home.folder, "data/meshwork/server"), folder);
  const database = join(folder, "mesh.db");
  return { folder, database, what: `${damage(database)}, SEED=${seed}` };
}

/** Undefined where it is refused. */
async function start(database: string, ...more: string[]): Promise<Started> {
  const args = ["server", "--listen", "127.0.0.1:0", "--log-level", "warn", ...more];
  const running = home.start([...args, "--store", `sqlite:${database}`]);
  const ended = running.ended.then((end) => ({ end }));
  const found = await Promise.race([
    ended,
    running.until(/listening on (http:\S+),/).catch(() => ended),
  ]);
  return "end" in found ? found : { url: found[1]!, running };
}

type Started = { readonly end: Ended } | { readonly url: string; readonly running: Running };

/** Starts what has to start, and ends it when the work is done. */
async function within<T>(started: Started, work: (url: string) => Promise<T>): Promise<T> {
  if ("end" in started) throw new Error(`not started: ${started.end.stderr}`);
  try {
    return await work(started.url);
  } finally {
    started.running.child.kill("SIGKILL");
    await started.running.ended;
  }
}

async function reading<T>(
  url: string,
  work: (reader: ReturnType<typeof createReader>) => Promise<T>,
): Promise<T> {
  const reader = createReader(url, token);
  try {
    return await work(reader);
  } finally {
    reader.close();
  }
}

type Outcome = "whole" | "older" | "damaged";

/** Starts a server on it; fails unless nothing is missing, or it is refused as it should be. */
async function outcomeOf({ folder, database, what }: Case): Promise<Outcome> {
  const before = checksums(folder);
  const started = await start(database);
  if ("end" in started) {
    const { status, stderr } = started.end;
    expect({ what, status, stderr }).toEqual({ what, status: 3, stderr: expect.anything() });
    expect({ what, stderr }).toEqual({ what, stderr: expect.stringContaining(database) });
    expect({ what, files: checksums(folder) }).toEqual({ what, files: before });
    const older = stderr.includes("--accept-older-store");
    const tells = older
      ? /was acknowledged; bring back the newest copy|stamp/
      : /is damaged: .+ good copy/;
    expect({ what, stderr }).toEqual({ what, stderr: expect.stringMatching(tells) });
    return older ? "older" : "damaged";
  }
  await within(started, (url) =>
    reading(url, async (reader) => {
      expect({ what, records: await reader.records() }).toEqual({ what, records: acknowledged });
      const changes = await reader.changesAfter(cursors[0], loggedCount);
      expect({ what, changes }).toEqual({ what, changes: logged });
    }),
  );
  return "whole";
}

/** Takes it knowingly: what is there is as it was, old cursors are refused, the next start needs no leave. */
async function accept({ database, what }: Case): Promise<Records> {
  const known = await within(await start(database, "--accept-older-store"), (url) =>
    reading(url, async (reader) => {
      const records = await reader.records();
      expect({ what, ...acknowledged.agents }).toMatchObject({ what, ...records.agents });
      for (const cursor of cursors) {
        const refused = await reader
          .changesAfter(cursor, 1)
          .catch((error: unknown) => ConnectError.from(error));
        expect({ what, refused }).toMatchObject({ what, refused: { code: Code.OutOfRange } });
      }
      await reader.provision(["later"]);
      return records;
    }),
  );
  await within(await start(database), (url) =>
    reading(url, async (reader) => {
      expect({ what, ...(await reader.records()).agents }).toMatchObject({ what, ...known.agents });
    }),
  );
  return known;
}

/** Fails with the first that fails; answers how often each outcome came. */
async function outcomesOf(cases: readonly Case[]): Promise<Readonly<Record<Outcome, Case[]>>> {
  const outcomes: Record<Outcome, Case[]> = { whole: [], older: [], damaged: [] };
  const rest = [...cases];
  const work = async (): Promise<void> => {
    for (let next = rest.shift(); next !== undefined; next = rest.shift())
      outcomes[await outcomeOf(next)].push(next);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return outcomes;
}

const places = (count: number): number[] => Array.from({ length: count }, () => random());
const wal = (database: string): string => `${database}-wal`;

test("without damage it is whole", async () => {
  expect(Object.keys(acknowledged.agents)).toHaveLength(foldedCount + loggedCount);
  expect(await outcomeOf(damaged(() => "nothing"))).toBe("whole");
});

describe("at random places", () => {
  test("a byte of the database flipped", async () => {
    const cases = places(8).map((at) => damaged((file) => `database: ${flipByte(file, at)}`));
    const outcomes = await outcomesOf(cases);
    // nothing that was acknowledged after is gone: there is nothing to accept
    expect(outcomes.older).toEqual([]);
    expect(outcomes.damaged.length + outcomes.whole.length).toBe(cases.length);
    for (const each of outcomes.damaged.slice(0, 1)) {
      const taken = await start(each.database, "--accept-older-store");
      expect(taken).toMatchObject({ end: { status: 3 } });
    }
  }, 60_000);

  test("a byte of the log flipped: all behind it is lost, and missed", async () => {
    const cases = places(8).map((at) => damaged((file) => `log: ${flipByte(wal(file), at)}`));
    const outcomes = await outcomesOf(cases);
    expect(outcomes.damaged).toEqual([]);
    expect(outcomes.older.length).toBeGreaterThan(0);
    await accept(outcomes.older[0]!);
  }, 60_000);

  test("the end of the database torn off", async () => {
    const cases = places(4).map((at) => damaged((file) => `database: ${tear(file, at)}`));
    const outcomes = await outcomesOf(cases);
    expect(outcomes.older).toEqual([]);
    expect(outcomes.damaged.length).toBeGreaterThan(0);
  }, 60_000);

  test("the end of the log torn off", async () => {
    const cases = places(4).map((at) => damaged((file) => `log: ${tear(wal(file), at)}`));
    const outcomes = await outcomesOf(cases);
    expect(outcomes.older).toHaveLength(4);
  }, 60_000);
});

describe("lost altogether", () => {
  test("the log: refused; taken knowingly, it is as it was before the log", async () => {
    const without = damaged((file) => {
      rmSync(wal(file));
      return "no log";
    });
    expect(await outcomeOf(without)).toBe("older");
    expect(Object.keys((await accept(without)).agents).sort()).toEqual([...folded].sort());
  }, 60_000);

  test.each([
    ["the database", (file: string) => rmSync(file)],
    ["all of the database's bytes", (file: string) => truncateSync(file)],
    ["database and log", (file: string) => [file, wal(file)].forEach((each) => rmSync(each))],
  ])("%s: refused; taken knowingly, it begins anew", async (what, remove) => {
    const without = damaged((file) => {
      remove(file);
      return `without ${what}`;
    });
    expect(await outcomeOf(without)).toBe("older");
    const started = await start(without.database, "--accept-older-store");
    await within(started, async () => {
      if ("running" in started) await started.running.until(/meshadmin_\S+/);
    });
    await within(await start(without.database), () => Promise.resolve());
  });

  test("the stamp, or a part of it: refused; taken knowingly, nothing is missing", async () => {
    const cases = [0, random()].map((at) =>
      damaged((file) => `stamp: ${tear(`${file}.stamp`, at)}`),
    );
    expect((await outcomesOf(cases)).older).toHaveLength(2);
    expect((await accept(cases[0]!)).agents).toEqual(acknowledged.agents);
  }, 60_000);
});
