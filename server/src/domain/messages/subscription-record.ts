import type { Kind } from "../../store/store.ts";

/** A durable subscription of an agent. */
export interface SubscriptionRecord {
  readonly agentUid: string;
  readonly meshUid: string;
  readonly agentId: string;
  readonly source: "topic" | "group";
  /** The pattern, or the group. */
  readonly name: string;
  readonly createTime: Date;
}

/** Id: `<agent uid>/<t or g>~<pattern or group>`. */
export const subscriptionKind: Kind<SubscriptionRecord> = {
  name: "subscriptions",
  watched: true,
  schema: 1,
  delete: { tombstoneSeconds: 60 * 60 },
};

/** The store's id of a subscription. */
export function subscriptionKey(
  agentUid: string,
  source: SubscriptionRecord["source"],
  name: string,
): string {
  return `${agentUid}/${source === "topic" ? "t" : "g"}~${name}`;
}
