import { AgentState } from "@meshwork/gen/mesh/v1/agent";
import { type Change, PAGE_RECORDS_MAX, type Store } from "../../store/store.ts";
import { agentKey, agentKind } from "../agents/agent-record.ts";
import type { Committer } from "../commit.ts";
import { subscriptionKind, type SubscriptionRecord } from "./subscription-record.ts";

/** Deletions in one commit. */
const deletionsMax = 400;

/**
 * Hands over all durable subscriptions, and deletes those of agents that have ended or are gone: a
 * server that died may have left some.
 */
export async function loadSubscriptions(
  { store, committer }: { store: Store; committer: Pick<Committer, "runSystem"> },
  take: (key: string, doc: SubscriptionRecord) => void,
): Promise<void> {
  const strays: string[] = [];
  let after: string | undefined;
  do {
    const page = await store.list(subscriptionKind, {
      limit: PAGE_RECORDS_MAX,
      ...(after !== undefined && { after }),
    });
    const keys = page.items.map(({ doc }) => agentKey(doc.meshUid, doc.agentId));
    const distinct = [...new Set(keys)];
    const agents = await store.getMany(agentKind, distinct);
    const byKey = new Map(distinct.map((key, index) => [key, agents[index]?.doc]));
    for (const [index, { id, doc }] of page.items.entries()) {
      const agent = byKey.get(keys[index]!);
      if (agent?.uid === doc.agentUid && agent.state !== AgentState.TERMINATED) take(id, doc);
      else strays.push(id);
    }
    after = page.next;
  } while (after !== undefined);
  for (let from = 0; from < strays.length; from += deletionsMax) {
    const changes = strays
      .slice(from, from + deletionsMax)
      .map((id): Change => ({ delete: subscriptionKind, id, expect: "any" }));
    await committer.runSystem(() => Promise.resolve({ changes, reply: undefined }));
  }
}
