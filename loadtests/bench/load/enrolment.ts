// Puts agents on record and gives them credentials, by the same RPCs as anybody else.
import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { createClient } from "@connectrpc/connect";
import { AgentRole } from "@meshwork/gen/mesh/v1/agent";
import { AgentLinkService } from "@meshwork/gen/mesh/v1/agent_link_service";
import { AgentService } from "@meshwork/gen/mesh/v1/agent_service";
import { MeshService } from "@meshwork/gen/mesh/v1/mesh_service";
import { bearer } from "@meshwork/wire/bearer";
import { createGrpcTransport } from "@meshwork/wire/grpc-transport";
import type { Child } from "../processes/children.ts";

export const MESH_ID = "bench";

/** An agent that has joined. */
export interface EnrolledAgent {
  readonly agentId: string;
  /** A token good for 60 s from now on. */
  token(): string;
}

const LANES = 64;
const TOKEN_LIFETIME_SECONDS = 60;

/**
 * Makes the mesh, with heartbeats so rare that none but the benchmark's own are sent or missed meanwhile.
 */
export async function createMesh({ url, key }: Child): Promise<void> {
  const transport = createGrpcTransport({ endpoint: url, headers: bearer(key) });
  await createClient(MeshService, transport).createMesh({
    meshId: MESH_ID,
    settings: { heartbeatInterval: { seconds: 600n }, lostAfter: { seconds: 3_600n } },
  });
  transport.close();
}

/** Provisions and joins `count` agents. */
export async function enrol({ url, key }: Child, count: number): Promise<EnrolledAgent[]> {
  const transport = createGrpcTransport({ endpoint: url });
  const agents = createClient(AgentService, transport);
  const links = createClient(AgentLinkService, transport);
  const admin = bearer(key) as Record<string, string>;
  const one = async (number: number): Promise<EnrolledAgent> => {
    const agentId = `agent-${number}`;
    const request = { meshId: MESH_ID, agentId, role: AgentRole.WORKER };
    const { joinToken } = await agents.provisionAgent(request, { headers: admin });
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    const raw = Buffer.from(publicKey.export({ format: "jwk" }).x!, "base64url");
    const joined = await links.joinMesh({ joinToken, publicKey: new Uint8Array(raw), agentId });
    const uid = joined.agent!.uid;
    return { agentId, token: () => signToken(privateKey, uid, joined.meshUid) };
  };
  try {
    return await inLanes(count, one);
  } finally {
    transport.close();
  }
}

/** Puts `count` agents on record that never join. */
export async function provision({ url, key }: Child, count: number): Promise<void> {
  const transport = createGrpcTransport({ endpoint: url, headers: bearer(key) });
  const agents = createClient(AgentService, transport);
  try {
    await inLanes(count, (number) =>
      agents.provisionAgent({
        meshId: MESH_ID,
        agentId: `agent-${number}`,
        role: AgentRole.WORKER,
      }),
    );
  } finally {
    transport.close();
  }
}

/** Does `work` for 0, 1, 2 … with 64 in flight; the results in order. */
export async function inLanes<T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) results[index] = await work(index);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return results;
}

function signToken(key: KeyObject, subject: string, audience: string): string {
  const seconds = Math.floor(Date.now() / 1000);
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const head = part({ alg: "EdDSA", typ: "JWT" });
  const exp = seconds + TOKEN_LIFETIME_SECONDS;
  const claims = part({ sub: subject, aud: audience, iat: seconds, exp });
  const signed = `${head}.${claims}`;
  return `${signed}.${sign(null, Buffer.from(signed), key).toString("base64url")}`;
}
