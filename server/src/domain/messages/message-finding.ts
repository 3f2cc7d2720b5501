import { fromBinary } from "@bufbuild/protobuf";
import {
  type AgentMessage,
  AgentMessageSchema,
  DeliveryState,
  MessageStep_Kind,
} from "@meshwork/gen/mesh/v1/message";
import type { Store } from "../../store/store.ts";
import type { Clock } from "../clock.ts";
import { deadLetterKind, type DeadLetterRecord } from "./dead-letter-record.ts";
import { fanOutKind } from "./fan-out-record.ts";
import type { MailboxAddress } from "./mail.ts";
import { DELIVERIES_TOLD_MAX } from "./mail-limits.ts";
import {
  addressOf,
  isClaimed,
  mailboxKeyOf,
  mailKind,
  type MailRecord,
  parkedKind,
} from "./mail-record.ts";
import type { MailboxServer } from "./mailboxes.ts";
import type { RememberedTraces } from "./message-traces.ts";

/** Where a message stands with one of its receivers. */
export interface ReceiverState {
  readonly address: MailboxAddress;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly nextTime?: Date;
  readonly expireTime?: Date;
}

/** What is known of a message of a mesh. */
export interface FoundMessage {
  /** Absent where only its steps are remembered. */
  readonly message: AgentMessage | undefined;
  readonly receivers: readonly ReceiverState[];
  readonly deadLetters: readonly DeadLetterRecord[];
}

interface FindingDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly mailboxes: Pick<MailboxServer, "isInFlight">;
  readonly traces: RememberedTraces;
}

/** Looks for a message in the store, and in memory for what was settled. Undefined: it is not known. */
export async function findMessage(
  deps: FindingDeps,
  meshUid: string,
  messageId: string,
): Promise<FoundMessage | undefined> {
  const { store, clock, mailboxes } = deps;
  const query = { eq: { messageId }, limit: DELIVERIES_TOLD_MAX };
  const receivers = new Map<string, ReceiverState>();
  const bodies: (Uint8Array | undefined)[] = [];

  const add = (id: string, doc: MailRecord, dueTime: Date | undefined): void => {
    const address = addressOf(mailboxKeyOf(id), doc);
    const isInFlight = isClaimed(doc, clock.now()) || mailboxes.isInFlight(address.key, messageId);
    const isDue = dueTime === undefined || dueTime.getTime() <= clock.now();
    bodies.push(doc.body);
    receivers.set(address.key, {
      address,
      state: isInFlight
        ? DeliveryState.IN_FLIGHT
        : isDue
          ? DeliveryState.WAITING
          : DeliveryState.SCHEDULED,
      attempts: doc.attempts ?? (isInFlight ? 1 : 0),
      ...(!isDue && { nextTime: dueTime }),
      expireTime: doc.expireTime,
    });
  };

  for (const { id, doc } of (await store.list(mailKind, query)).items)
    if (doc.meshUid === meshUid) add(id, doc, undefined);
  for (const { id, doc } of (await store.list(parkedKind, query)).items)
    if (doc.meshUid === meshUid) add(id, doc, doc.dueTime);
  const dead = (await store.list(deadLetterKind, query)).items
    .map(({ doc }) => doc)
    .filter((doc) => doc.meshUid === meshUid);
  for (const doc of dead) {
    bodies.push(doc.body);
    receivers.set(doc.mailboxKey, {
      address: deadAddress(doc),
      state: DeliveryState.DEAD,
      attempts: doc.attempts,
    });
  }
  addSettled(deps.traces, meshUid, messageId, receivers);
  const fanOut = (await store.get(fanOutKind, messageId))?.doc;
  const isOurs = fanOut?.meshUid === meshUid;
  if (isOurs) bodies.push(fanOut.body);
  if (receivers.size === 0 && !isOurs) return undefined;
  const body = bodies.find((one) => one !== undefined);
  return {
    message: body && fromBinary(AgentMessageSchema, body),
    receivers: [...receivers.values()],
    deadLetters: dead,
  };
}

/** What is in no record any more, as long as its steps are remembered. */
function addSettled(
  traces: RememberedTraces,
  meshUid: string,
  messageId: string,
  receivers: Map<string, ReceiverState>,
): void {
  const states: Partial<Record<number, DeliveryState>> = {
    [MessageStep_Kind.ACKNOWLEDGED]: DeliveryState.ACKNOWLEDGED,
    [MessageStep_Kind.CANCELLED]: DeliveryState.CANCELLED,
  };
  for (const { kind, address, attempt = 0 } of traces.stepsOf(messageId).steps) {
    const state = states[kind];
    if (state === undefined || address?.meshUid !== meshUid || receivers.has(address.key)) continue;
    receivers.set(address.key, { address, state, attempts: attempt });
  }
}

export function deadAddress(doc: DeadLetterRecord): MailboxAddress {
  const { mailboxKey: key, meshUid, agentId, group } = doc;
  return { key, meshUid, name: group === "" ? agentId : group, isGroup: group !== "" };
}
