// A launcher that dies takes its children along or leaves them to the next one, as their templates say.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { toJson } from "@bufbuild/protobuf";
import { afterEach, describe, expect, test } from "@jest/globals";
import { type LaunchChild, LaunchChildSchema } from "@meshwork/gen/mesh/v1/link";
import { systemClock } from "@meshwork/agents-core";
import { createLauncher } from "./launcher.ts";
import type { LaunchTemplateInit } from "./template.ts";
import {
  childOf,
  cleanUpLaunchers,
  endingOf,
  launchFolder,
  openLauncher,
  runs,
  until,
} from "../testing/launch-world.ts";

const program = join(import.meta.dirname, "../testing/run-launcher.ts");
const started = new Set<ChildProcess>();

afterEach(async () => {
  for (const child of started) child.kill("SIGKILL");
  started.clear();
  await cleanUpLaunchers();
});

type Templates = Readonly<Record<string, LaunchTemplateInit>>;

/** A launcher in a process of its own. */
function startLauncher(folder: string, templates: Templates, children: readonly LaunchChild[]) {
  const wanted = children.map((child) => toJson(LaunchChildSchema, child));
  const args = [folder, JSON.stringify(templates), JSON.stringify(wanted)];
  const child = spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", program, ...args],
    {
      env: { ...process.env, NODE_OPTIONS: "" },
      stdio: ["pipe", "pipe", "pipe"],
    },
  );
  started.add(child);
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  return {
    child,
    ended,
    text: () => text,
    /** The id of the process that a child runs as. */
    running: (agentUid = "u1") =>
      until(`${agentUid} runs: ${text}`, () => {
        const line = text
          .split("\n")
          .find((each) => each.includes(`"${agentUid}"`) && each.includes("PROCESS_STATE_RUNNING"));
        return line === undefined
          ? undefined
          : (JSON.parse(line) as { processId: number }).processId;
      }),
  };
}

/** Writes the number of its turn into its folder again and again. */
const work = "while :; do date +%s%N > beat; sleep 0.05; done";
const argv = (text: string) => ["/bin/sh", "-c", text];
const guarded: Templates = { t: { argv: argv(work) } };
const kept: Templates = { t: { argv: argv(work), onLauncherDeath: "keep" } };

describe("killed", () => {
  test("stop: its children end within seconds, also one that does not listen, with what they started", async () => {
    const folder = launchFolder();
    const deaf = `trap "" TERM; sh -c '${work}' & echo $! > inner; ${work}`;
    const templates = { t: { argv: argv(work) }, deaf: { argv: argv(deaf), killAfterMs: 600 } };
    const launcher = startLauncher(folder, templates, [
      childOf("t"),
      childOf("deaf", { agentUid: "u2", agentId: "w2" }),
    ]);
    const [pid, deafPid] = [await launcher.running(), await launcher.running("u2")];
    const file = join(folder, "children/u2/inner");
    const inner = await until(
      "the inner one",
      () => existsSync(file) && Number(readFileSync(file, "utf8")),
    );
    launcher.child.kill("SIGKILL");
    await launcher.ended;
    await until("all are gone", () => !runs(pid) && !runs(deafPid) && !runs(inner), 5_000);
  });

  test("stop: a guard that is killed is there again", async () => {
    const launcher = startLauncher(launchFolder(), guarded, [childOf("t")]);
    const pid = await launcher.running();
    const guards = () =>
      processesNaming(`/proc/$1/stat`).filter((args) => args.includes(String(pid)));
    const [first] = await until("a guard", () => guards().length === 1 && guards());
    process.kill(Number(first![0]), "SIGKILL");
    await until("another one", () => guards().length === 1 && guards()[0]![0] !== first![0]);
    launcher.child.kill("SIGKILL");
    await until("it is gone", () => !runs(pid), 5_000);
    await until("the guard is gone", () => guards().length === 0, 5_000);
  });

  test("keep: they go on, and the next one takes them over as they are and sees them end", async () => {
    const folder = launchFolder();
    const launcher = startLauncher(folder, kept, [childOf("t")]);
    const pid = await launcher.running();
    launcher.child.kill("SIGKILL");
    await launcher.ended;
    const beat = () => readFileSync(join(folder, "children/u1/beat"), "utf8");
    const last = beat();
    await until("it works on", () => beat() !== "" && beat() !== last);

    const { run, said, reports, states, output } = await openLauncher({ templates: kept, folder });
    run.connected();
    expect(reports.at(-1)).toMatchObject({ state: 2, processId: pid });
    run.children([childOf("t")]);
    expect(states().every((state) => state === "RUNNING")).toBe(true);
    process.kill(pid, "SIGKILL");
    const ended = await until("its end is seen", () =>
      reports.find(({ restarts }) => restarts === 1),
    );
    expect(ended).toMatchObject({ exitCode: -1, signal: "" });
    expect(ended.reason).toMatch(/^ended; how is not known/);
    const again = await said("RUNNING");
    expect(again.processId).not.toBe(pid);
    expect(output()).toBe("");
  });

  test("keep: a taken over child ends as the mesh wants: grace, signal, gone", async () => {
    const folder = launchFolder();
    const launcher = startLauncher(folder, kept, [childOf("t")]);
    const pid = await launcher.running();
    launcher.child.kill("SIGKILL");
    await launcher.ended;
    const { run, said, states } = await openLauncher({ templates: kept, folder });
    run.children([endingOf("t", 100)]);
    await said("GONE");
    expect(runs(pid)).toBe(false);
    expect(states()).toEqual(["RUNNING", "STOPPING", "GONE"]);
  });

  test("what ended meanwhile is told to be gone, and started anew when it shall run", async () => {
    const folder = launchFolder();
    const launcher = startLauncher(folder, kept, [childOf("t")]);
    const pid = await launcher.running();
    launcher.child.kill("SIGKILL");
    await launcher.ended;
    process.kill(-pid, "SIGKILL");
    await until("it is gone", () => !runs(pid));
    const { run, said, reports } = await openLauncher({ templates: kept, folder });
    run.connected();
    expect(reports.at(-1)).toMatchObject({
      ...{ state: 4, processId: 0 },
      reason: "it ended while its launcher was away; how is not known",
    });
    run.children([childOf("t")]);
    await said("RUNNING");
  });

  test("an id that is another process's now is not taken over, and not signalled", async () => {
    const folder = launchFolder();
    const launcher = startLauncher(folder, kept, [childOf("t")]);
    const pid = await launcher.running();
    launcher.child.kill("SIGKILL");
    await launcher.ended;
    const file = join(folder, "children/u1/child.json");
    const text = readFileSync(file, "utf8");
    const bystander = spawn("/bin/sh", ["-c", work], {
      cwd: folder,
      detached: true,
      stdio: "ignore",
    });
    started.add(bystander);
    writeFileSync(file, text.replace(`"pid":${pid}`, `"pid":${bystander.pid}`));
    const { run, said, reports } = await openLauncher({ templates: kept, folder });
    expect(reports.at(-1)).toMatchObject({ state: 4 });
    run.children([endingOf("t", 0)]);
    await said("GONE");
    expect(runs(bystander.pid)).toBe(true);
    process.kill(-pid, "SIGKILL");
    process.kill(-bystander.pid!, "SIGKILL");
  });
});

