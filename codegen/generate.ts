// Generates the code and documents of all languages whose tools are at hand, or checks (`--check`)
// that the committed ones are what would be generated. With CI=true a missing tool is a failure.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { differences, replaceTree } from "./generated-tree.ts";

interface Step {
  readonly what: string;
  readonly template: string;
  /** Folders that hold nothing but this step's files, and what is kept beside them by hand. */
  readonly outs: readonly string[];
  /** Commands of the step's tools, each with what it prints in the version that is pinned. */
  readonly tools: readonly (readonly [prints: string, command: string, ...args: string[]])[];
  /** How to get the tools. */
  readonly hint: string;
}

const steps: readonly Step[] = [
  { what: "TypeScript", template: "buf.gen.yaml", outs: ["gen/ts/src"], tools: [], hint: "" },
  {
    what: "command table, codecs, reference docs",
    template: "codegen/buf/mesh.yaml",
    outs: ["gen/cli/src", "gen/codec/src", "gen/docs"],
    tools: [],
    hint: "",
  },
  {
    what: "Go",
    template: "codegen/buf/go.yaml",
    outs: ["gen/go"],
    tools: [
      ["protoc-gen-go v1.36.12", "protoc-gen-go", "--version"],
      ["protoc-gen-go-grpc 1.6.2", "protoc-gen-go-grpc", "--version"],
    ],
    hint: "go install google.golang.org/protobuf/cmd/protoc-gen-go@v1.36.12 google.golang.org/grpc/cmd/protoc-gen-go-grpc@v1.6.2",
  },
  {
    what: "Python",
    template: "codegen/buf/python.yaml",
    outs: ["gen/python"],
    tools: [
      [
        "1.85.1",
        "python3",
        "-c",
        "import importlib.metadata as m; print(m.version('grpcio-tools'))",
      ],
    ],
    hint: "pip install grpcio-tools==1.85.1",
  },
];

/** Files in the folders that are written by hand. */
const keptByHand: ReadonlySet<string> = new Set(["go.mod", "go.sum", "pyproject.toml"]);

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const env = {
  ...process.env,
  PATH: [
    join(root, "node_modules", ".bin"),
    dirname(process.execPath),
    process.env["PATH"] ?? "",
    join(homedir(), "go", "bin"),
  ].join(delimiter),
};

const check = process.argv.includes("--check");
let failed = false;
for (const step of steps) {
  const missing = missingTool(step);
  if (missing !== undefined) {
    console.warn(`skipped: ${step.what} (needs ${missing}: ${step.hint})`);
    failed ||= process.env["CI"] === "true";
    continue;
  }
  failed = !generate(step) || failed;
}
process.exitCode = failed ? 1 : 0;

/** Generates aside and compares or replaces, so that a failing generator leaves everything as it was. */
function generate({ what, template, outs }: Step): boolean {
  const aside = mkdtempSync(join(tmpdir(), "generate-"));
  try {
    const args = ["generate", "--template", template, "--output", aside];
    const { status } = spawnSync("buf", args, { cwd: root, env, stdio: "inherit" });
    if (status !== 0) return false;
    const changed = outs.flatMap((out) => {
      const found = differences(join(aside, out), join(root, out), keptByHand);
      if (!check) replaceTree(join(aside, out), join(root, out), found);
      return found.map(({ path, kind }) => `${kind}: ${join(out, path)}`);
    });
    if (!check) console.log(`generated: ${what} (${changed.length} files changed)`);
    else if (changed.length === 0) console.log(`up to date: ${what}`);
    else console.error([`not up to date: ${what}; run npm run generate`, ...changed].join("\n  "));
    return !check || changed.length === 0;
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

function missingTool({ tools }: Step): string | undefined {
  const missing = tools.find(([prints, command, ...args]) => {
    const { error, stdout } = spawnSync(command, args, { cwd: root, env, encoding: "utf8" });
    return error !== undefined || stdout.trim() !== prints;
  });
  return missing === undefined ? undefined : `${missing[1]} that prints "${missing[0]}"`;
}
