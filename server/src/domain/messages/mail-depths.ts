import type { Store } from "../../store/store.ts";
import type { Clock } from "../clock.ts";
import { DomainError } from "../errors.ts";
import type { MailboxAddress } from "./mail.ts";
import { DEPTHS_KEPT, FULL_BELIEVED_MS } from "./mail-limits.ts";
import { mailboxIds, mailKind, parkedKind } from "./mail-record.ts";

/**
 * How many messages wait in which mailbox. Each is counted once and then goes along with what happens; as
 * a guard it need not be exact, so a full one is counted anew.
 */
export interface MailDepths {
  /** MAILBOX_FULL, or nothing. */
  admit(address: MailboxAddress): Promise<DomainError | undefined>;
  changed(mailboxKey: string, difference: number): void;
  /** It is not known any more how many there are. */
  forget(mailboxKey: string): void;
}

interface Depth {
  messages: number;
  /** By the monotonic clock. */
  readonly countMs: number;
}

export function createMailDepths(deps: {
  readonly store: Store;
  readonly clock: Clock;
  readonly mailboxMessagesMax: number;
}): MailDepths {
  const { store, clock, mailboxMessagesMax: max } = deps;
  const depths = new Map<string, Depth>();

  async function counted(mailboxKey: string): Promise<Depth> {
    const mail = await store.count(mailKind, { ids: mailboxIds(mailboxKey) }, max);
    const parked = await store.count(parkedKind, { eq: { mailboxKey } }, max);
    const depth = { messages: mail + parked, countMs: clock.monotonic() };
    depths.delete(mailboxKey);
    depths.set(mailboxKey, depth);
    for (const [oldest] of depths) {
      if (depths.size <= DEPTHS_KEPT) break;
      depths.delete(oldest);
    }
    return depth;
  }

  return {
    admit: async (address) => {
      const { key } = address;
      let depth = depths.get(key) ?? (await counted(key));
      const isOld = depth.countMs + FULL_BELIEVED_MS <= clock.monotonic();
      if (depth.messages >= max && isOld) depth = await counted(key);
      return depth.messages < max ? undefined : mailboxFull(address, max);
    },
    changed: (mailboxKey, difference) => {
      const depth = depths.get(mailboxKey);
      if (depth !== undefined) depth.messages = Math.max(0, depth.messages + difference);
    },
    forget: (mailboxKey) => void depths.delete(mailboxKey),
  };
}

function mailboxFull({ name, isGroup }: MailboxAddress, max: number): DomainError {
  const whose = isGroup ? `group ${name}` : `agent ${name}`;
  return new DomainError(
    "MAILBOX_FULL",
    `the mailbox of ${whose} holds as many messages as it may: ${max}; send again when some are settled`,
    {
      metadata: { [isGroup ? "group" : "agent_id"]: name, limit: String(max) },
      retryAfterMs: FULL_BELIEVED_MS,
    },
  );
}
