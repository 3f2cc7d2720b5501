// Proves that no RPC changes what it asks of a caller unnoticed, and that none lacks its access, route,
// command or docs.
import { clearExtension, createFileRegistry, fromBinary, setExtension } from "@bufbuild/protobuf";
import {
  FileDescriptorSetSchema,
  MethodOptions_IdempotencyLevel,
  type MethodOptions,
} from "@bufbuild/protobuf/wkt";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { http } from "@meshwork/gen/google/api/annotations";
import {
  access,
  AuditClass,
  Permission,
  RateClass,
  AccessSchema,
} from "@meshwork/gen/mesh/options/v1/access";
import { create } from "@bufbuild/protobuf";
import { commands } from "@meshwork/gen-cli/commands";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { contractProblems, type Generated } from "./golden/contract-problems.ts";
import { contractOfImage, goldenTable } from "./golden/golden-table.ts";
import { contractOf, type Contract } from "./model/contract.ts";
import { buildImage, repository } from "./testing/image.ts";

let image: Uint8Array;
const docsFolder = join(repository, "gen", "docs");
const generated: Generated = {
  commands,
  docs: readdirSync(docsFolder)
    .map((name) => readFileSync(join(docsFolder, name), "utf8"))
    .join("\n"),
};
const goldenFile = join(repository, "codegen", "golden", "operations.tsv");

beforeAll(() => {
  image = buildImage();
});

/** The contract with other options on one RPC. */
function withOptions(rpc: string, change: (options: MethodOptions) => void): Contract {
  const set = fromBinary(FileDescriptorSetSchema, image);
  const [service, name] = rpc.split("/");
  const options = set.file
    .flatMap((file) =>
      file.service.map((each) => ({
        typeName: `${file.package}.${each.name}`,
        methods: each.method,
      })),
    )
    .find(({ typeName }) => typeName === service)
    ?.methods.find((each) => each.name === name)?.options;
  if (options === undefined) throw new Error(`there is no ${rpc}`);
  change(options);
  return contractOf(createFileRegistry(set));
}

describe("the golden table", () => {
  test("is what the contract says; if this is on purpose: npm run accept-contract", () => {
    expect(goldenTable(contractOfImage(image))).toBe(readFileSync(goldenFile, "utf8"));
  });

  const get = {
    permission: Permission.AGENTS_GET,
    scopeField: "mesh_id",
    audit: AuditClass.NONE,
    rate: RateClass.READ,
  };
  test.each([
    ["permission", { ...get, permission: Permission.PUBLIC }],
    ["scope", { ...get, scopeField: "" }],
    ["audit", { ...get, audit: AuditClass.ALWAYS }],
    ["rate", { ...get, rate: RateClass.WRITE }],
  ])("differs when a %s does", (_, terms) => {
    const changed = withOptions("mesh.v1.AgentService/GetAgent", (options) => {
      setExtension(options, access, create(AccessSchema, terms));
    });
    const same = withOptions("mesh.v1.AgentService/GetAgent", (options) => {
      setExtension(options, access, create(AccessSchema, get));
    });
    expect(goldenTable(changed)).not.toBe(goldenTable(same));
    expect(goldenTable(same)).toBe(goldenTable(contractOfImage(image)));
  });

  test("differs when the idempotency does", () => {
    const changed = withOptions("mesh.v1.AgentService/DeleteAgent", (options) => {
      options.idempotencyLevel = MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS;
    });
    expect(goldenTable(changed)).not.toBe(goldenTable(contractOfImage(image)));
  });
});

describe("every RPC is complete", () => {
  test("in the contract as it is", () => {
    expect(contractProblems(contractOfImage(image), generated)).toEqual([]);
  });

  test("or it is named: without access", () => {
    const contract = withOptions("mesh.v1.MeshService/GetMesh", (options) => {
      clearExtension(options, access);
    });
    expect(contractProblems(contract, generated)).toEqual([
      "mesh.v1.MeshService/GetMesh declares no access",
    ]);
  });

  test("or it is named: with unspecified classes and a scope that is not there", () => {
    const contract = withOptions("mesh.v1.MeshService/GetMesh", (options) => {
      setExtension(options, access, create(AccessSchema, { scopeField: "mesh" }));
    });
    expect(contractProblems(contract, generated)).toEqual([
      "mesh.v1.MeshService/GetMesh declares PERMISSION_UNSPECIFIED",
      "mesh.v1.MeshService/GetMesh declares AUDIT_CLASS_UNSPECIFIED",
      "mesh.v1.MeshService/GetMesh declares RATE_CLASS_UNSPECIFIED",
      "mesh.v1.MeshService/GetMesh has its scope in mesh, which its request lacks",
    ]);
  });

  test("or it is named: without route, command, docs", () => {
    const contract = withOptions("mesh.v1.MeshService/GetMesh", (options) => {
      clearExtension(options, http);
    });
    const less = {
      commands: commands.filter(({ method }) => method !== "GetMesh"),
      docs: generated.docs.replaceAll("`mesh.v1.MeshService/GetMesh`", ""),
    };
    expect(contractProblems(contract, less)).toEqual([
      "mesh.v1.MeshService/GetMesh has no HTTP route",
      "mesh.v1.MeshService/GetMesh has no command: run npm run generate",
      "mesh.v1.MeshService/GetMesh has no docs entry: run npm run generate",
    ]);
  });
});
