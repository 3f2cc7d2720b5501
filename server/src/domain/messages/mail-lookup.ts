import { setImmediate } from "node:timers/promises";
import type { AnyKind, Kind, Rec, Store } from "../../store/store.ts";
import {
  addressOf,
  mailboxKeyOf,
  mailKey,
  mailKind,
  type MailRecord,
  parkedKind,
} from "./mail-record.ts";
import type { MailPlace } from "./mail-writes.ts";

/** Where a message lies, as it was found. */
export interface FoundMail extends MailPlace {
  readonly doc: MailRecord;
}

/**
 * Looks up messages of an agent by their ids: in its own mailbox, or the one that `mailboxKeys` names, and
 * in the queues of groups. Many take their time: others have their turn in between.
 */
export async function findMail(
  store: Pick<Store, "getMany" | "list">,
  agentUid: string,
  messageIds: Iterable<string>,
  mailboxKeys: ReadonlyMap<string, string> = new Map(),
): Promise<ReadonlyMap<string, FoundMail>> {
  const left = new Set(messageIds);
  const found = new Map<string, FoundMail>();
  // In this order: what is being moved from the one to the other is found at its old place or its new one.
  for (const isParked of [false, true]) {
    const kind = (isParked ? parkedKind : mailKind) as AnyKind as Kind<MailRecord>;
    const take = ({ id, doc }: Rec<MailRecord>): void => {
      left.delete(doc.messageId);
      const { messageId } = doc;
      found.set(messageId, { mailboxKey: mailboxKeyOf(id), messageId, isParked, doc });
    };
    for (const part of partsOf([...left])) {
      const ids = part.map((one) => mailKey(mailboxKeys.get(one) ?? agentUid, one));
      for (const rec of await store.getMany(kind, ids)) if (rec !== undefined) take(rec);
      for (const messageId of part) {
        if (!left.has(messageId)) continue;
        // It lies in the queue of one group at most; what went to many agents lies in none.
        const { items } = await store.list(kind, { eq: { messageId }, limit: 1 });
        const rec = items[0];
        if (rec !== undefined && addressOf(mailboxKeyOf(rec.id), rec.doc).isGroup) take(rec);
      }
      await setImmediate();
    }
  }
  return found;
}

function partsOf(ids: readonly string[]): string[][] {
  const parts: string[][] = [];
  for (let from = 0; from < ids.length; from += LOOKED_UP_AT_ONCE)
    parts.push(ids.slice(from, from + LOOKED_UP_AT_ONCE));
  return parts;
}

const LOOKED_UP_AT_ONCE = 50;
