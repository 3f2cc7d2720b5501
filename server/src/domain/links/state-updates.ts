import type { StateUpdateMessage } from "@meshwork/gen/mesh/v1/link";
import { stateUpdateWrite } from "../agents/agent-changes.ts";
import { agentByUid } from "../agents/agent-queries.ts";
import { DomainError } from "../errors.ts";
import { epochKind } from "./epoch-record.ts";
import type { LinksDeps } from "./links-deps.ts";
import type { Member } from "./members.ts";

/**
 * Puts on record what an agent says of itself, in order and under its epoch. While the store is behind,
 * updates are merged into one: the last state, the last configuration. `refused` hears of an update
 * that the agent must not make (INVALID_REQUEST, AGENT_TERMINATED).
 */
export function createStateUpdates(
  deps: Pick<LinksDeps, "store" | "committer" | "clock">,
  member: Member,
  refused: (error: DomainError) => void,
): (update: StateUpdateMessage) => void {
  const { epochVersion } = member;
  let waiting: StateUpdateMessage | undefined;

  async function write(): Promise<void> {
    const update = waiting;
    waiting = undefined;
    if (update === undefined) return;
    try {
      await writeStateUpdate(deps, member.agent.uid, epochVersion, update);
    } catch (error) {
      if (error instanceof DomainError && isRefusal(error)) refused(error);
      else {
        putBack(update);
        throw error;
      }
    }
  }

  function putBack(older: StateUpdateMessage): void {
    waiting = waiting === undefined ? older : merged(older, waiting);
  }

  return (update) => {
    const first = waiting === undefined;
    waiting = waiting === undefined ? update : merged(waiting, update);
    if (first) void member.writer.add(write);
  };
}

async function writeStateUpdate(
  { store, committer, clock }: Pick<LinksDeps, "store" | "committer" | "clock">,
  agentUid: string,
  epochVersion: number | undefined,
  update: StateUpdateMessage,
): Promise<void> {
  await committer.runSystem(async () => {
    const agent = await agentByUid(store, agentUid);
    const epoch = await store.get(epochKind, agentUid);
    if (agent === undefined || epoch === undefined || epoch.version !== epochVersion)
      return { changes: [], reply: undefined };
    const { changes, require } = stateUpdateWrite(agent, update, new Date(clock.now()));
    return {
      changes,
      require: [...require, { kind: epochKind, id: agentUid, version: epoch.version }],
      reply: undefined,
    };
  });
}

function merged(older: StateUpdateMessage, newer: StateUpdateMessage): StateUpdateMessage {
  const { effectiveConfiguration = older.effectiveConfiguration } = newer;
  return effectiveConfiguration === undefined ? newer : { ...newer, effectiveConfiguration };
}

function isRefusal({ reason }: DomainError): boolean {
  return reason === "INVALID_REQUEST" || reason === "AGENT_TERMINATED";
}
