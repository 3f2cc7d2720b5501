import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { type Status, StatusSchema } from "@meshwork/gen/google/rpc/status";
import { type PublishOutcome, PublishOutcomeSchema } from "@meshwork/gen/mesh/v1/link";
import { DomainError } from "../errors.ts";
import { statusOf } from "./error-status.ts";
import { OUTCOMES_KEPT, PRODUCER_KEPT_MS } from "./mail-limits.ts";
import type { ProducerRecord } from "./producer-record.ts";

/** What became of a message: its id, or why it was refused. */
export type Outcome = string | Status;

/** What is known of the messages of one producer. */
export interface ProducerOutcomes {
  readonly highest: number;
  readonly lastMessageId: string;
  /** By sequence, the last ones up to the highest. */
  readonly outcomes: ReadonlyMap<number, Outcome>;
}

export const noOutcomes: ProducerOutcomes = {
  highest: 0,
  lastMessageId: "",
  outcomes: new Map(),
};

const idBytes = 16;

export function readOutcomes(doc: ProducerRecord): ProducerOutcomes {
  const { highest, lastMessageId, messageIds, refusals } = doc;
  const outcomes = new Map<number, Outcome>();
  const count = messageIds.length / idBytes;
  const bytes = Buffer.from(messageIds.buffer, messageIds.byteOffset, messageIds.length);
  for (let index = 0; index < count; index += 1) {
    const hex = bytes.toString("hex", index * idBytes, (index + 1) * idBytes);
    outcomes.set(highest - count + 1 + index, uuidOf(hex));
  }
  // Each takes the place of its zeros, so that the order stays.
  for (const { sequence, status } of refusals)
    outcomes.set(sequence, fromBinary(StatusSchema, status));
  return { highest, lastMessageId, outcomes };
}

export function writeOutcomes(
  { highest, lastMessageId, outcomes }: ProducerOutcomes,
  nowMs: number,
): ProducerRecord {
  const sequences = [...outcomes.keys()];
  const messageIds = Buffer.alloc(sequences.length * idBytes);
  const refusals: { sequence: number; status: Uint8Array }[] = [];
  for (const [index, sequence] of sequences.entries()) {
    const outcome = outcomes.get(sequence)!;
    if (typeof outcome === "string")
      messageIds.write(outcome.replaceAll("-", ""), index * idBytes, "hex");
    else refusals.push({ sequence, status: toBinary(StatusSchema, outcome) });
  }
  return {
    highest,
    lastMessageId,
    messageIds: new Uint8Array(messageIds),
    refusals,
    updateTime: new Date(nowMs),
    expireTime: new Date(nowMs + PRODUCER_KEPT_MS),
  };
}

/** Outcomes to which more are added. */
export interface OutcomesDraft {
  highest: number;
  lastMessageId: string;
  readonly outcomes: Map<number, Outcome>;
}

/** A copy to go on with, without those that the agent knows and without all but the last. */
export function draftOf(known: ProducerOutcomes, knownThrough: number): OutcomesDraft {
  const draft = { ...known, outcomes: new Map(known.outcomes) };
  trim(draft, knownThrough);
  return draft;
}

/** What became of the next sequence. */
export function add(draft: OutcomesDraft, outcome: Outcome): void {
  draft.highest += 1;
  draft.outcomes.set(draft.highest, outcome);
  if (typeof outcome === "string") draft.lastMessageId = outcome;
}

export function trim({ highest, outcomes }: OutcomesDraft, knownThrough: number): void {
  const first = Math.max(knownThrough + 1, highest - OUTCOMES_KEPT + 1);
  // They are in order.
  for (const sequence of outcomes.keys()) {
    if (sequence >= first) return;
    outcomes.delete(sequence);
  }
}

/** The answer to a sequence that was judged before, or that cannot be judged yet. */
export function answerOf(known: ProducerOutcomes, sequence: number): PublishOutcome {
  const outcome = known.outcomes.get(sequence);
  const told = { sequence: BigInt(sequence) };
  if (typeof outcome === "string")
    return create(PublishOutcomeSchema, { ...told, messageId: outcome });
  const status = outcome ?? statusOf(notAnswerable(known, sequence));
  return create(PublishOutcomeSchema, { ...told, status });
}

function notAnswerable({ highest }: ProducerOutcomes, sequence: number): DomainError {
  const metadata = { sequence: String(sequence), highest: String(highest) };
  if (sequence > highest)
    return new DomainError(
      "SEQUENCE_GAP",
      `sequence ${sequence} came, and the next one is ${highest + 1}: send the messages in between first`,
      { metadata },
    );
  return new DomainError(
    "SEQUENCE_FORGOTTEN",
    `the outcome of sequence ${sequence} is forgotten: the agent said that it knew it, or sent ${OUTCOMES_KEPT} after it`,
    { metadata },
  );
}

function uuidOf(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
