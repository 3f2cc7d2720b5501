import { create } from "@bufbuild/protobuf";
import {
  SubscribeOutcomeSchema,
  type SubscribeOutcome,
  type Subscription,
  SubscriptionSchema,
} from "@meshwork/gen/mesh/v1/link";
import { type Change, put, type Store } from "../../store/store.ts";
import type { Clock } from "../clock.ts";
import type { Committer } from "../commit.ts";
import { DomainError, quotaExceeded } from "../errors.ts";
import { statusOf } from "./error-status.ts";
import { checkFence } from "./mail-writes.ts";
import { SUBSCRIBES_WAITING_MAX, SUBSCRIPTIONS_PER_AGENT_MAX } from "./limits.ts";
import type { DeskSession, SubscriptionDesk, Subscriptions } from "./session-desks.ts";
import { createStandingSubscriptions, type SubscribedAgent } from "./standing-subscriptions.ts";
import { loadSubscriptions } from "./subscription-loading.ts";
import {
  subscriptionKey,
  subscriptionKind,
  type SubscriptionRecord,
} from "./subscription-record.ts";

/** The subscriptions of agents: durable ones on record, the others for as long as a session. */
export interface AgentSubscriptions extends Subscriptions {
  /** Takes up what is on record; before sessions begin and messages come. */
  start(): Promise<void>;
  /** Who gets a message to the topic: each agent once, whether it is there or away. */
  subscribersOf(meshUid: string, topic: string): Iterable<SubscribedAgent>;
  /** Groups of which the agent is a member, on record or for its session. */
  groupsOf(agentUid: string): readonly string[];
  /** Agents that subscribe to something. */
  readonly size: number;
}

export interface SubscriptionsDeps {
  readonly store: Store;
  readonly committer: Pick<Committer, "runSystem">;
  readonly clock: Clock;
  readonly report: (message: string, error?: unknown) => void;
}

/** Whose end ends what is not durable. */
interface SessionOwner {
  ended: boolean;
}

/** A subscription as asked for. */
interface Wanted {
  readonly source: SubscriptionRecord["source"];
  readonly name: string;
  readonly durable: boolean;
}

