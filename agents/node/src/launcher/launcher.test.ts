// A launcher keeps what the mesh wants and what runs equal, with real processes.
import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "@jest/globals";
import { createFakeClock } from "@meshwork/server/testing/fake-clock";
import {
  childOf,
  cleanUpLaunchers,
  endingOf,
  launchFolder,
  openLauncher,
  runs,
  until,
} from "../testing/launch-world.ts";
import { OUTPUT_BYTES_MAX } from "./child-process.ts";
import { GATE } from "./shell-texts.ts";

afterEach(cleanUpLaunchers);

const shell = (text: string, ...args: string[]) => ["/bin/sh", "-c", text, "sh", ...args];
const loop = "while :; do sleep 0.05; done";

describe("starting", () => {
  test("a child gets its arguments untouched, its placeholders, and no more of the environment", async () => {
    const nasty = `'; touch "$HOME/x"; $(id) \\ \n "`;
    const { run, said, output, folder } = await openLauncher({
      templates: {
        t: {
          argv: shell(
            'for a; do printf "<%s>" "$a"; done; env; pwd; ls -l /proc/self/fd; exec sleep 60',
            nasty,
            "{agentId}@{meshId}",
            "{joinTokenFile}",
          ),
          env: { SERVER: "{endpoint}", CREDENTIAL: "{credentialFile}", NASTY: nasty },
        },
      },
      env: { PATH: process.env["PATH"], HOME: "/", LANG: "C", SECRET: "s", MESH_TOKEN: "s" },
    });
    run.children([childOf("t")]);
    const { processId } = await said("RUNNING");
    const text = await until("its output", () => /pwd|total 0/.test(output()) && output());
    const child = join(folder, "children/u1");
    expect(text).toContain(`<${nasty}><w1@demo><${child}/join-token>`);
    expect(text).toContain("SERVER=http://127.0.0.1:7400");
    expect(text).toContain(`CREDENTIAL=${child}/credential.json`);
    expect(text).toContain(`\n${child}\n`);
    expect(text).not.toMatch(/SECRET|MESH_TOKEN/);
    expect(text).not.toMatch(/socket:/);
    expect(readFileSync(join(child, "join-token"), "utf8")).toBe("secret-token\n");
    const modes = ["", "join-token", "child.json", "output.log"].map(
      (name) => statSync(join(child, name)).mode & 0o777,
    );
    expect(modes).toEqual([0o700, 0o600, 0o600, 0o600]);
    expect(readFileSync(`/proc/${processId}/cmdline`, "utf8")).toBe("sleep\x0060\x00");
  });

  test("a child that can come in by itself needs no token; without one it waits and does not count", async () => {
    const clock = createFakeClock();
    let asked = 0;
    const { run, said, folder, reports } = await openLauncher({
      clock,
      templates: { t: { argv: shell(loop), restart: { restartsMax: 0 } } },
      joinToken: () => {
        asked += 1;
        return Promise.reject(new Error("no server"));
      },
    });
    run.children([childOf("t")]);
    for (let turn = 1; turn <= 3; turn += 1) {
      await until("asked", () => asked === turn);
      await until("said", () => reports.at(-1)?.nextStart !== undefined);
      expect(reports.at(-1)).toMatchObject({ reason: "has no join token: no server", restarts: 0 });
      clock.advance(500 * 2 ** turn);
    }
    await until("asked again", () => asked === 4 && reports.at(-1)?.nextStart !== undefined);
    const cutShort = { version: 1, privateKey: {} };
    const credential = join(folder, "children/u1/credential.json");
    writeFileSync(credential, JSON.stringify(cutShort));
    clock.advance(60_000);
    await until("a join that was cut short is repeated", () => asked === 5);
    await until("said", () => reports.at(-1)?.nextStart !== undefined);
    writeFileSync(credential, JSON.stringify({ ...cutShort, identity: {} }));
    clock.advance(60_000);
    await said("RUNNING");
    expect(asked).toBe(5);
    const closed = run.close();
    await until("it was asked to end", () => {
      clock.advance(10);
      return !runs(reports.find(({ state }) => state === 2)?.processId);
    });
    await closed;
  });

  test("a working directory that went and names that are no names are reported, and start nothing", async () => {
    const cwd = join(launchFolder(), "there");
    mkdirSync(cwd);
    const { run, errors, said } = await openLauncher({
      templates: { t: { argv: shell(loop), cwd, restart: { restartsMax: 0 } } },
    });
    rmdirSync(cwd);
    run.children([
      childOf("t"),
      childOf("t", { agentUid: "../../x" }),
      childOf("t", { agentUid: "u2", agentId: "a/b" }),
      childOf("gone", { agentUid: "u3" }),
    ]);
    expect((await said("FAILED")).reason).toMatch(/^cannot be started \(ENOENT\); given up/);
    expect((await said("FAILED", "u3")).reason).toBe('its launcher has no template "gone"');
    expect(errors).toHaveLength(2);
  });
});

