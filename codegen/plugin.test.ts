// Proves that the plugin writes the same bytes each time, that what is committed is what it writes, and
// the rule by which RPCs become commands.
import { create, createFileRegistry, fromBinary } from "@bufbuild/protobuf";
import {
  CodeGeneratorRequestSchema,
  FileDescriptorSetSchema,
  type FileDescriptorSet,
} from "@bufbuild/protobuf/wkt";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { commandRows } from "./emit/cli-table.ts";
import { differences, replaceTree } from "./generated-tree.ts";
import type { CommandRow } from "./model/command-types.ts";
import { contractOf } from "./model/contract.ts";
import { kebab, plural, snake, words } from "./model/names.ts";
import { run } from "./plugin.ts";
import { buildImage, repository } from "./testing/image.ts";

let files: FileDescriptorSet;
let rows: Map<string, CommandRow>;

beforeAll(() => {
  files = fromBinary(FileDescriptorSetSchema, buildImage());
  const contract = contractOf(createFileRegistry(files));
  rows = new Map(commandRows(contract).map((row) => [`${row.topic} ${row.verb}`, row]));
});

function output(parameter: string, proto = files): Record<string, string> {
  const { file } = run(create(CodeGeneratorRequestSchema, { parameter, protoFile: proto.file }));
  return Object.fromEntries(file.map(({ name, content }) => [name, content]));
}

function row(command: string): CommandRow {
  const found = rows.get(command);
  if (found === undefined) throw new Error(`there is no command ${command}`);
  return found;
}

describe("output", () => {
  test.each([
    ["cli", "gen/cli/src"],
    ["codec", "gen/codec/src"],
    ["markdown", "gen/docs"],
  ])("of emit=%s is deterministic and committed in %s", (emit, folder) => {
    const first = output(`emit=${emit}`);
    expect(output(`emit=${emit}`, fromBinary(FileDescriptorSetSchema, buildImage()))).toEqual(
      first,
    );
    expect(Object.keys(first).length).toBeGreaterThan(2);
    for (const [name, content] of Object.entries(first)) {
      expect(readFileSync(join(repository, folder, name), "utf8")).toBe(content);
    }
  });

  test("of an unknown kind is refused", () => {
    expect(() => output("emit=fortran")).toThrow(
      "emit=fortran is unknown: give one of cli, codec, markdown",
    );
  });
});

