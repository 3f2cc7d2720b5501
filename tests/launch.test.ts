// Whole processes: a manager launches workers by a file, restarts and ends them, dies and comes back.
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { credentialFile, provisionedAgent, startAgent } from "./harness/agent.ts";
import { createHome, eventually, exists, type Home, root, type Running } from "./harness/home.ts";
import { type ServerProcess, startSignedInServer } from "./harness/server.ts";

interface Shown {
  readonly status: {
    readonly state: string;
    readonly liveness?: string;
    readonly process?: {
      readonly state?: string;
      readonly processId?: number;
      readonly exitCode?: number;
      readonly signal?: string;
      readonly restarts?: number;
      readonly reason?: string;
    };
  };
}

let home: Home;
let server: ServerProcess;
let path: string;

beforeAll(async () => {
  home = createHome();
  server = await startSignedInServer(home);
  // As people have it: the program `mesh` in PATH.
  mkdirSync(join(home.folder, "bin"));
  symlinkSync(join(root, "cli/bin/mesh.js"), join(home.folder, "bin/mesh"));
  path = `${join(home.folder, "bin")}:${process.env["PATH"] ?? ""}`;
}, 60_000);
afterAll(async () => {
  // Of a test that failed: what would outlive its manager.
  for (const pid of launched)
    try {
      process.kill(-pid, "SIGKILL");
    } catch {
      // It is gone, as it should be.
    }
  await home.close();
});

/** Ids of all launched processes that were seen; each leads a group. */
const launched = new Set<number>();

const shown = async (agentId: string): Promise<Shown> =>
  (await home.json(["agents", "get", agentId])) as Shown;
const processOf = async (agentId: string) => (await shown(agentId)).status.process ?? {};
/** Waits until the process of an agent is so, and answers it. */
const untilProcess = (agentId: string, state: string, more: object = {}) =>
  eventually(async () => {
    const seen = await processOf(agentId);
    if (seen.processId) launched.add(seen.processId);
    const so = seen.state === `PROCESS_STATE_${state}`;
    const rest = Object.entries(more).every(([key, value]) => seen[key as "signal"] === value);
    return so && rest ? seen : undefined;
  });
const alive = (agentId: string) =>
  eventually(async () => (await shown(agentId)).status.liveness === "AGENT_LIVENESS_ALIVE");
const provision = (agentId: string, launcherId: string, template: string) =>
  home.json([
    ...["agents", "provision", agentId],
    ...["--launcher", launcherId, "--template", template],
  ]);

