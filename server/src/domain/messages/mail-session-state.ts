import type { Clock } from "../clock.ts";
import type { FanOutBodies } from "./fan-out-bodies.ts";
import type { AwayFlights } from "./away-flights.ts";
import type { MailAcks } from "./mail-acks.ts";
import type { MailConsumer, MailCounts, MessageTraces } from "./mail.ts";
import type { MailRules } from "./mail-limits.ts";
import type { Claim, MailRecord } from "./mail-record.ts";
import type { MailRoom } from "./mail-room.ts";
import type { Judge, MailPlace, MailWrites, Rewritten } from "./mail-writes.ts";
import type { Require, Store } from "../../store/store.ts";
import type { Flight, Mail, Mailbox, Taker } from "./mailbox.ts";

/** What sessions of mailboxes work with. */
export interface MailSessionDeps {
  readonly store: Pick<Store, "getMany" | "list">;
  readonly clock: Clock;
  readonly room: MailRoom;
  readonly writes: MailWrites;
  readonly acks: MailAcks;
  readonly away: AwayFlights;
  readonly bodies: Pick<FanOutBodies, "get">;
  readonly traces: MessageTraces;
  readonly counts: MailCounts;
  readonly rules: MailRules;
  readonly random: () => number;
  readonly report: (message: string, error?: unknown) => void;
}

/** One session, as its parts share it. */
export interface SessionState extends Taker {
  readonly consumer: MailConsumer;
  readonly own: Mailbox;
  readonly groups: Map<string, Mailbox>;
  isOpen: boolean;
  isPaused: boolean;
}

export function placeOf(mailbox: Mailbox, { messageId, isParked }: Flight | Mail): MailPlace {
  return { mailboxKey: mailbox.address.key, messageId, isParked };
}

/** The claim of a session on what it is delivered now. */
export function claimOf(
  { agentUid, epoch }: Taker,
  { clock, rules }: Pick<MailSessionDeps, "clock" | "rules">,
  waitMs: number = rules.ackWaitMs,
): Claim {
  return { agentUid, epoch, untilTime: new Date(clock.now() + waitMs) };
}

/** A message that waits again after its record was rewritten. */
export function mailAgain(
  { doc, isParked, dueMs }: Rewritten & { readonly doc: MailRecord },
  bytes: number,
): Mail {
  return {
    messageId: doc.messageId,
    isParked,
    bytes,
    deaths: doc.deaths ?? 0,
    expireMs: doc.expireTime.getTime(),
    dueMs,
  };
}

/**
 * Rewrites what is held of a mailbox, and lets it wait again where it still is. Where that fails they
 * are still held.
 */
export async function rewriteHeld(
  { writes, room }: Pick<MailSessionDeps, "writes" | "room">,
  mailbox: Mailbox,
  flights: readonly Flight[],
  judge: Judge,
  fence?: Require,
): Promise<void> {
  const places = flights.map((flight) => placeOf(mailbox, flight));
  const results = [...(await writes.rewrite(places, judge, fence))];
  const missed = [...flights.keys()].filter(
    (index) => results[index] === undefined && flights[index]!.isDoubtful === true,
  );
  if (missed.length > 0) {
    const elsewhere = missed.map((index) => ({
      ...places[index]!,
      isParked: !places[index]!.isParked,
    }));
    const found = await writes.rewrite(elsewhere, judge, fence);
    for (const [at, index] of missed.entries()) results[index] = found[at];
  }
  for (const [index, { messageId, bytes }] of flights.entries()) {
    const result = results[index];
    if (result === undefined) {
      // It lies elsewhere than was thought, or nowhere any more.
      mailbox.release(messageId);
      mailbox.reset();
    } else if (result.doc === undefined) mailbox.release(messageId);
    // An agent's own mail that was never written about has its content in the store only.
    else if (!result.isParked && !mailbox.address.isGroup) {
      mailbox.release(messageId);
      mailbox.reset();
    } else mailbox.release(messageId, mailAgain({ ...result, doc: result.doc }, bytes));
  }
  room.stir(mailbox);
}
