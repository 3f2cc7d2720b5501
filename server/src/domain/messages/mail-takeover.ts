import type { HeldDelivery } from "@meshwork/gen/mesh/v1/link";
import { PAGE_RECORDS_MAX, type Rec, type Store } from "../../store/store.ts";
import type { Clock } from "../clock.ts";
import type { AwayFlight, AwayFlights } from "./away-flights.ts";
import type { MailConsumer } from "./mail.ts";
import type { MailRules } from "./mail-limits.ts";
import { findMail } from "./mail-lookup.ts";
import { mailboxIds, mailKind, type MailRecord, parkedKind } from "./mail-record.ts";
import type { MailRoom } from "./mail-room.ts";
import { bereaved, renewed, returned, unchanged, type Verdict } from "./mail-verdicts.ts";
import type { MailPlace, MailWrites } from "./mail-writes.ts";
import { mailAgain } from "./mail-session-state.ts";

/** A message that the agent goes on with. */
export interface Held extends MailPlace {
  readonly attempt: number;
  readonly doc: MailRecord;
}

interface TakeoverDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly writes: MailWrites;
  readonly room: MailRoom;
  readonly away: AwayFlights;
  readonly rules: MailRules;
}

/**
 * Settles what the session before had in its hands: counted where it died, given back where it did not;
 * answers what the agent goes on with. `known` is what it had; undefined where that is not known.
 */
export async function takeOver(
  deps: TakeoverDeps,
  consumer: MailConsumer,
  known: readonly AwayFlight[] | undefined,
): Promise<readonly Held[]> {
  const { store, clock, writes, rules } = deps;
  const { agent, before, epoch, fence } = consumer;
  const held = before.kind === "resumed" ? await locate(store, agent.uid, before.held, known) : [];
  const heldIds = new Set(held.map(({ messageId }) => messageId));
  const suspects = known ?? (await suspectsOf(store, consumer, clock.now()));
  const left = suspects.filter(({ messageId }) => !heldIds.has(messageId));
  const counted = rewrite(deps, left, agent.uid, fence, (doc, { mailboxKey, isParked }) => {
    const isOwnMail = mailboxKey === agent.uid && !isParked;
    const { claim } = doc;
    const isClaimed = claim?.agentUid === agent.uid && claim.epoch < epoch;
    if (before.kind !== "died") return returned(doc, agent.uid, epoch - 1);
    return isOwnMail || isClaimed ? bereaved(doc, clock.now(), rules) : unchanged;
  });
  try {
    await counted;
  } catch (error) {
    // The next session counts these and no others, though a part is on record by now.
    if (before.kind === "died")
      deps.away.keep(
        agent.uid,
        suspects.map((one) => ({ attempt: 1, ...one })),
      );
    throw error;
  }
  const untilTime = new Date(clock.now() + rules.ackWaitMs);
  const claim = { agentUid: agent.uid, epoch, untilTime };
  const recorded = held.filter(({ doc }) => doc.claim !== undefined);
  await writes.rewrite(recorded, (doc) => renewed(doc, claim), fence);
  return held;
}

/** As the writes do it, and what of it lies in a mailbox in memory goes along. */
async function rewrite(
  { writes, room }: TakeoverDeps,
  places: readonly MailPlace[],
  agentUid: string,
  fence: MailConsumer["fence"],
  judge: (doc: MailRecord, place: MailPlace) => Verdict,
): Promise<void> {
  const landed = places.map(({ mailboxKey, messageId }) => {
    const mailbox = room.find(mailboxKey);
    const isAway = mailbox?.flights.get(messageId)?.agentUid === agentUid;
    return isAway ? { mailbox: mailbox, flight: mailbox.land(messageId)! } : undefined;
  });
  const release = (again: (index: number) => ReturnType<typeof mailAgain> | undefined): void => {
    for (const [index, one] of landed.entries()) {
      if (one === undefined) continue;
      one.mailbox.release(one.flight.messageId, again(index));
      room.stir(one.mailbox);
    }
  };
  try {
    const results = await writes.rewrite(places, judge, fence);
    release((index) => {
      const result = results[index];
      return result?.doc && mailAgain({ ...result, doc: result.doc }, landed[index]!.flight.bytes);
    });
  } catch (error) {
    release(() => undefined);
    for (const one of landed) if (one !== undefined) room.doubt(one.mailbox);
    throw error;
  }
}

/** What a session may have had in its hands, by what is on record of the agent's own mailbox. */
async function suspectsOf(
  store: Store,
  { agent, before, epoch }: MailConsumer,
  nowMs: number,
): Promise<MailPlace[]> {
  const mailboxKey = agent.uid;
  const suspects: MailPlace[] = [];
  if (before.kind === "died") {
    // First deliveries are not on record; they go out in this order.
    const ids = mailboxIds(mailboxKey);
    const page = await store.list(mailKind, { ids, limit: before.deliveriesMax });
    for (const { doc } of page.items)
      suspects.push({ mailboxKey, messageId: doc.messageId, isParked: false });
  }
  const isMine = ({ doc: { claim } }: Rec<MailRecord>): boolean =>
    claim?.agentUid === agent.uid && claim.epoch < epoch;
  let after: string | undefined;
  do {
    const page = await store.list(parkedKind, {
      eq: { mailboxKey },
      range: { field: "dueTime", to: new Date(nowMs + 1) },
      limit: PAGE_RECORDS_MAX,
      ...(after !== undefined && { after }),
    });
    for (const { doc } of page.items.filter(isMine))
      suspects.push({ mailboxKey, messageId: doc.messageId, isParked: true });
    after = page.next;
  } while (after !== undefined);
  return suspects;
}

/** Where the messages lie that the agent says it has; those that are settled by now lie nowhere. */
async function locate(
  store: Store,
  agentUid: string,
  held: readonly HeldDelivery[],
  known: readonly AwayFlight[] | undefined,
): Promise<Held[]> {
  const keys = new Map(known?.map(({ messageId, mailboxKey }) => [messageId, mailboxKey]));
  const attempts = new Map(held.map(({ messageId, attempt }) => [messageId, attempt]));
  const found = await findMail(store, agentUid, attempts.keys(), keys);
  return [...found.values()]
    .filter(({ mailboxKey, doc }) => mailboxKey === agentUid || doc.claim?.agentUid === agentUid)
    .map((one) => ({ ...one, attempt: attempts.get(one.messageId)! }));
}
