import type { DeadLetterReason } from "@meshwork/gen/mesh/v1/message";
import type { Kind } from "../../store/store.ts";

/** A message that could not be delivered. */
export interface DeadLetterRecord {
  readonly messageId: string;
  readonly meshUid: string;
  /** The mailbox that it lay in. */
  readonly mailboxKey: string;
  /** Whose it was: an agent, by id, or a group; the other one is empty. */
  readonly agentId: string;
  readonly group: string;
  readonly reason: DeadLetterReason;
  readonly detail: string;
  readonly attempts: number;
  /** The `AgentMessage`; absent where it was gone already. */
  readonly body?: Uint8Array;
  readonly deadTime: Date;
  readonly expireTime: Date;
}

/** Id: a UUIDv7, so that by id they are in the order in which they came. */
export const deadLetterKind: Kind<DeadLetterRecord> = {
  name: "dead_letters",
  watched: false,
  schema: 1,
  indexes: [
    ["meshUid"],
    ["meshUid", "agentId"],
    ["meshUid", "agentId", "reason"],
    ["meshUid", "group"],
    ["meshUid", "group", "reason"],
    ["meshUid", "reason"],
    ["messageId"],
  ],
  delete: "erase",
  expireAt: "expireTime",
};
