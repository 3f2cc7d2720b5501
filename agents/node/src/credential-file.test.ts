// A credential survives in its file, whole or not at all, and nobody else may read it.
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { Code } from "@connectrpc/connect";
import { createCredentialFile } from "./credential-file.ts";

const folder = mkdtempSync(join(tmpdir(), "credentials-"));
afterAll(() => rmSync(folder, { recursive: true }));
const identity = { meshId: "demo", meshUid: "m", agentId: "w1", agentUid: "u" };

async function credential() {
  const pair = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
  if (!("privateKey" in pair)) throw new Error("no pair");
  return { ...pair, raw: new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey)) };
}

test("what is saved is loaded, the key included; modes are 0700 and 0600; no temporary file stays", async () => {
  const path = join(folder, "a", "b", "w1.json");
  const store = createCredentialFile(path);
  expect(await store.load()).toBeUndefined();
  const { privateKey, publicKey, raw } = await credential();
  await store.save({ privateKey, publicKey: raw });
  expect((await store.load())?.identity).toBeUndefined();
  await store.save({ privateKey, publicKey: raw, identity });
  const loaded = await store.load();
  expect(loaded).toMatchObject({ identity, publicKey: raw });
  const data = new Uint8Array([1, 2, 3]);
  const signature = await crypto.subtle.sign("Ed25519", loaded!.privateKey, data);
  expect(await crypto.subtle.verify("Ed25519", publicKey, signature, data)).toBe(true);
  expect([statSync(path).mode & 0o777, statSync(join(folder, "a", "b")).mode & 0o777]).toEqual([
    0o600, 0o700,
  ]);
  expect(readdirSync(join(folder, "a", "b"))).toEqual(["w1.json"]);
});

test.each([0o640, 0o604, 0o660, 0o777])(
  "a file of mode %o is refused with the cure",
  async (mode) => {
    const path = join(folder, `open-${mode}.json`);
    writeFileSync(path, "{}");
    chmodSync(path, mode);
    await expect(createCredentialFile(path).load()).rejects.toThrow(/others may use it: chmod 600/);
  },
);

test.each(["", "{", "null", '{"version":2}', '{"version":1,"privateKey":{"kty":"RSA"}}'])(
  "a damaged file %p is refused, its content not shown",
  async (text) => {
    const path = join(folder, "damaged.json");
    writeFileSync(path, text, { mode: 0o600 });
    await expect(createCredentialFile(path).load()).rejects.toMatchObject({
      code: Code.FailedPrecondition,
      message: `credential file ${path} is damaged: remove it and join with a new token`,
    });
    expect(readFileSync(path, "utf8")).toBe(text);
  },
);

test("a key of the right shape that is no key is damage too", async () => {
  const path = join(folder, "nokey.json");
  writeFileSync(
    path,
    JSON.stringify({ version: 1, privateKey: { kty: "OKP", crv: "Ed25519", x: "AA", d: "AA" } }),
    { mode: 0o600 },
  );
  await expect(createCredentialFile(path).load()).rejects.toThrow(/is damaged/);
});
