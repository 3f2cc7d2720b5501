// Templates are checked as a whole: what is wrong is told at once, with place, value, limit and cure.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { filledIn, unknownPlaceholders } from "./placeholders.ts";
import { createRestartHistory } from "./restart-history.ts";
import { checkedTemplates, programAt } from "./template.ts";

const folder = mkdtempSync(join(tmpdir(), "templates-"));
afterAll(() => rmSync(folder, { recursive: true }));
const machine = { path: process.env["PATH"] ?? "", platform: "linux" as const };
const problemsIn = (templates: unknown, more: Partial<typeof machine> = {}) =>
  checkedTemplates(templates, "launch.yaml", { ...machine, ...more }).problems;

test("a template gets its program's path and what it leaves out", () => {
  const { templates, problems } = checkedTemplates(
    { worker: { argv: ["sh", "-c"] } },
    "x",
    machine,
  );
  expect(problems).toEqual([]);
  expect(templates).toEqual([
    {
      name: "worker",
      argv: [programAt("sh", machine.path), "-c"],
      cwd: undefined,
      env: {},
      limits: {},
      restart: {
        backoffMinMs: 500,
        backoffMaxMs: 30_000,
        restartsMax: 10,
        windowMs: 600_000,
        healthyAfterMs: 60_000,
      },
      stopSignal: "SIGTERM",
      killAfterMs: 5_000,
      onLauncherDeath: "stop",
    },
  ]);
});

test("all that is wrong is told at once", () => {
  const plain = join(folder, "no-program");
  writeFileSync(plain, "");
  chmodSync(plain, 0o644);
  const problems = problemsIn({
    a: {
      argv: ["no-such-program"],
      cwd: "relative",
      restart: { backoffMinMs: 100, backoffMaxMs: 50 },
    },
    b: { argv: [plain] },
    c: { argv: ["./relative"] },
  });
  expect(problems.map(({ path, value }) => `${path} ${value}`)).toEqual([
    'launch.yaml: templates.a.argv[0] "no-such-program"',
    'launch.yaml: templates.a.cwd "relative"',
    "launch.yaml: templates.a.restart.backoffMaxMs 50",
    `launch.yaml: templates.b.argv[0] ${JSON.stringify(plain)}`,
    'launch.yaml: templates.c.argv[0] "./relative"',
  ]);
  const shapes = problemsIn({
    A: { argv: ["sh"] },
    b: { argv: [] },
    c: { argv: "sh -c ls" },
    d: { argv: ["sh", "{agentid}"], env: { "A-B": "x", OK: "{home}" }, shell: true },
    e: { argv: ["sh", "a\0b"], limits: { memoryMiB: 0 }, stopSignal: "SIGKILL", killAfterMs: -1 },
    f: { argv: ["sh"], onLauncherDeath: "leave" },
  });
  expect(shapes.map(({ path }) => path.replace("launch.yaml: templates", ""))).toEqual([
    ".A",
    ".b.argv",
    ".c.argv",
    '.d.argv["1"]'.replace('"1"', "1"),
    '.d.env["A-B"]',
    ".d.env.OK",
    ".d.shell",
    ".e.argv[1]",
    ".e.limits.memoryMiB",
    ".e.stopSignal",
    ".e.killAfterMs",
    ".f.onLauncherDeath",
  ]);
  for (const { limit, cure } of [...problems, ...shapes]) {
    expect(limit).not.toBe("");
    expect(cure).not.toBe("");
  }
  expect(problemsIn({})).toMatchObject([{ limit: "has no template" }]);
});

test("what the machine lacks is told where it is asked for", () => {
  const empty = mkdtempSync(join(folder, "path-"));
  const templates = { a: { argv: ["/bin/sh"], limits: { openFiles: 64 } } };
  expect(problemsIn(templates, { path: empty })).toMatchObject([
    { path: "launch.yaml: templates.a.limits", limit: "need the program prlimit" },
  ]);
  expect(
    checkedTemplates(templates, "x", { ...machine, platform: "darwin" }).problems,
  ).toMatchObject([{ path: "x: templates", value: '"darwin"' }]);
});

test("placeholders fill in one argument each, once, whatever they hold", () => {
  const values = {
    agentId: "{credentialFile}; rm -rf $HOME",
    meshId: "m",
    endpoint: "e",
    credentialFile: "c",
    joinTokenFile: "$& $1",
  };
  expect(filledIn("--agent={agentId}", values)).toBe("--agent={credentialFile}; rm -rf $HOME");
  expect(filledIn("{joinTokenFile}{meshId}", values)).toBe("$& $1m");
  expect(filledIn('{"json":1} { agentId }', values)).toBe('{"json":1} { agentId }');
  expect(unknownPlaceholders("{agentId} {constructor} {x}")).toEqual(["constructor", "x"]);
});

test("waits double up to their maximum; what ran well begins anew; the ceiling holds in its window", () => {
  const policy = {
    backoffMinMs: 100,
    backoffMaxMs: 1_000,
    restartsMax: 5,
    windowMs: 10_000,
    healthyAfterMs: 2_000,
  };
  const history = createRestartHistory(policy, () => 0);
  const waits = [0, 1, 2, 3, 4, 5].map((nowMs) => history.ended(nowMs, 0));
  expect(waits).toEqual([100, 200, 400, 800, 1_000, undefined]);
  expect(history.restarts).toBe(5);
  expect(history.ended(10_001, 0)).toBe(1_000);
  expect(history.ended(10_002, 1_999)).toBe(1_000);
  expect(history.ended(10_003, 2_000)).toBe(100);
  expect(createRestartHistory(policy, () => 1).ended(0, 0)).toBe(80);
  expect(createRestartHistory({ ...policy, restartsMax: 0 }, () => 0).ended(0, 0)).toBeUndefined();
});