describe("nothing runs unrecorded", () => {
  test("a process that cannot be written down never becomes the program", async () => {
    const folder = launchFolder();
    mkdirSync(join(folder, "children/u1/child.json.new"), { recursive: true });
    const { run, said } = await openLauncher({
      folder,
      templates: {
        t: { argv: shell("echo > ran"), restart: { restartsMax: 2, backoffMinMs: 50 } },
      },
    });
    run.children([childOf("t")]);
    expect((await said("FAILED")).reason).toMatch(/^cannot be started \(EISDIR\)/);
    expect(existsSync(join(folder, "children/u1/ran"))).toBe(false);
  });

  test("a launcher that dies before it says go leaves no process", async () => {
    const folder = launchFolder();
    const gate = spawn("/bin/sh", ["-c", GATE, "sh", "/bin/sh", "-c", "echo > ran"], {
      cwd: folder,
      stdio: ["ignore", "ignore", "ignore", "pipe"],
    });
    gate.stdio[3]!.destroy();
    expect(await new Promise((resolve) => gate.once("exit", resolve))).toBe(125);
    expect(existsSync(join(folder, "ran"))).toBe(false);
  });
});

describe("starting anew", () => {
  test("waits grow, the exit is reported, and at the ceiling it is given up", async () => {
    const clock = createFakeClock();
    const { run, said, reports, states, folder } = await openLauncher({
      clock,
      templates: {
        t: {
          argv: shell("echo ran >> runs; exit 3"),
          restart: { backoffMinMs: 1_000, backoffMaxMs: 3_000, restartsMax: 3 },
        },
      },
    });
    run.children([childOf("t")]);
    const waits: number[] = [];
    for (let restarts = 1; restarts <= 3; restarts += 1) {
      const report = await until(
        `end ${restarts}`,
        () => reports.at(-1)?.restarts === restarts && reports.at(-1)?.nextStart && reports.at(-1)!,
      );
      expect(report).toMatchObject({ exitCode: 3, signal: "", reason: "exited with code 3" });
      const waitMs = Number(report.nextStart!.seconds) * 1_000;
      waits.push(waitMs);
      clock.advance(waitMs - 1);
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(reports.at(-1)).toBe(report);
      clock.advance(1);
    }
    expect(waits).toEqual([1_000, 2_000, 3_000]);
    const failed = await said("FAILED");
    expect(failed).toMatchObject({ exitCode: 3, restarts: 3, processId: 0 });
    expect(failed.reason).toMatch(/given up after it was started anew 3 times within 600 s/);
    expect(readFileSync(join(folder, "children/u1/runs"), "utf8")).toBe("ran\n".repeat(4));
    // It stays so, whatever the mesh repeats, until the agent is to end.
    run.children([childOf("t")]);
    expect(states().at(-1)).toBe("FAILED");
    run.children([endingOf("t", 0)]);
    await said("GONE");
    expect(clock.pending).toBe(0);
  });

  test("the signal that ended it is reported, and what it left in its group is ended", async () => {
    const { run, said, reports, folder } = await openLauncher({
      templates: { t: { argv: shell(`sh -c '${loop}' & echo $! > inner; wait`) } },
    });
    run.children([childOf("t")]);
    const { processId } = await said("RUNNING");
    const file = join(folder, "children/u1/inner");
    const inner = await until(
      "the inner process",
      () => existsSync(file) && Number(readFileSync(file, "utf8")),
    );
    process.kill(processId!, "SIGKILL");
    await until("its end", () => reports.at(-1)?.signal === "SIGKILL");
    expect(reports.find(({ signal }) => signal === "SIGKILL")).toMatchObject({
      ...{ exitCode: -1, reason: "ended by SIGKILL", restarts: 1 },
    });
    await until("the inner process is gone", () => !runs(inner));
    const again = await said("RUNNING");
    expect(again.processId).not.toBe(processId);
  });
});

