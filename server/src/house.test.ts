// The arrows and shapes of the house hold, and a breach of each kind is found.
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { houseViolations, sourceFiles } from "./testing/house-rules.ts";

const root = join(import.meta.dirname, "../..");

test("the house keeps its rules", () => {
  expect(sourceFiles(root).length).toBeGreaterThan(50);
  expect(houseViolations(root)).toEqual([]);
});

describe("a breach in a scratch copy is found", () => {
  let copy: string;

  beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), "house-"));
    for (const file of sourceFiles(root)) {
      mkdirSync(dirname(join(copy, file)), { recursive: true });
      cpSync(join(root, file), join(copy, file));
    }
  });
  afterAll(() => rmSync(copy, { recursive: true }));

  const breaches: [file: string, text: string, reason: RegExp][] = [
    ["server/src/domain/agents/a.ts", 'import { x } from "../../gateway/gateway.ts";', /may not/],
    ["server/src/domain/agents/b.ts", 'import { x } from "../../store/sqlite/x.ts";', /may not/],
    [
      "server/src/domain/agents/c.ts",
      'import { Code } from "@connectrpc/connect";',
      /know Connect/,
    ],
    ["server/src/gateway/d.ts", 'import type { x } from "../domain/agents/agents.ts";', /may not/],
    ["server/src/gateway/e.ts", 'import { MongoClient } from "mongodb";', /MongoDB/],
    ["server/src/security/f.ts", 'export { x } from "../domain/errors.ts";', /may not/],
    ["server/src/store/sqlite/g.ts", 'import { x } from "../../domain/errors.ts";', /may not/],
    ["server/src/telemetry/h.ts", 'import { x } from "@meshwork/gen/mesh/v1/agent";', /may not/],
    ["agents/core/src/i.ts", 'import { readFile } from "node:fs/promises";', /browsers/],
    ["agents/core/src/j.ts", 'import { x } from "@meshwork/agents-node";', /may not/],
    ["agents/node/src/k.ts", 'import * as grpc from "@grpc/grpc-js";', /grpc-js/],
    ["cli/src/l.ts", 'const x = await import("@meshwork/server/main");', /may not/],
    ["wire/src/m.ts", 'import {\n  x,\n} from "@meshwork/agents-core";', /may not/],
    ["server/src/elsewhere/n.ts", "export const x = 1;", /no room/],
    [
      "server/src/domain/agents/q.ts",
      'import { createMeshes } from "../meshes/meshes.ts";',
      /domain\/agents and domain\/meshes import each other/,
    ],
    ["wire/src/o.ts", "export default 1;", /default export/],
    ["wire/src/p.ts", 'export * from "./q.ts";', /barrel/],
    ["wire/src/utils.ts", "export const x = 1;", /the one thing/],
    ["wire/src/r.ts", "// line\n".repeat(401), /401 lines/],
    ["wire/src/camelCase.ts", "export const x = 1;", /kebab/],
  ];

  test.each(breaches)("%s: %s", (file, text, reason) => {
    const path = join(copy, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    const found = houseViolations(copy).filter((violation) => violation.file === file);
    rmSync(path);
    expect(found).toEqual([{ file, reason: expect.stringMatching(reason) }]);
  });
});
