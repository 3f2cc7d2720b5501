import { createClient, type Transport } from "@connectrpc/connect";
import type { Mesh } from "@meshwork/gen/mesh/v1/mesh";
import { MeshService } from "@meshwork/gen/mesh/v1/mesh_service";
import { durationOf } from "./duration.ts";
import { agentErrorOf } from "./agent-error.ts";
import type { IWorkerAgent } from "./agent.ts";
import type { Clock } from "./clock.ts";
import type { AgentConfig } from "./configuration.ts";
import { createMesh, type IMesh } from "./mesh.ts";

/** The meshes of an installation, as the holder's API key may see them. Functions reject with AgentError. */
export interface IMeshManager {
  /** Makes a mesh. */
  create(mesh?: MeshInit): Promise<IMesh>;
  /** A mesh that is there; NotFound if it is not, or if the key may not know of it. */
  get(meshId: string): Promise<IMesh>;
  /** All meshes, by id, page by page as the loop goes. */
  list(): AsyncIterable<Mesh>;
  /** Enrols a new worker in a mesh and answers it, running: provision, join and start in one. */
  join(meshId: string, worker: AgentConfig): Promise<IWorkerAgent>;
  /** Releases the connection; agents that joined live on. */
  close(): void;
}

export interface MeshInit {
  /** Default: one is made up. */
  readonly meshId?: string;
  readonly displayName?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** 100 ms to 10 min; default 10 s. */
  readonly heartbeatIntervalMs?: number;
  /** From two intervals to 1 h; default three intervals. */
  readonly lostAfterMs?: number;
}

export interface MeshManagerConfig {
  /** Carries the API key. */
  readonly transport: Transport & { close(): void };
  readonly clock: Clock;
  readonly random: () => number;
  /** Makes a worker in the same runtime. */
  readonly createWorker: (config: AgentConfig) => IWorkerAgent;
}

const MESHES_PER_PAGE = 500;

/** The front door for programs that hold an API key. */
export function createMeshManager({
  transport,
  clock,
  random,
  createWorker,
}: MeshManagerConfig): IMeshManager {
  const client = createClient(MeshService, transport);
  const named = (meshId: string): IMesh => createMesh({ meshId, transport, clock, random });

  return {
    create: async (mesh = {}) => {
      const { meshId = "", displayName = "", labels = {}, heartbeatIntervalMs, lostAfterMs } = mesh;
      const settings = {
        ...(heartbeatIntervalMs !== undefined && {
          heartbeatInterval: durationOf(heartbeatIntervalMs),
        }),
        ...(lostAfterMs !== undefined && { lostAfter: durationOf(lostAfterMs) }),
      };
      const request = { meshId, displayName, labels: { ...labels }, settings };
      try {
        const response = await client.createMesh(request);
        return named(response.mesh!.meshId);
      } catch (error) {
        throw agentErrorOf(error);
      }
    },
    get: async (meshId) => {
      const mesh = named(meshId);
      await mesh.get();
      return mesh;
    },
    list: async function* () {
      let pageToken = "";
      try {
        do {
          const page = await client.listMeshes({ pageSize: MESHES_PER_PAGE, pageToken });
          yield* page.meshes;
          pageToken = page.nextPageToken;
        } while (pageToken !== "");
      } catch (error) {
        throw agentErrorOf(error);
      }
    },
    join: async (meshId, config) => {
      const provisioned = config.agentId === undefined ? {} : { agentId: config.agentId };
      const { agent, joinToken } = await named(meshId).provision(provisioned);
      const worker = createWorker({ ...config, agentId: agent.agentId, joinToken });
      await worker.start();
      return worker;
    },
    close: () => {
      transport.close();
    },
  };
}
