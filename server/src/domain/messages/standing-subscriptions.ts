import type { SubscriptionRecord } from "./subscription-record.ts";
import { createTopicIndex } from "./topics.ts";

/** An agent that subscribes. */
export interface SubscribedAgent {
  readonly uid: string;
  readonly meshUid: string;
  readonly agentId: string;
}

export interface StandingSubscription {
  readonly source: SubscriptionRecord["source"];
  readonly name: string;
  readonly durable: boolean;
}

/** The subscriptions that stand, in memory. Keys are ids of records, on record or not. */
export interface StandingSubscriptions {
  /** `session` is whose end ends it, unless it is durable. */
  add(
    agent: SubscribedAgent,
    key: string,
    subscription: StandingSubscription,
    session: object | undefined,
  ): void;
  get(agentUid: string, key: string): StandingSubscription | undefined;
  remove(agentUid: string, key: string): void;
  /** Answers the keys of the durable ones. */
  removeAll(agentUid: string): readonly string[];
  endSession(agentUid: string, session: object): void;
  count(agentUid: string): number;
  groupsOf(agentUid: string): readonly string[];
  subscribersOf(meshUid: string, topic: string): Iterable<SubscribedAgent>;
  /** Agents. */
  readonly size: number;
}

interface Standing {
  readonly subscription: StandingSubscription;
  readonly session: object | undefined;
}

interface Entry {
  readonly agent: SubscribedAgent;
  readonly standing: Map<string, Standing>;
}

export function createStandingSubscriptions(): StandingSubscriptions {
  const byAgent = new Map<string, Entry>();
  const topics = createTopicIndex<SubscribedAgent>();

  function remove(agentUid: string, key: string): void {
    const entry = byAgent.get(agentUid);
    const known = entry?.standing.get(key);
    if (entry === undefined || known === undefined) return;
    entry.standing.delete(key);
    const { source, name } = known.subscription;
    if (source === "topic") topics.remove(entry.agent.meshUid, name, entry.agent);
    if (entry.standing.size === 0) byAgent.delete(agentUid);
  }

  function removeWhere(agentUid: string, where: (standing: Standing) => boolean): string[] {
    const entries = [...(byAgent.get(agentUid)?.standing ?? [])];
    const keys = entries.filter(([, standing]) => where(standing)).map(([key]) => key);
    for (const key of keys) remove(agentUid, key);
    return keys;
  }

  return {
    add: (agent, key, { source, name, durable }, session) => {
      let entry = byAgent.get(agent.uid);
      if (entry === undefined) {
        const { uid, meshUid, agentId } = agent;
        entry = { agent: { uid, meshUid, agentId }, standing: new Map<string, Standing>() };
        byAgent.set(uid, entry);
      }
      entry.standing.set(key, { subscription: { source, name, durable }, session });
      if (source === "topic") topics.add(agent.meshUid, name, entry.agent);
    },
    get: (agentUid, key) => byAgent.get(agentUid)?.standing.get(key)?.subscription,
    remove,
    removeAll: (agentUid) => {
      const durable = [...(byAgent.get(agentUid)?.standing ?? [])]
        .filter(([, standing]) => standing.subscription.durable)
        .map(([key]) => key);
      removeWhere(agentUid, () => true);
      return durable;
    },
    endSession: (agentUid, session) => {
      removeWhere(agentUid, (one) => !one.subscription.durable && one.session === session);
    },
    count: (agentUid) => byAgent.get(agentUid)?.standing.size ?? 0,
    groupsOf: (agentUid) =>
      [...(byAgent.get(agentUid)?.standing.values() ?? [])]
        .filter(({ subscription }) => subscription.source === "group")
        .map(({ subscription }) => subscription.name),
    subscribersOf: (meshUid, topic) => topics.match(meshUid, topic),
    get size() {
      return byAgent.size;
    },
  };
}
