// An agent's credential in a file that nobody else may read.
import { randomBytes } from "node:crypto";
import { mkdir, open, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { Code } from "@connectrpc/connect";
import { AgentError, type AgentCredential, type CredentialStore } from "@meshwork/agents-core";
import * as v from "valibot";
import { systemCode } from "./system-error.ts";

const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;
const OTHERS = 0o077;

const uid = v.pipe(v.string(), v.minLength(1), v.maxLength(36));
const fileSchema = v.object({
  version: v.literal(1),
  privateKey: v.object({
    kty: v.literal("OKP"),
    crv: v.literal("Ed25519"),
    x: v.string(),
    d: v.string(),
  }),
  identity: v.optional(
    v.object({ meshId: v.string(), meshUid: uid, agentId: v.string(), agentUid: uid }),
  ),
});

/**
 * Keeps a credential in a file of mode 0600, replaced as a whole by a rename; its folder is made with
 * mode 0700. Loading refuses, with FailedPrecondition and the cure, a file that others may read and one
 * that is damaged.
 */
export function createCredentialFile(path: string): CredentialStore {
  return {
    keysExtractable: true,
    place: path,
    load: () => load(path),
    save: (credential) => save(path, credential),
  };
}

/** Keeps a credential as long as the process lives: an agent that joins anew at each start. */
export function createCredentialMemory(): CredentialStore {
  let kept: AgentCredential | undefined;
  return {
    keysExtractable: false,
    place: "memory",
    load: () => Promise.resolve(kept),
    save: (credential) => {
      kept = credential;
      return Promise.resolve();
    },
  };
}

async function load(path: string): Promise<AgentCredential | undefined> {
  let text: string;
  try {
    const { mode } = await stat(path);
    // Windows has no such bits; there the folder's access list decides.
    if (process.platform !== "win32" && (mode & OTHERS) !== 0)
      throw refused(
        path,
        `has mode ${(mode & 0o777).toString(8).padStart(4, "0")}, so others may use it: chmod 600 it, and revoke the agent's credential if they did`,
      );
    text = await readFile(path, "utf8");
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw error instanceof AgentError
      ? error
      : refused(path, `cannot be read: ${String(error)}`, error);
  }
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), fileSchema), text);
  if (!parsed.success) throw refused(path, "is damaged: remove it and join with a new token");
  try {
    return await credentialOf(parsed.output);
  } catch (error) {
    throw refused(path, "is damaged: remove it and join with a new token", error);
  }
}

async function credentialOf({
  privateKey: jwk,
  identity,
}: v.InferOutput<typeof fileSchema>): Promise<AgentCredential> {
  const privateKey = await crypto.subtle.importKey("jwk", jwk, "Ed25519", true, ["sign"]);
  const publicKey = new Uint8Array(Buffer.from(jwk.x, "base64url"));
  return { privateKey, publicKey, ...(identity && { identity }) };
}

async function save(path: string, { privateKey, identity }: AgentCredential): Promise<void> {
  const { kty, crv, x, d } = await crypto.subtle.exportKey("jwk", privateKey);
  const content = { version: 1, privateKey: { kty, crv, x, d }, ...(identity && { identity }) };
  const temporary = `${path}.${randomBytes(6).toString("hex")}`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: FOLDER_MODE });
    const file = await open(temporary, "wx", FILE_MODE);
    try {
      await file.writeFile(`${JSON.stringify(content, undefined, 2)}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw refused(path, `cannot be written: ${String(error)}`, error);
  }
}

function refused(path: string, why: string, cause?: unknown): AgentError {
  return new AgentError(Code.FailedPrecondition, `credential file ${path} ${why}`, {
    cause,
    metadata: { path },
  });
}
