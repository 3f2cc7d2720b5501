// Who an agent is: its own Ed25519 key, and what the mesh knows that key as.
import { createClient, type Transport } from "@connectrpc/connect";
import { AgentLinkService } from "@meshwork/gen/mesh/v1/agent_link_service";
import { SignJWT, type CryptoKey } from "jose";
import { TOKEN_LIFETIME_SECONDS } from "./limits.ts";

/** An agent's identity in a mesh, as JoinMesh answered it. */
export interface AgentIdentity {
  readonly meshId: string;
  readonly meshUid: string;
  readonly agentId: string;
  readonly agentUid: string;
}

/** What an agent keeps. The key comes first: a join that was cut short is repeated with the same key. */
export interface AgentCredential {
  readonly privateKey: CryptoKey;
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** Absent until the agent has joined. */
  readonly identity?: AgentIdentity;
}

/** Keeps one agent's credential, out of others' sight. */
export interface CredentialStore {
  /** Whether `save` needs to read the private key. */
  readonly keysExtractable: boolean;
  /** For people: where the credential is kept. */
  readonly place: string;
  /** Undefined if there is none. Throws AgentError for one that must not be used. */
  load(): Promise<AgentCredential | undefined>;
  /** Replaces it as a whole, or not at all. */
  save(credential: AgentCredential): Promise<void>;
}

/** Makes a key pair that no one else has. */
export async function createKey(extractable: boolean): Promise<AgentCredential> {
  const pair = await crypto.subtle.generateKey("Ed25519", extractable, ["sign", "verify"]);
  if (!("privateKey" in pair)) throw new TypeError("the runtime made no Ed25519 key pair");
  const publicKey = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  return { privateKey: pair.privateKey, publicKey };
}

/** Exchanges a join token for an identity. Repeating it with the same token and key is safe. */
export async function joinMesh(
  transport: Transport,
  { publicKey }: AgentCredential,
  { joinToken, agentId }: { joinToken: string; agentId: string | undefined },
  signal: AbortSignal,
): Promise<AgentIdentity> {
  const client = createClient(AgentLinkService, transport);
  const request = { joinToken, publicKey: new Uint8Array(publicKey), agentId: agentId ?? "" };
  const { agent, meshUid } = await client.joinMesh(request, { signal });
  return { meshId: agent!.meshId, meshUid, agentId: agent!.agentId, agentUid: agent!.uid };
}

/** A fresh token that shows who the agent is, good for 60 s from `nowMs` on, which the server's clock judges. */
export async function signToken(
  privateKey: CryptoKey,
  identity: AgentIdentity,
  nowMs: number,
): Promise<string> {
  const seconds = Math.floor(nowMs / 1000);
  return await new SignJWT()
    .setProtectedHeader({ alg: "EdDSA", typ: "JWT" })
    .setSubject(identity.agentUid)
    .setAudience(identity.meshUid)
    .setIssuedAt(seconds)
    .setExpirationTime(seconds + TOKEN_LIFETIME_SECONDS)
    .sign(privateKey);
}
