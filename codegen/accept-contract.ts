// Accepts the contract as it is now: writes the image that `buf breaking` compares with and the golden
// table of what each RPC asks for. Both are committed, so that a change of either shows in review.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { contractOfImage, goldenTable } from "./golden/golden-table.ts";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const image = join(root, "api.binpb");
const table = join(root, "codegen", "golden", "operations.tsv");
const path = [join(root, "node_modules", ".bin"), process.env["PATH"] ?? ""].join(delimiter);

execFileSync("buf", ["build", "proto", "--exclude-source-info", "-o", image], {
  cwd: root,
  env: { ...process.env, PATH: path },
  stdio: "inherit",
});
writeFileSync(table, goldenTable(contractOfImage(readFileSync(image))));
console.log("accepted: api.binpb, codegen/golden/operations.tsv");
