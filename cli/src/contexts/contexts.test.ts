// Proves that contexts are kept from other users' eyes, written whole by one process at a time, and that
// each setting is found where the documentation says.
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { CliError } from "../errors/cli-error.ts";
import { sandbox } from "../testing/mesh-process.ts";
import {
  contextsPath,
  readContexts,
  selected,
  updateContexts,
  withContext,
  type Contexts,
} from "./contexts-file.ts";
import { defaultEndpoint, resolveTarget } from "./target.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "contexts-"));
  path = contextsPath({ XDG_CONFIG_HOME: folder });
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const dev = { endpoint: "http://127.0.0.1:7400" };

function exitOf(act: () => unknown): number {
  try {
    act();
  } catch (error) {
    if (error instanceof CliError) return error.exit;
    throw error;
  }
  return 0;
}

describe("the file", () => {
  test("is made with mode 0600 in a folder of mode 0700, also where the folder was open", async () => {
    mkdirSync(dirname(path), { recursive: true });
    chmodSync(dirname(path), 0o755);
    await updateContexts(path, (all) => withContext(all, "dev", { ...dev, token: "mesh_x" }));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
    chmodSync(path, 0o644);
    await updateContexts(path, (all) => all);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test("loses no change of commands that run at the same time", async () => {
    const names = Array.from({ length: 40 }, (_, at) => `c${at}`);
    await Promise.all(
      names.map((name) => updateContexts(path, (all) => withContext(all, name, dev))),
    );
    expect(Object.keys((await readContexts(path)).contexts).sort()).toEqual([...names].sort());
    expect(readdirSync(dirname(path))).toEqual(["contexts.yaml"]);
  });

  test("stays as it was when a change fails, and is not left locked", async () => {
    await updateContexts(path, (all) => withContext(all, "dev", dev));
    const before = readFileSync(path, "utf8");
    await expect(
      updateContexts(path, () => {
        throw new Error("no");
      }),
    ).rejects.toThrow("no");
    expect(readFileSync(path, "utf8")).toBe(before);
    expect(existsSync(`${path}.lock`)).toBe(false);
  });

  test("is not locked for ever by a process that died", async () => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(`${path}.lock`, "");
    utimesSync(`${path}.lock`, 0, 0);
    await updateContexts(path, (all) => withContext(all, "dev", dev));
    expect((await readContexts(path)).current).toBe("dev");
  });

  test.each([
    ["contexts: [", "is not YAML"],
    ["a: 1", 'has no map "contexts"'],
    ["contexts: {dev: {token: x}}", "contexts.dev has no endpoint"],
    ["contexts: {dev: {endpoint: 1}}", "contexts.dev.endpoint is not a string"],
    ["contexts: {dev: {endpoint: x, tokn: y}}", 'has an unknown key "tokn"'],
  ])("%j is refused with a config error that names the file", async (text, message) => {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    const error = await readContexts(path).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CliError);
    expect((error as CliError).exit).toBe(3);
    expect((error as CliError).message).toContain(path);
    expect((error as CliError).message).toContain(message);
  });

  test("remembers the context before", () => {
    const all: Contexts = { current: "a", contexts: { a: dev, b: dev } };
    expect(selected(all, "b")).toEqual({ current: "b", previous: "a", contexts: all.contexts });
    expect(selected(all, "a")).toBe(all);
  });
});

