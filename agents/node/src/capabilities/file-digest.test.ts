// file.digest counts exactly as wc does on any bytes, reads files of any size, and never leaves its roots.
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "@jest/globals";
import { AgentError, type CapabilityCall } from "@meshwork/agents-core";
import { Code } from "@connectrpc/connect";
import fc from "fast-check";
import { createFileDigest, createWordCounter, type FileDigest } from "./file-digest.ts";

const base = mkdtempSync(join(tmpdir(), "digest-"));
const root = join(base, "root");
mkdirSync(join(root, "sub"), { recursive: true });
mkdirSync(join(base, "root2"));
afterAll(() => rmSync(base, { recursive: true }));
const digest = createFileDigest({ roots: [root, join(base, "root2")] });

async function ask(argument: unknown): Promise<FileDigest> {
  const call = { json: () => argument, signal: new AbortController().signal } as CapabilityCall;
  return (await digest(call)) as FileDigest;
}

function wc(bytes: Uint8Array): { lines: number; words: number; bytes: number } {
  const { stdout } = spawnSync("wc", ["-lwc"], {
    input: bytes,
    env: { ...process.env, LC_ALL: "C" },
  });
  const [lines, words, count] = String(stdout).trim().split(/\s+/).map(Number);
  return { lines: lines!, words: words!, bytes: count! };
}

/** Later versions of wc let any byte begin a word; what both count alike is compared then. */
const anyByteBeginsWord = wc(Uint8Array.of(1)).words === 1;
const comparable = (bytes: Uint8Array): Uint8Array =>
  anyByteBeginsWord
    ? bytes.filter((byte) => (byte >= 9 && byte <= 13) || (byte >= 32 && byte < 127))
    : bytes;

describe("counting", () => {
  test("each byte alone, between letters and between spaces, as wc counts it", () => {
    for (let byte = 0; byte < 256; byte += 1)
      for (const around of [[], [0x61], [0x20], [0x00], [0xff]]) {
        const bytes = comparable(Uint8Array.from([...around, byte, ...around]));
        const counter = createWordCounter();
        counter.add(bytes);
        expect([byte, around, counter.counts()]).toEqual([byte, around, wc(bytes)]);
      }
  }, 60_000);

  test("random bytes, in chunks cut anywhere", () => {
    const tricky = fc.constantFrom(
      0,
      9,
      10,
      11,
      12,
      13,
      32,
      31,
      33,
      0x41,
      126,
      127,
      128,
      0x85,
      0xa0,
      255,
    );
    const bytes = fc.array(fc.oneof(tricky, fc.integer({ min: 0, max: 255 })), { maxLength: 300 });
    fc.assert(
      fc.property(bytes, fc.nat(300), (values, cut) => {
        const input = comparable(Uint8Array.from(values));
        const counter = createWordCounter();
        counter.add(input.subarray(0, cut));
        counter.add(input.subarray(cut));
        expect(counter.counts()).toEqual(wc(input));
      }),
      { numRuns: 60 },
    );
  }, 60_000);

  test("a file larger than a chunk, words and lines across its borders", async () => {
    const bytes = comparable(
      Uint8Array.from({ length: 1_000_003 }, (_, i) => (i * i * 7 + (i >> 3)) & 255),
    );
    writeFileSync(join(root, "sub", "big"), bytes);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    expect(await ask({ path: "sub/big" })).toEqual({ path: "sub/big", ...wc(bytes), sha256 });
    expect((await ask({ root, path: join(root, "sub", "big") })).sha256).toBe(sha256);
  });

  test("an empty file", async () => {
    writeFileSync(join(root, "empty"), "");
    const sha256 = createHash("sha256").digest("hex");
    expect(await ask({ path: "empty" })).toEqual({
      path: "empty",
      lines: 0,
      words: 0,
      bytes: 0,
      sha256,
    });
  });
});

describe("roots", () => {
  writeFileSync(join(base, "secret"), "s");
  writeFileSync(join(base, "root2", "other"), "o");
  mkdirSync(join(base, "outside"));
  writeFileSync(join(base, "outside", "file"), "x");
  symlinkSync(join(base, "secret"), join(root, "link-out"));
  symlinkSync(join(base, "outside"), join(root, "folder-out"));
  symlinkSync("sub", join(root, "link-in"));
  writeFileSync(join(root, "sub", "file"), "one two\n");
  execFileSync("mkfifo", [join(root, "pipe")]);

  test.each([
    "../secret",
    "../no-such-file",
    "sub/../../secret",
    join(base, "secret"),
    "/etc/passwd",
    "/no/such/file",
    "link-out",
    "folder-out/file",
    "../root2/other",
    "../root-not-there",
  ])("%s lies outside", async (path) => {
    await expect(ask({ path })).rejects.toMatchObject({ code: Code.PermissionDenied });
  });

  test("links within a root are followed; another root has to be named, by itself or by an absolute path", async () => {
    expect((await ask({ path: "link-in/file" })).words).toBe(2);
    expect((await ask({ root: join(base, "root2"), path: "other" })).bytes).toBe(1);
    expect((await ask({ path: join(base, "root2", "other") })).bytes).toBe(1);
  });

  test.each([
    [{ path: "no-such-file" }, Code.NotFound],
    [{ path: "sub/file/below" }, Code.NotFound],
    [{ path: "sub" }, Code.InvalidArgument],
    [{ path: "pipe" }, Code.InvalidArgument],
    [{ root: "/etc", path: "passwd" }, Code.PermissionDenied],
    [{ root: base, path: "secret" }, Code.PermissionDenied],
    [{ path: "a\0b" }, Code.InvalidArgument],
    [{ path: "" }, Code.InvalidArgument],
    [{ path: "x".repeat(5000) }, Code.InvalidArgument],
    [{ path: "sub/file", mode: "w" }, Code.InvalidArgument],
    [["sub/file"], Code.InvalidArgument],
    [null, Code.InvalidArgument],
  ])("%p is refused", async (argument, code) => {
    const refused = ask(argument);
    await expect(refused).rejects.toBeInstanceOf(AgentError);
    await expect(refused).rejects.toMatchObject({ code });
  });
});