describe("stopped", () => {
  test("stop: the children are ended first and told to be gone; keep: they go on", async () => {
    const folder = launchFolder();
    const templates = { stop: guarded["t"]!, keep: kept["t"]! };
    const children = [childOf("stop"), childOf("keep", { agentUid: "u2", agentId: "w2" })];
    const launcher = startLauncher(folder, templates, children);
    const [stopped, goesOn] = [await launcher.running(), await launcher.running("u2")];
    launcher.child.stdin.end();
    await launcher.ended;
    expect(runs(stopped)).toBe(false);
    expect(runs(goesOn)).toBe(true);
    const last = launcher.text().trim().split("\n").at(-1)!;
    expect(JSON.parse(last)).toMatchObject({
      agentUid: "u1",
      state: "PROCESS_STATE_GONE",
      reason: "ended by SIGTERM; its launcher ended",
    });
    const { run, said } = await openLauncher({ templates, folder });
    run.children([childOf("stop"), endingOf("keep", 0, "u2")]);
    await said("RUNNING");
    await said("GONE", "u2");
    expect(runs(goesOn)).toBe(false);
  });

  test("a second launcher on the folder is refused, with the holder; one after the other is not", async () => {
    const { run, folder } = await openLauncher({ templates: guarded });
    const way = {
      meshId: "demo",
      joinToken: () => Promise.resolve(""),
      report: () => undefined,
      failed: () => undefined,
    };
    const second = createLauncher({
      ...{ templates: [], env: {}, endpoint: "", clock: systemClock },
      ...{ stateFolder: folder, random: () => 0 },
    });
    await expect(second.open(way)).rejects.toThrow(
      `the launcher's folder ${folder} is in use by process ${process.pid}: stop it first, or name another folder`,
    );
    const other = startLauncher(folder, guarded, []);
    await other.ended;
    expect(other.text()).toContain(`is in use by process ${process.pid}`);
    await run.close();
    await (await second.open(way)).close();
  });
});

/** Ids and arguments of the processes that have the text among their arguments. */
function processesNaming(text: string): string[][] {
  const found: string[][] = [];
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name)))
    try {
      const args = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
      if (args.some((arg) => arg.includes(text))) found.push([pid, ...args]);
    } catch {
      // It has ended meanwhile.
    }
  return found;
}
