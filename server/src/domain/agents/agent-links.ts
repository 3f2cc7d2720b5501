import type { AgentLoad, HealthCheck } from "@meshwork/gen/mesh/v1/agent";
import type { MeshTraffic } from "@meshwork/gen/mesh/v1/mesh";

/** What this process remembers of an agent whose link it holds. */
export interface LiveSession {
  readonly sessionId: string;
  readonly epoch: number;
  readonly nodeId: string;
  readonly connectTime: Date;
  readonly lastSeenTime: Date;
  readonly peerAddress: string;
  readonly roundTripMs?: number;
  readonly load?: AgentLoad;
  readonly health: readonly HealthCheck[];
}

/**
 * What agents and meshes ask of the links, which stand above them: `domain/links` provides it and
 * `main.ts` hands it in.
 */
export interface AgentLinks {
  readonly nodeId: string;
  /** The open session of an agent, by its uid. */
  session(agentUid: string): LiveSession | undefined;
  /** The record of the agent or the settings of its mesh changed: send `config`, arm deadlines. */
  agentChanged(agentUid: string): void;
  meshChanged(meshUid: string): void;
  /** The agent's credential is void: end its session within 1 s. */
  credentialRevoked(agentUid: string, message: string): void;
  /** The agent's record is gone: forget it. */
  agentDeleted(agentUid: string): void;
  /** Open sessions and calls of a mesh, and what went through them. */
  mesh(meshUid: string): {
    readonly sessions: number;
    readonly callsInFlight: number;
    readonly traffic: MeshTraffic;
    /** Agent ids, with counts since the process started; bounded. */
    readonly flows: readonly { from: string; to: string; messages: number; calls: number }[];
  };
}
