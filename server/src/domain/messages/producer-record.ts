import type { Kind } from "../../store/store.ts";

/** What became of the messages of one producer. */
export interface ProducerRecord {
  /** Highest sequence that was judged. */
  readonly highest: number;
  /** Id of the last message that was accepted; empty: none. */
  readonly lastMessageId: string;
  /** Ids of the last messages up to `highest`, 16 bytes each; zeros where one was refused. */
  readonly messageIds: Uint8Array;
  readonly refusals: readonly RefusalRecord[];
  readonly updateTime: Date;
  readonly expireTime: Date;
}

export interface RefusalRecord {
  readonly sequence: number;
  /** `google.rpc.Status` */
  readonly status: Uint8Array;
}

/** Id: `producerKey`. */
export const producerKind: Kind<ProducerRecord> = {
  name: "producers",
  watched: false,
  schema: 1,
  delete: "erase",
  expireAt: "expireTime",
};

/** The store's id of one outbox of an agent. */
export function producerKey(agentUid: string, producerId: string): string {
  return `${agentUid}/${producerId}`;
}