describe("commands", () => {
  test("have the resource's id as positional and the mesh from the context", () => {
    const get = row("agents get");
    expect(get.positionals.map(({ field }) => field)).toEqual(["agent_id"]);
    expect(get.positionals[0]?.required).toBe(true);
    expect(get.meshFromContext).toBe(true);
    expect(get.flags).toEqual([]);
    expect(row("meshes get").positionals.map(({ field }) => field)).toEqual(["mesh_id"]);
    expect(row("meshes get").meshFromContext).toBe(false);
    expect(row("agents provision").positionals[0]?.required).toBeUndefined();
    expect(row("messages call").positionals.map(({ field }) => field)).toEqual([
      "agent_id",
      "capability",
    ]);
  });

  test("fill in mask, dry run, page and request id by themselves", () => {
    expect(row("agents update")).toMatchObject({
      updateMask: true,
      dryRun: false,
      requestId: false,
    });
    expect(row("agents terminate")).toMatchObject({ dryRun: true, requestId: false });
    expect(row("agents provision")).toMatchObject({ dryRun: true, requestId: true });
    expect(row("agents list").list).toBe(true);
    const flags = [...rows.values()].flatMap((each) => each.flags.map(({ field }) => field));
    for (const field of ["update_mask", "validate_only", "page_size", "page_token"])
      expect(flags).not.toContain(field);
  });

  test("know types, enums, bounds and secrets of their flags", () => {
    const flag = (command: string, name: string) =>
      row(command).flags.find((each) => each.flag === name);
    expect(flag("agents provision", "role")?.enum).toEqual({
      type: "mesh.v1.AgentRole",
      prefix: "AGENT_ROLE_",
      values: ["worker", "manager"],
    });
    // Of a role only what the rule lets a key have.
    expect(flag("api-keys create", "role")?.enum?.values).toEqual(["admin", "operator", "viewer"]);
    expect(flag("agents list", "liveness")).toMatchObject({ kind: "enum", repeated: true });
    expect(flag("agents list", "match-labels")).toMatchObject({ kind: "string", map: true });
    expect(flag("agents terminate", "grace")).toMatchObject({
      kind: "duration",
      bounds: "at least 0 s; at most 3600 s",
    });
    expect(flag("links join", "join-token")).toMatchObject({
      sensitivity: "secret",
      required: true,
    });
    expect(flag("links join", "public-key")).toMatchObject({
      kind: "bytes",
      bounds: "exactly 32 bytes",
    });
    expect(flag("meshes create", "settings")).toMatchObject({
      kind: "json",
      type: "mesh.v1.MeshSettings",
    });
    expect(flag("agents update", "desired-configuration")).toMatchObject({
      type: "google.protobuf.Struct",
    });
    expect(row("api-keys create").secrets).toEqual(["secret"]);
  });

  test("have a watch exactly where what is watched is what is asked for", () => {
    expect(row("agents get").watch).toEqual({
      method: "WatchAgents",
      fields: ["meshId"],
      id: "agentId",
    });
    expect(row("agents list").watch).toEqual({
      method: "WatchAgents",
      fields: ["meshId"],
      id: "agentId",
    });
    expect(row("meshes status").watch).toEqual({ method: "WatchMesh", fields: ["meshId"] });
    expect(row("meshes list").watch).toBeUndefined();
    expect(row("agents terminate").watch).toBeUndefined();
    expect(row("api-keys list").watch).toBeUndefined();
  });

  test("know what to show of a response", () => {
    expect(row("agents get")).toMatchObject({
      record: "agent",
      nameField: "agentId",
      group: "Inspect",
      readOnly: true,
    });
    expect(row("agents list")).toMatchObject({ items: "agents", nameField: "agentId" });
    expect(row("api-keys list")).toMatchObject({ items: "apiKeys", nameField: "keyId" });
    expect(row("agents provision").record).toBeUndefined();
    expect(row("agents provision").nameField).toBe("agent.agentId");
    expect(row("agents delete").group).toBe("Change");
    expect(row("links connect")).toMatchObject({
      kind: "bidi",
      flags: [],
      positionals: [],
      meshFromContext: false,
    });
  });
});

test.each([
  ["AgentRole", "agent_role", "agent-role"],
  ["joinTokenTTL", "join_token_ttl", "join-token-ttl"],
  ["APIKey", "api_key", "api-key"],
])("%s is %s and %s", (name, snaked, kebabed) => {
  expect(snake(name)).toBe(snaked);
  expect(kebab(name)).toBe(kebabed);
});

test("plurals and words follow the rules", () => {
  expect(["agent", "mesh", "entry", "key", "status"].map(plural)).toEqual([
    "agents",
    "meshes",
    "entries",
    "keys",
    "statuses",
  ]);
  expect(words("GetMeshStatus")).toEqual(["get", "mesh", "status"]);
});

test("a tree of generated files is compared and replaced, and what is written by hand is kept", () => {
  const folder = mkdtempSync(join(tmpdir(), "tree-"));
  const [made, there] = [join(folder, "made"), join(folder, "there")];
  const write = (root: string, name: string, text: string) => {
    mkdirSync(join(root, "a"), { recursive: true });
    writeFileSync(join(root, "a", name), text);
  };
  try {
    write(made, "new", "1");
    write(made, "same", "2");
    write(made, "other", "3");
    write(there, "same", "2");
    write(there, "other", "4");
    write(there, "old", "5");
    write(there, "go.mod", "6");
    const kept = new Set(["go.mod"]);
    const found = differences(made, there, kept);
    expect(found).toEqual([
      { path: join("a", "new"), kind: "missing" },
      { path: join("a", "old"), kind: "stale" },
      { path: join("a", "other"), kind: "differs" },
    ]);
    replaceTree(made, there, found);
    expect(differences(made, there, kept)).toEqual([]);
    expect(readFileSync(join(there, "a", "go.mod"), "utf8")).toBe("6");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
