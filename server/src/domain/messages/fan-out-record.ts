import type { Kind } from "../../store/store.ts";

/** A message to many, as it was accepted. Never changed. */
export interface FanOutRecord {
  readonly meshUid: string;
  /** Mesh and sender: whose messages to many keep their order. */
  readonly senderKey: string;
  /** The `AgentMessage`; absent where nobody was to get it. */
  readonly body?: Uint8Array;
  /** Its receivers, as `recipientsText` writes them. */
  readonly recipients: string;
  readonly acceptTime: Date;
  /** When the message's ttl runs out. */
  readonly endTime: Date;
  /** Not to be delivered before. */
  readonly dueTime?: Date;
  /** When the record is forgotten. */
  readonly expireTime: Date;
}

/** Id: the message's. */
export const fanOutKind: Kind<FanOutRecord> = {
  name: "fan_outs",
  watched: false,
  schema: 1,
  expireAt: "expireTime",
  delete: "erase",
};

/** How far a message to many has come; there until all its receivers are addressed. */
export interface FanOutProgressRecord {
  readonly senderKey: string;
  /** Recipients whose mailboxes it was put into, in the order of the list. */
  readonly addressed: number;
  readonly expireTime: Date;
}

/** Id: the message's. A record of its own, so that no step writes the body and the list again. */
export const fanOutProgressKind: Kind<FanOutProgressRecord> = {
  name: "fan_out_progress",
  watched: false,
  schema: 1,
  expireAt: "expireTime",
  delete: "erase",
};

/** An agent that is to get a message to many: its id, and the end of its uid. */
export interface Recipient {
  readonly agentId: string;
  readonly uidEnd: string;
}

const UID_END = 8;

/**
 * Agents in one text, since there may be thousands. The end of the uid tells an agent from a later one
 * of the same name.
 */
export function recipientsText(
  agents: readonly { readonly agentId: string; readonly uid: string }[],
): string {
  return agents.map(({ agentId, uid }) => `${agentId}:${uid.slice(-UID_END)}`).join(" ");
}

/** What `recipientsText` has written. */
export function recipientsOf(text: string): readonly Recipient[] {
  if (text === "") return [];
  return text.split(" ").map((one) => {
    const [agentId = "", uidEnd = ""] = one.split(":");
    return { agentId, uidEnd };
  });
}

/** Whether the agent is the one that was meant. */
export function isRecipient({ uidEnd }: Recipient, agent: { readonly uid: string }): boolean {
  return agent.uid.endsWith(uidEnd);
}
