import { MessageStep_Kind } from "@meshwork/gen/mesh/v1/message";
import type { Change } from "../../store/store.ts";
import type { DomainError } from "../errors.ts";
import type { Letter, Mailboxes, MailboxAddress, MailCounts, MessageTraces } from "./mail.ts";

export interface AddressingDeps {
  readonly mailboxes: Mailboxes;
  readonly traces: MessageTraces;
  readonly counts: Pick<MailCounts, "leftOut">;
}

/** Receivers of a message to many that are addressed in one commit. */
export interface Addressed {
  readonly changes: readonly Change[];
  /** Receivers whose mailboxes are full. */
  readonly leftOut: number;
  /** To be called once the changes are on disk. */
  landed(): void;
  /** To be called instead where it is not known whether they are. */
  unsure(): void;
}

/**
 * Puts a message into the mailboxes of some of its receivers. A full one is left out, traced and
 * counted: one receiver that takes nothing does not keep the message from the others. `undefined` stands for a
 * receiver that is gone.
 */
export async function address(
  { mailboxes, traces, counts }: AddressingDeps,
  letter: Letter,
  receivers: readonly (MailboxAddress | undefined)[],
): Promise<Addressed> {
  const errors = await Promise.all(
    receivers.map(async (one) => (one === undefined ? undefined : mailboxes.admit(one))),
  );
  const changes: Change[] = [];
  const landed: MailboxAddress[] = [];
  const full: { readonly address: MailboxAddress; readonly error: DomainError }[] = [];
  for (const [index, address] of receivers.entries()) {
    const error = errors[index];
    if (address === undefined) continue;
    if (error !== undefined) full.push({ address, error });
    else {
      changes.push(...mailboxes.changesOf(address, letter));
      landed.push(address);
    }
  }
  const { messageId } = letter.message;
  return {
    changes,
    leftOut: full.length,
    landed: () => {
      if (full.length > 0) counts.leftOut(letter.meshUid, full.length);
      for (const { address, error } of full)
        traces.note(messageId, {
          kind: MessageStep_Kind.DROPPED,
          address,
          detail: error.message,
        });
      for (const address of landed) {
        mailboxes.landed(address, letter);
        traces.note(messageId, { kind: MessageStep_Kind.ADDRESSED, address });
      }
    },
    unsure: () => {
      for (const address of landed) mailboxes.doubt(address);
    },
  };
}
