import { fromBinary } from "@bufbuild/protobuf";
import { AgentMessageSchema } from "@meshwork/gen/mesh/v1/message";
import type { Kind, Rec, Store } from "../../store/store.ts";
import type { Clock } from "../clock.ts";
import type { FanOutBodies } from "./fan-out-bodies.ts";
import type { Flight, Head, Mail, Mailbox } from "./mailbox.ts";
import {
  HEAD_BYTES_MAX,
  type MailRules,
  RECORD_BYTES_EACH,
  SCHEDULED_MESSAGES_MAX,
} from "./mail-limits.ts";
import {
  mailboxIds,
  mailKind,
  type MailRecord,
  parkedKind,
  type ParkedRecord,
} from "./mail-record.ts";

interface HeadDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly bodies: Pick<FanOutBodies, "get">;
  readonly rules: MailRules;
}

/** Reads what comes next in a mailbox, from its beginning: what came late comes first all the same. */
export async function readHead(deps: HeadDeps, mailbox: Mailbox): Promise<Head> {
  const { store, clock, rules } = deps;
  const { key } = mailbox.address;
  const flights: Flight[] = [];
  const isNews = ({ doc }: Rec<MailRecord>): boolean => {
    const { messageId, expireTime } = doc;
    if (mailbox.flights.has(messageId) || mailbox.isHeld(messageId)) return false;
    // What has expired is the sweeper's.
    return expireTime.getTime() > clock.now();
  };
  const read = async <T extends MailRecord>(
    kind: Kind<T>,
    max: number,
    page: (after: object, limit: number) => ReturnType<typeof store.list<T>>,
    isParked: boolean,
  ): Promise<{ readonly mail: Mail[]; readonly last: Rec<T> | undefined }> => {
    const mail: Mail[] = [];
    let bytes = 0;
    let after: string | undefined;
    do {
      const limit = Math.min(max + 1, 1_000);
      const { items, next } = await page(after === undefined ? {} : { after }, limit);
      for (const [index, rec] of items.entries()) {
        if (!isNews(rec)) continue;
        const claim = heldBySomebody(deps, mailbox, rec.doc, isParked);
        if (claim !== undefined) {
          flights.push(claim);
          continue;
        }
        const one = await mailOf(deps, mailbox, rec.doc, isParked);
        if (one === undefined) continue;
        mail.push(one);
        bytes += one.bytes + RECORD_BYTES_EACH;
        const isFull = mail.length >= max || bytes >= HEAD_BYTES_MAX;
        const isLast = next === undefined && index === items.length - 1;
        if (isFull && !isLast) return { mail, last: rec };
      }
      after = next;
    } while (after !== undefined);
    return { mail, last: undefined };
  };
  const ids = mailboxIds(key);
  const ready = await read(
    mailKind,
    rules.headMessagesMax,
    (after, limit) => store.list(mailKind, { ids, limit, ...after }),
    false,
  );
  const order = { field: "dueTime" } as const;
  const scheduled = await read(
    parkedKind,
    SCHEDULED_MESSAGES_MAX,
    (after, limit) => store.list(parkedKind, { eq: { mailboxKey: key }, order, limit, ...after }),
    true,
  );
  return {
    mail: ready.mail,
    lastMailId: ready.last?.doc.messageId,
    scheduled: scheduled.mail,
    lastDueMs: scheduled.last?.doc.dueTime.getTime(),
    flights,
  };
}

/** Undefined where its content is gone: then its time has run out. */
async function mailOf(
  { bodies }: HeadDeps,
  { address }: Mailbox,
  doc: MailRecord | ParkedRecord,
  isParked: boolean,
): Promise<Mail | undefined> {
  const { messageId, body } = doc;
  const isWritten = isParked || address.isGroup;
  // What is put on record before it is delivered is read for that anyway.
  const message =
    body === undefined
      ? await bodies.get(messageId)
      : isWritten
        ? undefined
        : fromBinary(AgentMessageSchema, body);
  if (body === undefined && message === undefined) return undefined;
  return {
    messageId,
    isParked,
    ...(!isWritten && message && { message }),
    bytes: message?.payload.length ?? body!.length,
    deaths: doc.deaths ?? 0,
    expireMs: doc.expireTime.getTime(),
    dueMs: "dueTime" in doc ? doc.dueTime.getTime() : 0,
  };
}

/** A claim of a member that is away, on record from before: it has its time. */
function heldBySomebody(
  { clock }: HeadDeps,
  { address }: Mailbox,
  { messageId, claim, attempts = 0, deaths = 0, body }: MailRecord,
  isParked: boolean,
): Flight | undefined {
  if (!address.isGroup || claim === undefined) return undefined;
  return {
    messageId,
    isParked,
    attempt: attempts,
    deaths,
    agentUid: claim.agentUid,
    taker: undefined,
    deadlineMs: clock.monotonic() + Math.max(0, claim.untilTime.getTime() - clock.now()),
    bytes: body?.length ?? 0,
    isAlone: false,
  };
}
