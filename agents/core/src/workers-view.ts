import { createClient, type Transport } from "@connectrpc/connect";
import { AgentLiveness, AgentRole, AgentState, type Agent } from "@meshwork/gen/mesh/v1/agent";
import { AgentService, type WatchAgentsResponse } from "@meshwork/gen/mesh/v1/agent_service";
import { WatchPhase } from "@meshwork/gen/mesh/v1/watch";
import { Code } from "@connectrpc/connect";
import { AgentError, agentErrorOf } from "./agent-error.ts";
import type { Clock } from "./clock.ts";
import { resumed } from "./resumed-watch.ts";

/** The workers of a mesh as they are now, kept up to date by a watch. */
export interface WorkersView {
  /** Resolves when what is there has been read. Rejects with AgentError when it may not be. */
  ready(): Promise<void>;
  /** By id. */
  list(): readonly Agent[];
  /** Those that are alive, run, and have the capability. */
  able(capability: string): readonly Agent[];
  get(agentId: string): Agent | undefined;
  /** Calls after each change; answers a function that stops it. */
  onChange(listener: () => void): () => void;
}

export interface OwnedWorkersView extends WorkersView {
  close(): void;
}

/** Begins to watch; goes on by itself after breaks until it is closed. */
export function openWorkersView(deps: {
  readonly meshId: string;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly random: () => number;
}): OwnedWorkersView {
  const { meshId, transport } = deps;
  const client = createClient(AgentService, transport);
  const closed = new AbortController();
  const listeners = new Set<() => void>();
  let workers = new Map<string, Agent>();
  // A snapshot, the first or a later one, replaces everything, but only once it is whole.
  let snapshot: Map<string, Agent> | undefined;
  let becomeReady: () => void;
  let fail: (error: AgentError) => void;
  const ready = new Promise<void>((resolve, reject) => {
    becomeReady = resolve;
    fail = reject;
  });
  // Whoever asks hears of it.
  ready.catch(() => undefined);

  function take({ changes, phase, more }: WatchAgentsResponse): void {
    if (phase === WatchPhase.SNAPSHOT) snapshot ??= new Map();
    const target = snapshot ?? workers;
    for (const { change } of changes) {
      if (change.case === "deletedAgentId") target.delete(change.value);
      else if (change.case === "agent" && change.value.role === AgentRole.WORKER)
        target.set(change.value.agentId, change.value);
    }
    if (snapshot !== undefined && !more) {
      workers = snapshot;
      snapshot = undefined;
      becomeReady();
    }
    for (const listener of [...listeners]) listener();
  }

  async function run(): Promise<void> {
    while (!closed.signal.aborted)
      try {
        const open = (cursor: string, signal: AbortSignal): AsyncIterable<WatchAgentsResponse> => {
          snapshot = undefined;
          return client.watchAgents({ meshId, cursor }, { signal });
        };
        for await (const response of resumed(deps, { signal: closed.signal }, open)) take(response);
      } catch (thrown) {
        const error = agentErrorOf(thrown);
        // The cursor is too old: what is there is read anew.
        if (error.code === Code.OutOfRange) continue;
        fail(error);
        return;
      }
  }
  void run();

  return {
    ready: () => ready,
    list: () => [...workers.values()].sort((a, b) => (a.agentId < b.agentId ? -1 : 1)),
    able: (capability) =>
      [...workers.values()].filter(
        ({ status, capabilities }) =>
          status?.liveness === AgentLiveness.ALIVE &&
          status.state === AgentState.RUNNING &&
          capabilities.includes(capability),
      ),
    get: (agentId) => workers.get(agentId),
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: () => {
      closed.abort();
      fail(new AgentError(Code.Canceled, "the view of the workers was closed"));
      listeners.clear();
    },
  };
}
