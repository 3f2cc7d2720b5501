// The mesh `demo` and the records of its agents: made where they are missing, else left as they are.
import { mkdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Client, Code, ConnectError, createClient } from "@connectrpc/connect";
import { AgentDesiredState, AgentRole } from "@meshwork/gen/mesh/v1/agent";
import { AgentService } from "@meshwork/gen/mesh/v1/agent_service";
import { MeshService } from "@meshwork/gen/mesh/v1/mesh_service";
import { createGrpcTransport } from "@meshwork/wire/grpc-transport";

/** The mesh of the demo. */
export const demoMeshId = "demo";

/** Short, so that a person sees things happen. */
const heartbeatSeconds = 2n;

/** An agent of the demo and the files that it comes in with. */
export interface DemoAgent {
  readonly agentId: string;
  readonly role: AgentRole;
  readonly credentialFile: string;
  /** Absent where the credential file is there already. */
  readonly joinTokenFile?: string;
}

const wanted = [
  { agentId: "manager", role: AgentRole.MANAGER },
  { agentId: "w1", role: AgentRole.WORKER },
  { agentId: "w2", role: AgentRole.WORKER },
] as const;

/** Prepares mesh and agents; an agent that someone terminated stays so and is left out. */
export async function prepareDemoMesh(
  endpoint: string,
  token: string,
  data: string,
): Promise<readonly DemoAgent[]> {
  const transport = createGrpcTransport({
    endpoint,
    headers: { authorization: `Bearer ${token}` },
  });
  try {
    await ensureMesh(createClient(MeshService, transport));
    const folder = join(data, "agents");
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const client = createClient(AgentService, transport);
    const agents: DemoAgent[] = [];
    for (const agent of wanted) {
      const prepared = await ensureAgent(client, folder, agent);
      if (prepared !== undefined) agents.push(prepared);
    }
    return agents;
  } finally {
    transport.close();
  }
}

async function ensureMesh(meshes: Client<typeof MeshService>): Promise<void> {
  try {
    await meshes.createMesh({
      meshId: demoMeshId,
      displayName: "Demo",
      settings: {
        heartbeatInterval: { seconds: heartbeatSeconds },
        lostAfter: { seconds: 3n * heartbeatSeconds },
      },
    });
  } catch (error) {
    if (ConnectError.from(error).code !== Code.AlreadyExists) throw error;
  }
}

async function ensureAgent(
  agents: Client<typeof AgentService>,
  folder: string,
  { agentId, role }: (typeof wanted)[number],
): Promise<DemoAgent | undefined> {
  const credentialFile = join(folder, `${agentId}.credential.json`);
  const joinTokenFile = join(folder, `${agentId}.join-token`);
  const name = { meshId: demoMeshId, agentId };
  const { agent } = await agents.getAgent(name).catch((error: unknown) => {
    if (ConnectError.from(error).code === Code.NotFound) return { agent: undefined };
    throw error;
  });
  if (agent?.desiredState === AgentDesiredState.TERMINATED) return undefined;
  const joined = await stat(credentialFile).catch(() => undefined);
  if (agent !== undefined && joined !== undefined) return { agentId, role, credentialFile };
  if (agent !== undefined) await discard(agents, name);
  // A key without a record, or a record without its key, is of no use: both begin anew.
  await rm(credentialFile, { force: true });
  const { joinToken } = await agents.provisionAgent({ ...name, role, labels: { demo: "true" } });
  await writeFile(joinTokenFile, joinToken, { mode: 0o600 });
  return { agentId, role, credentialFile, joinTokenFile };
}

async function discard(
  agents: Client<typeof AgentService>,
  name: { readonly meshId: string; readonly agentId: string },
): Promise<void> {
  await agents.terminateAgent({
    ...name,
    grace: { seconds: 0n },
    reason: "its credential file is gone",
  });
  await agents.deleteAgent(name);
}
