import { Code, createClient, type Transport } from "@connectrpc/connect";
import type { Agent, AgentLiveness, AgentRole, AgentState } from "@meshwork/gen/mesh/v1/agent";
import { AgentService } from "@meshwork/gen/mesh/v1/agent_service";
import type { Mesh, MeshChange, MeshStatus, MeshTopology } from "@meshwork/gen/mesh/v1/mesh";
import { MeshService } from "@meshwork/gen/mesh/v1/mesh_service";
import { MessageService } from "@meshwork/gen/mesh/v1/message_service";
import type { WatchPhase } from "@meshwork/gen/mesh/v1/watch";
import { durationOf } from "./duration.ts";
import { AgentError, agentErrorOf } from "./agent-error.ts";
import type { Clock } from "./clock.ts";
import { gatherReplies, type Gathering } from "./gathering.ts";
import type { AgentSelection, MessageTarget } from "./message-target.ts";
import {
  callAgent,
  isAtLeastOnce,
  lastAnswer,
  messageOf,
  type AtLeastOnceOptions,
  type AtMostOnceOptions,
  type CallOptions,
  type MessageInit,
} from "./outgoing.ts";
import type { Content, Data } from "./payload.ts";
import { resumed } from "./resumed-watch.ts";

/** A mesh, as its holder's credential may see it. Every function rejects with AgentError. */
export interface IMesh {
  readonly meshId: string;
  get(): Promise<Mesh>;
  status(): Promise<MeshStatus>;
  topology(): Promise<MeshTopology>;
  getAgent(agentId: string): Promise<Agent>;
  /** All agents that match, by id, page by page as the loop goes. */
  listAgents(filter?: AgentFilter): AsyncIterable<Agent>;
  /** What is there, then what happens, until the signal fires; goes on by itself after a break. */
  watch(options?: WatchOptions): AsyncIterable<WatchedChanges>;
  /**
   * Sends a message to an agent, a group, a topic's subscribers, a selection or all; answers its id. At
   * most once unless asked otherwise, at least once to a group; then it is on the server's disk.
   */
  send(
    target: MessageTarget,
    message: MessageInit,
    options?: AtMostOnceOptions | SendRequestOptions,
  ): Promise<string>;
  /** Calls a capability of an agent and answers its last answer. */
  call(agentId: string, capability: string, data?: Data, options?: CallOptions): Promise<Content>;
  /** As `call`, with every answer as it comes. Leaving the loop cancels the call. */
  callStream(
    agentId: string,
    capability: string,
    data?: Data,
    options?: CallOptions,
  ): AsyncIterable<Content>;
  /**
   * Calls a capability of all agents that fulfil the selector and have it, at most 1,000, and hands out
   * their answers as they come. After the loop `summary` says who did not answer, and why.
   */
  gather(
    selector: AgentSelection,
    capability: string,
    data?: Data,
    options?: CallOptions,
  ): Gathering;
  /** Puts an agent on record; answers the single-use join token by which it comes in. */
  provision(agent: ProvisionInit): Promise<{ readonly agent: Agent; readonly joinToken: string }>;
  /** Ends an agent for good, within the grace; default 10 s. */
  terminate(
    agentId: string,
    options?: { readonly graceMs?: number; readonly reason?: string },
  ): Promise<Agent>;
}

export interface SendRequestOptions extends AtLeastOnceOptions {
  /**
   * Makes a repetition safe: the same id is answered again for 24 h. Default: one of its own; at most 128
   * characters.
   */
  readonly requestId?: string;
}

/** All that is given has to hold. */
export interface AgentFilter {
  readonly liveness?: readonly AgentLiveness[];
  readonly states?: readonly AgentState[];
  readonly role?: AgentRole;
  readonly matchLabels?: Readonly<Record<string, string>>;
}

export interface WatchOptions {
  /** Ends the watch. */
  readonly signal?: AbortSignal;
  /** Of the last changes seen: go on after them. */
  readonly cursor?: string;
}

/** One whole commit or more, unless `more` follows. */
export interface WatchedChanges {
  readonly changes: readonly MeshChange[];
  readonly cursor: string;
  readonly phase: WatchPhase;
  readonly more: boolean;
}

export interface ProvisionInit {
  /** Default: one is made up. */
  readonly agentId?: string;
  readonly role?: AgentRole;
  readonly displayName?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

const AGENTS_PER_PAGE = 500;

/** A mesh by its name; nothing is looked up. */
export function createMesh(deps: {
  readonly meshId: string;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: () => number;
}): IMesh {
  const { meshId, transport } = deps;
  const meshes = createClient(MeshService, transport);
  const agents = createClient(AgentService, transport);
  const callStream: IMesh["callStream"] = (agentId, capability, data, options) =>
    callAgent(transport, { meshId, agentId, capability }, data, options);

  return {
    meshId,
    get: async () => present((await answered(meshes.getMesh({ meshId }))).mesh, "mesh"),
    status: async () =>
      present((await answered(meshes.getMeshStatus({ meshId }))).status, "status"),
    topology: async () =>
      present((await answered(meshes.getMeshTopology({ meshId }))).topology, "topology"),
    getAgent: async (agentId) =>
      present((await answered(agents.getAgent({ meshId, agentId }))).agent, "agent"),
    listAgents: async function* ({ liveness = [], states = [], role, matchLabels = {} } = {}) {
      const filter = {
        meshId,
        pageSize: AGENTS_PER_PAGE,
        liveness: [...liveness],
        states: [...states],
        matchLabels: { ...matchLabels },
        ...(role !== undefined && { role }),
      };
      let pageToken = "";
      do {
        const page = await answered(agents.listAgents({ ...filter, pageToken }));
        yield* page.agents;
        pageToken = page.nextPageToken;
      } while (pageToken !== "");
    },
    watch: (options = {}) =>
      resumed(deps, options, (cursor, signal) => meshes.watchMesh({ meshId, cursor }, { signal })),
    send: async (target, init, options: SendRequestOptions | AtMostOnceOptions = {}) => {
      const message = messageOf(target, init, options);
      const request = {
        meshId,
        message,
        ...(isAtLeastOnce(target, options) && {
          requestId: (options as SendRequestOptions).requestId ?? crypto.randomUUID(),
        }),
      };
      return (await answered(createClient(MessageService, transport).sendMessage(request)))
        .messageId;
    },
    call: async (...args) => await lastAnswer(callStream(...args)),
    callStream,
    gather: (selector, capability, data, options) =>
      gatherReplies(transport, { meshId, selector, capability }, data, options),
    provision: async ({ labels = {}, ...agent }) => {
      const request = { meshId, ...agent, labels: { ...labels } };
      const response = await answered(agents.provisionAgent(request));
      return { agent: present(response.agent, "agent"), joinToken: response.joinToken };
    },
    terminate: async (agentId, { graceMs, reason = "" } = {}) => {
      const grace = graceMs === undefined ? {} : { grace: durationOf(graceMs) };
      return present(
        (await answered(agents.terminateAgent({ meshId, agentId, reason, ...grace }))).agent,
        "agent",
      );
    },
  };
}

async function answered<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw agentErrorOf(error);
  }
}

function present<T>(part: T | undefined, name: string): T {
  if (part === undefined)
    throw new AgentError(Code.Internal, `the server's answer holds no ${name}`);
  return part;
}