describe("ending", () => {
  test("first the grace, then the signal, then SIGKILL to the whole group", async () => {
    const deaf = `trap 'echo asked >> asked' TERM; sh -c 'trap "" TERM; ${loop}' & echo $! > inner; ${loop}`;
    const { run, said, states, folder } = await openLauncher({
      templates: { t: { argv: shell(deaf), killAfterMs: 400 } },
    });
    run.children([childOf("t")]);
    const { processId } = await said("RUNNING");
    const file = (name: string) => join(folder, "children/u1", name);
    await until("its loop", () => existsSync(file("inner")));
    const inner = Number(readFileSync(file("inner"), "utf8"));
    await new Promise((resolve) => setTimeout(resolve, 100));
    const beganMs = performance.now();
    run.children([endingOf("t", 3_600_000)]);
    // Only shorter: the second one counts, the third does not.
    run.children([endingOf("t", 300)]);
    run.children([endingOf("t", 60_000)]);
    await said("STOPPING");
    await until("it was asked", () => existsSync(file("asked")));
    const askedMs = performance.now() - beganMs;
    expect(await said("GONE")).toMatchObject({ signal: "SIGKILL", processId: 0, exitCode: -1 });
    const goneMs = performance.now() - beganMs;
    expect(askedMs).toBeGreaterThan(290);
    expect(goneMs - askedMs).toBeGreaterThan(350);
    await until("all are gone", () => !runs(processId) && !runs(inner));
    expect(states()).toEqual(["STARTING", "RUNNING", "STOPPING", "GONE"]);
    // Told again as long as the mesh asks, and forgotten with its files when it does not.
    run.children([endingOf("t", 0)]);
    expect(states().at(-1)).toBe("GONE");
    expect(states()).toHaveLength(5);
    run.children([]);
    expect(readdirSync(join(folder, "children"))).toEqual([]);
  });

  test("one that ends by itself within the grace is not signalled; its exit code is told", async () => {
    const text = "trap 'exit 9' TERM; while ! [ -e end ]; do sleep 0.02; done; exit 4";
    const { run, said, folder } = await openLauncher({ templates: { t: { argv: shell(text) } } });
    run.children([childOf("t")]);
    await said("RUNNING");
    run.children([endingOf("t", 60_000)]);
    await said("STOPPING");
    writeFileSync(join(folder, "children/u1/end"), "");
    expect(await said("GONE")).toMatchObject({ exitCode: 4, signal: "" });
  });

  test("a child that the mesh does not name any more is ended at once, unreported", async () => {
    const { run, said, states, folder, launcher } = await openLauncher({
      templates: { t: { argv: shell(loop) } },
    });
    run.children([childOf("t"), childOf("t", { agentUid: "u2", agentId: "w2" })]);
    const { processId } = await said("RUNNING");
    await said("RUNNING", "u2");
    run.children([childOf("t", { agentUid: "u2", agentId: "w2" })]);
    await until("it is gone", () => !runs(processId));
    await until("its files are gone", () => readdirSync(join(folder, "children")).join() === "u2");
    expect(states()).toEqual(["STARTING", "RUNNING"]);
    expect(launcher.list()).toMatchObject([{ agentUid: "u2" }]);
  });

  test("after each welcome all is told anew", async () => {
    const { run, said, reports } = await openLauncher({ templates: { t: { argv: shell(loop) } } });
    run.children([childOf("t")]);
    const last = await said("RUNNING");
    reports.length = 0;
    run.connected();
    expect(reports).toEqual([last]);
  });
});

describe("limits", () => {
  test("hold for the child and what it starts", async () => {
    const { run, said, output } = await openLauncher({
      templates: {
        t: {
          argv: shell("ulimit -n; ulimit -d; ulimit -t; exec sleep 60"),
          limits: { openFiles: 77, memoryMiB: 64, cpuSeconds: 9 },
        },
        hungry: {
          argv: shell(`x=0123456789abcdef; while :; do x=$x$x; done`),
          limits: { memoryMiB: 64 },
          restart: { restartsMax: 0 },
        },
        busy: {
          argv: shell("while :; do :; done"),
          limits: { cpuSeconds: 1 },
          restart: { restartsMax: 0 },
        },
      },
    });
    run.children([
      childOf("t"),
      childOf("hungry", { agentUid: "u2" }),
      childOf("busy", { agentUid: "u3" }),
    ]);
    await until("its limits", () => output().split("\n").length === 4);
    expect(output().split("\n").slice(0, 3)).toEqual(["77", "65536", "9"]);
    expect((await said("FAILED", "u2")).exitCode).not.toBe(0);
    expect(await said("FAILED", "u3")).toMatchObject({ signal: "SIGXCPU" });
  }, 30_000);

  test("output is bounded by two files, whatever is printed, and the newest is kept", async () => {
    const { run, output, folder } = await openLauncher({
      templates: {
        t: {
          argv: shell(
            `i=0; while [ $i -lt 40 ]; do head -c 131072 /dev/zero | tr '\\0' x; i=$((i+1)); done; echo; echo last; ${loop}`,
          ),
        },
      },
    });
    run.children([childOf("t")]);
    await until("all was printed", () => output().endsWith("last\n"));
    const size = (name: string) => statSync(join(folder, "children/u1", name)).size;
    expect(size("output.log")).toBeLessThanOrEqual(OUTPUT_BYTES_MAX);
    expect(size("output.log.1")).toBeLessThanOrEqual(OUTPUT_BYTES_MAX);
    expect(size("output.log.1")).toBeGreaterThan(OUTPUT_BYTES_MAX / 2);
    const names = readdirSync(join(folder, "children/u1")).sort();
    expect(names).toEqual(["child.json", "join-token", "output.log", "output.log.1"]);
  }, 30_000);
});
