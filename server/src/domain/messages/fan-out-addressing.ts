import { MessageStep_Kind } from "@meshwork/gen/mesh/v1/message";
import type { Change } from "../../store/store.ts";
import type { DomainError } from "../errors.ts";
import type { Letter, Mailboxes, MailboxAddress, MessageTraces } from "./mail.ts";

/** Receivers of a message to many that are addressed in one commit. */
export interface Addressed {
  readonly changes: readonly Change[];
  /** To be called once the changes are on disk. */
  landed(): void;
}

/**
 * Puts a message into the mailboxes of some of its receivers. A full one is left out, and traced:
 * one receiver that takes nothing does not keep the message from the others. `undefined` stands for a
 * receiver that is gone.
 */
export async function address(
  { mailboxes, traces }: { readonly mailboxes: Mailboxes; readonly traces: MessageTraces },
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
    landed: () => {
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
  };
}
