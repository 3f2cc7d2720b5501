import { setImmediate } from "node:timers";
import { MessageStep_Kind } from "@meshwork/gen/mesh/v1/message";
import { type AnyKind, PAGE_RECORDS_MAX, type Store, StoreError } from "../../store/store.ts";
import { DomainError } from "../errors.ts";
import type { MailCounts, MailboxAddress, MessageTraces } from "./mail.ts";
import type { MailDepths } from "./mail-depths.ts";
import { mailKey, mailKind, parkedKind } from "./mail-record.ts";

/** A message that its receiver is done with. */
export interface Ack {
  readonly address: MailboxAddress;
  readonly messageId: string;
  /** Of what is not in flight it is not known where it lies, or whether it is there at all. */
  readonly where: "mail" | "parked" | "unknown";
  /** Of a group. */
  readonly agentId?: string;
  readonly attempt: number;
  /** Told once it is erased, or why it is not. */
  done(error: DomainError | undefined): void;
}

/** Erases what is acknowledged, of all sessions in one tick together. */
export interface MailAcks {
  add(ack: Ack): void;
}

export function createMailAcks(deps: {
  readonly store: Pick<Store, "eraseMany">;
  readonly depths: MailDepths;
  readonly traces: MessageTraces;
  readonly counts: MailCounts;
}): MailAcks {
  const { store, depths, traces, counts } = deps;
  let batch: Ack[] = [];

  async function flush(): Promise<void> {
    const acks = batch;
    batch = [];
    const mail = acks.filter(({ where }) => where === "mail");
    const parked = acks.filter(({ where }) => where === "parked");
    const unknown = acks.filter(({ where }) => where === "unknown");
    await Promise.all([
      erase(mail, [mailKind]),
      erase(parked, [parkedKind]),
      // In this order: what is being moved from the one to the other is found at its old place or its new one.
      erase(unknown, [mailKind, parkedKind]),
    ]);
  }

  async function erase(acks: readonly Ack[], kinds: readonly AnyKind[]): Promise<void> {
    const parts: Promise<void>[] = [];
    for (let from = 0; from < acks.length; from += PAGE_RECORDS_MAX)
      parts.push(erasePart(acks.slice(from, from + PAGE_RECORDS_MAX), kinds));
    await Promise.all(parts);
  }

  async function erasePart(acks: readonly Ack[], kinds: readonly AnyKind[]): Promise<void> {
    const ids = acks.map(({ address, messageId }) => mailKey(address.key, messageId));
    let failure: DomainError | undefined;
    try {
      for (const kind of kinds) await store.eraseMany(kind, ids);
      tell(acks);
    } catch (error) {
      failure = failureOf(error);
    }
    for (const ack of acks) ack.done(failure);
  }

  function tell(acks: readonly Ack[]): void {
    const meshes = new Map<string, number>();
    for (const { address, messageId, where, agentId, attempt } of acks) {
      if (where === "unknown") {
        depths.forget(address.key);
        continue;
      }
      depths.changed(address.key, -1);
      meshes.set(address.meshUid, (meshes.get(address.meshUid) ?? 0) + 1);
      const kind = MessageStep_Kind.ACKNOWLEDGED;
      traces.note(messageId, { kind, address, attempt, ...(agentId !== undefined && { agentId }) });
    }
    for (const [meshUid, messages] of meshes) counts.acknowledged(meshUid, messages);
  }

  return {
    add: (ack) => {
      if (batch.length === 0) setImmediate(() => void flush());
      batch.push(ack);
    },
  };
}

function failureOf(cause: unknown): DomainError {
  const isUnknown = cause instanceof StoreError && cause.code === "UNKNOWN_OUTCOME";
  return isUnknown
    ? new DomainError("OUTCOME_UNKNOWN", "the store did not confirm: settle it again", { cause })
    : new DomainError("NOT_SENT", "the store does not answer: settle it again", { cause });
}