export function createSubscriptions(deps: SubscriptionsDeps): AgentSubscriptions {
  const { store, committer, clock, report } = deps;
  const standing = createStandingSubscriptions();

  async function commit(
    session: DeskSession,
    changes: readonly Change[],
    apply: () => void,
  ): Promise<void> {
    if (changes.length === 0) {
      apply();
      return;
    }
    await committer.runSystem(async () => {
      // Nothing that a session which was replaced still wanted takes effect.
      await checkFence(store, session.fence);
      return { changes, require: [session.fence], reply: undefined, effects: [apply] };
    });
  }

  async function subscribe(
    session: DeskSession,
    owner: SessionOwner,
    wanted: readonly Subscription[],
  ): Promise<readonly SubscribeOutcome[]> {
    const { agent } = session;
    // What stands once all before in the frame stands too.
    const next = new Map<string, Wanted>();
    const outcomes = wanted.map((subscription) => {
      const one = read(subscription);
      const key = subscriptionKey(agent.uid, one.source, one.name);
      const known = next.get(key) ?? standing.get(agent.uid, key);
      if (known === undefined) {
        const added = [...next.keys()].filter((id) => standing.get(agent.uid, id) === undefined);
        const count = standing.count(agent.uid) + added.length;
        if (count >= SUBSCRIPTIONS_PER_AGENT_MAX) return refused(subscription, tooMany(agent));
      }
      const durable = one.durable || known?.durable === true;
      next.set(key, { ...one, durable });
      return outcome(one, durable, true);
    });
    const createTime = new Date(clock.now());
    const changes = [...next]
      .filter(([key, { durable }]) => durable && standing.get(agent.uid, key)?.durable !== true)
      .map(([key, { source, name }]) =>
        put(subscriptionKind, key, { ...ownerOf(agent), source, name, createTime }, "any"),
      );
    await commit(session, changes, () => {
      // A session that has ended meanwhile leaves only what is on record.
      for (const [key, one] of next)
        if (one.durable || !owner.ended) standing.add(agent, key, one, owner);
    });
    return outcomes;
  }

  async function unsubscribe(
    session: DeskSession,
    wanted: readonly Subscription[],
  ): Promise<readonly SubscribeOutcome[]> {
    const { agent } = session;
    const ended = wanted.map(read);
    const keys = [...new Set(ended.map((one) => subscriptionKey(agent.uid, one.source, one.name)))];
    const changes = keys
      .filter((key) => standing.get(agent.uid, key)?.durable === true)
      .map((id): Change => ({ delete: subscriptionKind, id, expect: "any" }));
    await commit(session, changes, () => {
      for (const key of keys) standing.remove(agent.uid, key);
    });
    return ended.map((one) => outcome(one, one.durable, false));
  }

  function open(session: DeskSession): SubscriptionDesk {
    const inTurn = createTurns(session.agent.agentId);
    const owner = { ended: false };
    return {
      subscribe: (wanted) => inTurn(() => subscribe(session, owner, wanted)),
      unsubscribe: (wanted) => inTurn(() => unsubscribe(session, wanted)),
      groups: () => standing.groupsOf(session.agent.uid),
      close: () => {
        owner.ended = true;
        standing.endSession(session.agent.uid, owner);
      },
    };
  }

  return {
    open,
    start: () =>
      loadSubscriptions(deps, (key, doc) => {
        standing.add({ ...doc, uid: doc.agentUid }, key, { ...doc, durable: true }, undefined);
      }),
    subscribersOf: (meshUid, topic) => standing.subscribersOf(meshUid, topic),
    groupsOf: (agentUid) => standing.groupsOf(agentUid),
    agentGone: async (agentUid) => {
      const ids = standing.removeAll(agentUid);
      if (ids.length === 0) return;
      const changes = ids.map((id): Change => ({ delete: subscriptionKind, id, expect: "any" }));
      await committer
        .runSystem(() => Promise.resolve({ changes, reply: undefined }))
        .catch((error: unknown) => {
          report("subscriptions of an agent that is gone are still on record", error);
        });
    },
    get size() {
      return standing.size;
    },
  };
}

/** One frame after the other, and not too many that wait. */
function createTurns(agentId: string): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return async (work) => {
    if (waiting >= SUBSCRIBES_WAITING_MAX) throw tooManyFrames(agentId);
    waiting += 1;
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      waiting -= 1;
    }
  };
}

function ownerOf({ uid, meshUid, agentId }: SubscribedAgent) {
  return { agentUid: uid, meshUid, agentId };
}

function read({ source, durable }: Subscription): Wanted {
  // The contract requires a source; frames are checked before they come here.
  if (source.case === "group") return { source: "group", name: source.value, durable };
  return { source: "topic", name: source.value ?? "", durable };
}

function outcome(one: Wanted, durable: boolean, subscribed: boolean): SubscribeOutcome {
  const source = { case: one.source, value: one.name };
  const subscription = create(SubscriptionSchema, { source, durable });
  return create(SubscribeOutcomeSchema, { subscription, subscribed });
}

function refused(subscription: Subscription, error: DomainError): SubscribeOutcome {
  return create(SubscribeOutcomeSchema, { subscription, status: statusOf(error) });
}

function tooMany({ agentId }: SubscribedAgent): DomainError {
  const cure = "end some, or subscribe to patterns";
  return quotaExceeded(
    `agents/${agentId}`,
    "subscriptionsPerAgentMax",
    SUBSCRIPTIONS_PER_AGENT_MAX,
    cure,
  );
}

function tooManyFrames(agentId: string): DomainError {
  return new DomainError(
    "CREDIT_EXCEEDED",
    `agent ${agentId} has ${SUBSCRIBES_WAITING_MAX} frames of subscriptions waiting, and no more may: wait for their outcomes`,
    { metadata: { agent_id: agentId, limit: String(SUBSCRIBES_WAITING_MAX) } },
  );
}