describe("a setting", () => {
  const contexts: Contexts = {
    current: "dev",
    contexts: {
      dev: { endpoint: "http://127.0.0.1:1", token: "mesh_dev", mesh: "demo" },
      prod: { endpoint: "https://mesh.example.com", token: "mesh_prod", protected: true },
    },
  };

  test("comes from the flag, then the environment, then the context, then the default", () => {
    const env = { MESH_ENDPOINT: "http://127.0.0.1:2", MESH_MESH: "lab", MESH_TOKEN: "mesh_env" };
    expect(resolveTarget({}, {}, { contexts: {} })).toEqual({
      context: undefined,
      endpoint: { value: defaultEndpoint, from: "default" },
      token: undefined,
      mesh: undefined,
      protected: false,
    });
    expect(resolveTarget({}, {}, contexts)).toMatchObject({
      context: { value: "dev", from: "the current context" },
      endpoint: { value: "http://127.0.0.1:1", from: "context dev" },
      token: { value: "mesh_dev", from: "context dev" },
      mesh: { value: "demo", from: "context dev" },
    });
    expect(resolveTarget({}, env, contexts)).toMatchObject({
      endpoint: { value: "http://127.0.0.1:2", from: "MESH_ENDPOINT" },
      token: { value: "mesh_env", from: "MESH_TOKEN" },
      mesh: { value: "lab", from: "MESH_MESH" },
    });
    expect(
      resolveTarget({ endpoint: "http://127.0.0.1:3", mesh: "x" }, env, contexts),
    ).toMatchObject({
      endpoint: { value: "http://127.0.0.1:3", from: "--endpoint" },
      mesh: { value: "x", from: "--mesh" },
    });
    expect(resolveTarget({}, { MESH_CONTEXT: "prod" }, contexts)).toMatchObject({
      context: { value: "prod", from: "MESH_CONTEXT" },
      protected: true,
    });
    expect(resolveTarget({ context: "dev" }, { MESH_CONTEXT: "prod" }, contexts).context).toEqual({
      value: "dev",
      from: "--context",
    });
  });

  test("that is a token is never sent to another server than its context's", () => {
    expect(resolveTarget({ endpoint: "http://127.0.0.1:9" }, {}, contexts).token).toBeUndefined();
    expect(
      resolveTarget({}, { MESH_ENDPOINT: "http://127.0.0.1:9" }, contexts).token,
    ).toBeUndefined();
    expect(resolveTarget({ endpoint: "http://127.0.0.1:1" }, {}, contexts).token?.value).toBe(
      "mesh_dev",
    );
  });

  test("that is wrong is a usage or a config error", () => {
    expect(exitOf(() => resolveTarget({ context: "prd" }, {}, contexts))).toBe(3);
    expect(exitOf(() => resolveTarget({ endpoint: "127.0.0.1:7400" }, {}, contexts))).toBe(2);
    expect(exitOf(() => resolveTarget({ endpoint: "http://user@h:1/" }, {}, contexts))).toBe(2);
    expect(exitOf(() => resolveTarget({ endpoint: "http://h:1/path" }, {}, contexts))).toBe(2);
  });
});

test("commands add, list, use, show, rename and remove contexts", async () => {
  const box = sandbox();
  try {
    const ok = async (...args: string[]) => {
      const ran = await box.mesh(["context", ...args]);
      expect({ args, code: ran.code, stderr: ran.code === 0 ? "" : ran.stderr }).toEqual({
        args,
        code: 0,
        stderr: "",
      });
      return ran.stdout;
    };
    writeFileSync(join(box.folder, "key"), "mesh_secret\n");
    await ok(
      "add",
      "dev",
      "--endpoint",
      "http://127.0.0.1:1",
      "--token",
      `@${join(box.folder, "key")}`,
    );
    await ok("add", "prod", "--endpoint", "https://mesh.example.com", "--mesh", "p");
    expect(await ok("list", "-o", "name")).toBe("dev\nprod\n");
    await ok("use", "prod");
    await ok("use", "-");
    const shown = await ok("show", "-o", "json");
    expect(JSON.parse(shown)).toEqual({
      name: "dev",
      endpoint: "http://127.0.0.1:1",
      mesh: "",
      token: true,
      protected: false,
      current: true,
    });
    expect(shown).not.toContain("mesh_secret");
    await ok("rename", "dev", "local");
    expect(JSON.parse(await ok("show", "-o", "json"))).toMatchObject({ name: "local" });
    await ok("add", "local", "--endpoint", "http://127.0.0.1:2");
    expect(JSON.parse(await ok("show", "local", "-o", "json"))).toMatchObject({ token: false });
    await ok("remove", "local");
    expect(await ok("list", "-o", "name")).toBe("prod\n");
    const missing = await box.mesh(["context", "use", "prud"]);
    expect(missing.code).toBe(3);
    expect(missing.stderr).toContain("did you mean `prod`?");
    expect(
      (
        await box.mesh([
          "context",
          "add",
          "x",
          "--endpoint",
          "http://127.0.0.1:1",
          "--token",
          "mesh_plain",
        ])
      ).code,
    ).toBe(2);
  } finally {
    box.remove();
  }
}, 60_000);