/** The example of the docs, and a template that does not outlive its manager. */
function launchFile(name: string): string {
  const docs = readFileSync(join(root, "docs/launching.md"), "utf8");
  const [, example] = /```yaml\n([^`]*)```/.exec(docs) ?? [];
  const text = `${example!}\n  flaky:\n    argv: [sh, -c, "exit 7"]\n    restart: {backoffMinMs: 10, restartsMax: 2}\n  deaf:\n    argv: [sh, -c, "trap '' TERM; while :; do sleep 0.1; done"]\n    killAfterMs: 500\n`;
  const file = join(home.folder, `${name}.yaml`);
  writeFileSync(file, text);
  return file;
}

function startManager(agentId: string, file: string): Running {
  return home.start(
    [
      ...["agent", "run", "--agent", agentId, "--endpoint", server.url],
      ...["--role", "manager", "--launch", file],
      ...["--join-token-file", join(home.folder, `${agentId}.join-token`)],
      ...["--credential-file", credentialFile(home, agentId)],
    ],
    { env: { PATH: path } },
  );
}

describe("a launched worker", () => {
  test("works, is restarted, outlives its manager, and ends as the mesh wants", async () => {
    const file = launchFile("boss");
    await provisionedAgent(home, "boss", ["--role", "manager"]);
    const boss = startManager("boss", file);
    await boss.until(/connected/);
    await alive("boss");
    const unfit = await home.mesh([
      ...["agents", "provision", "w0", "--launcher", "boss"],
      ...["--template", "nothing"],
    ]);
    expect(unfit.stderr).toMatch(/LAUNCHER_UNFIT/);
    expect(unfit.stderr).toMatch(/its templates: worker, flaky, deaf/);

    expect(await provision("w1", "boss", "worker")).not.toHaveProperty("joinToken");
    const first = await untilProcess("w1", "RUNNING");
    await alive("w1");
    const answer = await home.mesh(["call", "w1", "echo", "--data", "hello"]);
    expect([answer.status, answer.stdout.trim()]).toEqual([0, "hello"]);

    process.kill(first.processId!, "SIGKILL");
    const second = await untilProcess("w1", "RUNNING", { signal: "SIGKILL", restarts: 1 });
    expect(second.processId).not.toBe(first.processId);
    await alive("w1");

    await provision("w2", "boss", "deaf");
    const deaf = await untilProcess("w2", "RUNNING");
    boss.child.kill("SIGKILL");
    await boss.ended;
    await eventually(() => !exists(deaf.processId!), 10_000);
    await eventually(async () =>
      (await processOf("w1")).reason?.startsWith("its launcher boss is LOST"),
    );
    expect((await processOf("w1")).state ?? "").toBe("");
    expect(exists(second.processId!)).toBe(true);
    await alive("w1");

    const again = startManager("boss", file);
    expect(await untilProcess("w1", "RUNNING")).toMatchObject({ processId: second.processId });
    expect((await untilProcess("w2", "RUNNING")).processId).not.toBe(deaf.processId);
    const rival = await startManager("boss", file).ended;
    expect(rival.stderr).toMatch(/is in use by process \d+/);

    const grace = ["--grace", "2s", "--no-wait"];
    expect((await home.mesh(["agents", "terminate", "w2", ...grace])).status).toBe(0);
    expect((await home.mesh(["agents", "terminate", "w1", "--grace", "20s"])).status).toBe(0);
    // It was not this manager's own, so nobody saw how it ended.
    expect(await untilProcess("w1", "GONE")).toMatchObject({ exitCode: -1 });
    expect(await untilProcess("w2", "GONE")).toMatchObject({ signal: "SIGKILL" });
    // Whoever is left to take note of its end may do that a moment later.
    await eventually(() => !exists(second.processId!));
    for (const agentId of ["w1", "w2"]) {
      await eventually(
        async () => (await shown(agentId)).status.state === "AGENT_STATE_TERMINATED",
      );
      expect((await home.mesh(["agents", "delete", agentId])).status).toBe(0);
    }
    again.child.kill("SIGTERM");
    expect((await again.ended).status).toBe(0);
  }, 180_000);

  test("that ends too often has failed; a manager that is stopped takes its children along", async () => {
    const file = launchFile("lead");
    await provisionedAgent(home, "lead", ["--role", "manager"]);
    const lead = startManager("lead", file);
    await alive("lead");
    await provision("f1", "lead", "flaky");
    expect(await untilProcess("f1", "FAILED")).toMatchObject({ exitCode: 7, restarts: 2 });
    await provision("d1", "lead", "deaf");
    const { processId } = await untilProcess("d1", "RUNNING");
    const running = await home.mesh(["agents", "terminate", "d1", "--grace", "1h", "--no-wait"]);
    expect(running.status).toBe(0);
    lead.child.kill("SIGTERM");
    expect((await lead.ended).status).toBe(0);
    expect(exists(processId!)).toBe(false);
    expect(await processOf("d1")).toMatchObject({
      state: "PROCESS_STATE_GONE",
      signal: "SIGKILL",
    });
    const worker = startAgent(home, server.url, "lead");
    await worker.until(/connected/);
    worker.child.kill("SIGTERM");
    await worker.ended;
  }, 120_000);

  test("a file that cannot be used is refused with all that is wrong", async () => {
    const file = join(home.folder, "bad.yaml");
    writeFileSync(
      file,
      "templates:\n  A: {argv: [sh]}\n  b: {argv: [no-such-program], cwd: here}\n",
    );
    const bad = await startManager("lead", file).ended;
    expect(bad.status).toBe(3);
    expect(bad.stderr).toMatch(/bad\.yaml: templates\.A/);
    writeFileSync(file, "template: {}\nstateFolder: 1\n");
    const keys = await startManager("lead", file).ended;
    expect(keys.status).toBe(3);
    expect(keys.stderr).toMatch(/template is no known key/);
    expect(keys.stderr).toMatch(/templates is missing/);
    expect(keys.stderr).toMatch(/stateFolder = 1/);
    writeFileSync(file, "templates: [\n");
    expect((await startManager("lead", file).ended).stderr).toMatch(/bad\.yaml is no YAML/);
  }, 60_000);
});
