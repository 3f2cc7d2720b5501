// `npm start` as a person meets it: work done right also when a worker dies, a clean end by Ctrl-C,
// nothing left after kill -9, and a second start that finds what the first one made.
import { createHash, randomBytes, randomInt } from "node:crypto";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { createHome, eventually, exists, type Home, root, type Running } from "./harness/home.ts";

const timeoutMs = 120_000;
let home: Home;

beforeEach(() => {
  home = createHome();
});
afterEach(() => home.close());

/** `npm start` under a pseudo-terminal; typing \x03 into it is Ctrl-C. */
function npmStart(args: readonly string[]): Running {
  // `exec`, since a shell that stays would end by the Ctrl-C itself, and its end is what is reported.
  const command = [
    "exec",
    "npm",
    "start",
    "--silent",
    "--",
    "--listen",
    "127.0.0.1:0",
    ...args,
  ].join(" ");
  return home.spawn(
    "script",
    ["--quiet", "--return", "--flush", "--command", command, "/dev/null"],
    { cwd: root },
  );
}

async function urlOf(demo: Running): Promise<string> {
  const [, url] = await demo.until(/listens on\s+(http:\/\/127\.0\.0\.1:\d+)/);
  return url!;
}

/** The process ids of the demo's agents, by name, once all are alive. */
async function agentPids(
  names: readonly string[] = ["manager", "w1", "w2"],
): Promise<Record<string, number>> {
  return eventually(async () => {
    const agents = (await home.json(["agents", "list"])) as {
      agentId: string;
      status: { liveness: string };
      runtime?: { processId: number };
    }[];
    const alive = agents.filter(({ status }) => status.liveness === "AGENT_LIVENESS_ALIVE");
    if (alive.length !== names.length) return undefined;
    return Object.fromEntries(alive.map(({ agentId, runtime }) => [agentId, runtime!.processId]));
  });
}

function portIsFree(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    socket.on("connect", () => {
      socket.destroy();
      resolve(false);
    });
    socket.on("error", () => resolve(true));
  });
}

/** A folder of random files: sizes, words, lines and bytes of all kinds. */
function randomFolder(files: number): string {
  const folder = join(home.folder, "work");
  for (let number = 0; number < files; number += 1) {
    const below = join(folder, `d${number % 7}`);
    mkdirSync(below, { recursive: true });
    const kind = number % 3;
    const size = kind === 0 ? randomInt(0, 50) : randomInt(0, 60_000);
    const bytes = randomBytes(size);
    // Bytes of every value; printable text with blanks; lines.
    const content =
      kind === 0
        ? bytes
        : kind === 1
          ? bytes.map((byte) => (byte % 8 === 0 ? 32 : 97 + (byte % 26)))
          : bytes.map((byte) => (byte % 40 === 0 ? 10 : byte % 128));
    writeFileSync(join(below, `file ${number}.txt`), content);
  }
  return folder;
}

test(
  "totals equal wc and sha256sum although a worker is killed in the middle",
  async () => {
    const folder = randomFolder(500);
    const report = join(home.folder, "report.jsonl");
    const demo = npmStart(["--folder", folder, "--report", report]);
    const [, victim] = await demo.until(/w2 +started as process (\d+)/);
    await demo.until(/file \d+\.txt +w2/);
    process.kill(Number(victim), "SIGKILL");
    const doneAtKill = demo
      .output()
      .split("\n")
      .filter((line) => /file \d+\.txt/.test(line)).length;
    await demo.until(/totals/, 90_000);
    // A kill after the last file would prove nothing.
    expect(doneAtKill).toBeLessThan(500);
    const verdict = home.spawn("python3", [join(root, "tests/verify-report.py"), folder, report]);
    expect(await verdict.ended).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^500 files agree/),
    });

    // The verdict itself is able to fail.
    const lines = readFileSync(report, "utf8").trimEnd().split("\n");
    writeFileSync(report, lines.slice(1).join("\n"));
    const worse = await home.spawn("python3", [
      join(root, "tests/verify-report.py"),
      folder,
      report,
    ]).ended;
    expect(worse).toMatchObject({ status: 1, stdout: expect.stringMatching(/^missing: /) });
  },
  timeoutMs,
);

test(
  "Ctrl-C: exit 0, port free, no process left; a second start finds the first one's data",
  async () => {
    const folder = randomFolder(5);
    const first = npmStart(["--folder", folder]);
    const url = await urlOf(first);
    await first.until(/totals/);
    const pids = await agentPids();
    const uids = await agentUids();
    const keys = await apiKeys();
    first.child.stdin!.write("\x03");
    expect((await first.ended).status).toBe(0);
    expect(await portIsFree(url)).toBe(true);
    for (const pid of Object.values(pids)) expect(exists(pid)).toBe(false);

    const second = npmStart(["--folder", folder]);
    await second.until(/totals/);
    await agentPids();
    expect(await agentUids()).toEqual(uids);
    expect(await apiKeys()).toEqual(keys);
    expect(statSync(join(home.folder, "config/meshwork/contexts.yaml")).mode & 0o777).toBe(0o600);

    // They work again when a file changes, and answer calls.
    const content = "changed on the way\n";
    writeFileSync(join(folder, "d0", "file 0.txt"), content);
    await second.until(new RegExp(createHash("sha256").update(content).digest("hex").slice(0, 12)));
    const call = await home.mesh(["call", "w1", "echo", "--data", "hello"]);
    expect(call).toMatchObject({ status: 0, stdout: expect.stringContaining("hello") });
    second.child.stdin!.write("\x03");
    expect((await second.ended).status).toBe(0);
  },
  timeoutMs,
);

test(
  "kill -9 of the server: no process of the demo is left",
  async () => {
    const demo = home.start([
      "dev",
      "--listen",
      "127.0.0.1:0",
      "--ephemeral",
      "--folder",
      randomFolder(3),
    ]);
    await urlOf(demo);
    const pids = await agentPids();
    expect(Object.keys(pids)).toHaveLength(3);
    demo.child.kill("SIGKILL");
    await demo.ended;
    await eventually(() => Object.values(pids).every((pid) => !exists(pid)), 10_000);
  },
  timeoutMs,
);

async function agentUids(): Promise<readonly string[]> {
  const agents = (await home.json(["agents", "list"])) as { agentId: string; uid: string }[];
  return agents.map(({ agentId, uid }) => `${agentId} ${uid}`);
}

async function apiKeys(): Promise<readonly string[]> {
  const keys = (await home.json(["api-keys", "list"])) as { keyId: string }[];
  return keys.map(({ keyId }) => keyId);
}
