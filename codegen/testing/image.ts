// The contract as it stands in proto/, for tests.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root. */
export const repository = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** Builds proto/ with comments. Throws what buf says. */
export function buildImage(): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), "image-"));
  try {
    const path = [join(repository, "node_modules", ".bin"), process.env["PATH"] ?? ""].join(
      delimiter,
    );
    const file = join(folder, "image.binpb");
    execFileSync("buf", ["build", "proto", "-o", file], {
      cwd: repository,
      env: { ...process.env, PATH: path },
    });
    return new Uint8Array(readFileSync(file));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
