import { create } from "@bufbuild/protobuf";
import { durationMs } from "@bufbuild/protobuf/wkt";
import {
  type Settlement,
  Settlement_Kind,
  type SettleOutcome,
  SettleOutcomeSchema,
} from "@meshwork/gen/mesh/v1/link";
import { MessageStep_Kind } from "@meshwork/gen/mesh/v1/message";
import { DomainError } from "../errors.ts";
import { statusOf } from "./error-status.ts";
import { createMailExtending } from "./mail-extending.ts";
import { findMail, type FoundMail } from "./mail-lookup.ts";
import { addressOf } from "./mail-record.ts";
import { EXTEND_MAX_MS, STORE_RETRY_MS } from "./mail-limits.ts";
import { type MailSessionDeps, rewriteHeld, type SessionState } from "./mail-session-state.ts";
import { backedOff, rejected } from "./mail-verdicts.ts";
import type { Judge } from "./mail-writes.ts";
import type { Flight, Mailbox } from "./mailbox.ts";

/** Undefined: it counts. */
type Answer = DomainError | undefined;

/** Carries out what an agent says to messages; outcomes in its order, once they are on disk. */
export function createMailSettling(
  deps: MailSessionDeps,
  session: SessionState,
): (settlements: readonly Settlement[]) => Promise<readonly SettleOutcome[]> {
  const { clock, room, acks, traces, rules } = deps;
  const { window, consumer } = session;
  const putExtension = createMailExtending(deps, session);

  let asked:
    | { readonly ids: Set<string>; readonly found: Promise<ReadonlyMap<string, FoundMail>> }
    | undefined;

  // After the session's end the mailbox in memory may be another one.
  const mailboxes = (): Mailbox[] =>
    [session.own, ...session.groups.values()].map(({ address }) => room.open(address));

  function acknowledge({ messageId, attempt }: Settlement): Promise<Answer> {
    for (const mailbox of mailboxes()) {
      const flight = mailbox.land(messageId);
      if (flight === undefined) continue;
      flight.taker?.window.remove(flight);
      if (flight.deaths > 0) flight.taker?.window.survived();
      return erased(mailbox, messageId, attempt, flight);
    }
    return acknowledgeUnknown(messageId, attempt);
  }

  /** Of what is not in its hands it is looked up where it lies, of all that comes in one frame at once. */
  async function acknowledgeUnknown(messageId: string, attempt: number): Promise<Answer> {
    // Until then it does not go out again, wherever it lies.
    const held = mailboxes();
    for (const mailbox of held) {
      mailbox.hold(messageId);
      mailbox.doom(messageId, true);
    }
    try {
      const found = (await lookUp(messageId)).get(messageId);
      // It is settled already.
      if (found === undefined) return undefined;
      const { mailboxKey, doc } = found;
      if (!mayAcknowledge(found)) return notInFlight({ messageId, attempt });
      const mailbox = room.open(addressOf(mailboxKey, doc));
      const flight = mailbox.land(messageId);
      flight?.taker?.window.remove(flight);
      if (flight === undefined) mailbox.hold(messageId);
      return await erased(mailbox, messageId, attempt, flight && { ...flight, isDoubtful: true });
    } catch (cause) {
      for (const mailbox of held) {
        mailbox.doom(messageId, false);
        room.doubt(mailbox);
      }
      return new DomainError("NOT_SENT", "the store does not answer: settle it again", { cause });
    } finally {
      for (const mailbox of held) {
        mailbox.release(messageId);
        room.stir(mailbox);
      }
    }
  }

  function lookUp(messageId: string): Promise<ReadonlyMap<string, FoundMail>> {
    if (asked === undefined) {
      const ids = new Set<string>();
      const found = Promise.resolve().then(() => {
        asked = undefined;
        return findMail(deps.store, session.agentUid, ids);
      });
      asked = { ids, found };
    }
    asked.ids.add(messageId);
    return asked.found;
  }

  /** Its own mail, that of groups that it is or was a member of in this session, and what it had last. */
  function mayAcknowledge({ mailboxKey, doc: { claim, lastAgentUid, name } }: FoundMail): boolean {
    const { agentUid, groups } = session;
    const isKnown = mailboxKey === agentUid || groups.get(name)?.address.key === mailboxKey;
    return isKnown || claim?.agentUid === agentUid || lastAgentUid === agentUid;
  }

  function erased(
    mailbox: Mailbox,
    messageId: string,
    attempt: number,
    flight?: Flight,
  ): Promise<Answer> {
    const { address } = mailbox;
    mailbox.doom(messageId, true);
    const isUnsure = flight === undefined || flight.isDoubtful === true;
    const where = isUnsure ? "unknown" : flight.isParked ? "parked" : "mail";
    return new Promise((resolve) => {
      acks.add({
        ...{ address, messageId, where, attempt },
        ...(address.isGroup && { agentId: session.agentId }),
        done: (error) => {
          if (error === undefined) {
            drop(mailbox, messageId);
            mailbox.release(messageId);
          } else {
            mailbox.doom(messageId, false);
            putBack(mailbox, messageId, flight);
          }
          afterwards(mailbox, flight);
          resolve(error);
        },
      });
    });
  }

  /** Another ACK of it that failed has put it back meanwhile. */
  function drop(mailbox: Mailbox, messageId: string): void {
    const flight = mailbox.land(messageId);
    if (flight === undefined) return;
    flight.taker?.window.remove(flight);
    mailbox.release(messageId);
    afterwards(mailbox, flight);
  }

  function afterwards(mailbox: Mailbox, flight: Flight | undefined): void {
    if (mailbox.isIdle) room.stir(mailbox);
    if (flight?.taker !== undefined) room.wake(flight.taker);
  }

  /** The store failed: it is in the agent's hands as before. */
  function putBack(mailbox: Mailbox, messageId: string, flight: Flight | undefined): void {
    if (flight?.taker !== undefined && session.isOpen) {
      flight.taker.window.add(flight);
      const deadlineMs = clock.monotonic() + Math.max(STORE_RETRY_MS, rules.ackWaitMs);
      mailbox.launch({ ...flight, deadlineMs, isDoubtful: true });
      room.arm(mailbox, deadlineMs);
      mailbox.release(messageId);
      return;
    }
    mailbox.release(messageId);
    room.doubt(mailbox);
  }

  function inFlight({ messageId, attempt }: Settlement): Mailbox | undefined {
    if (!session.isOpen) return undefined;
    return mailboxes().find((mailbox) => {
      const flight = mailbox.flights.get(messageId);
      return flight?.taker === session && flight.attempt === attempt;
    });
  }

  async function rewritten(
    mailbox: Mailbox,
    messageId: string,
    judge: (flight: Flight) => Judge,
  ): Promise<Answer> {
    const flight = mailbox.land(messageId)!;
    window.remove(flight);
    if (flight.deaths > 0) window.survived();
    room.wake(session);
    try {
      await rewriteHeld(deps, mailbox, [flight], judge(flight), consumer.fence);
      return undefined;
    } catch (error) {
      putBack(mailbox, messageId, flight);
      return error instanceof DomainError
        ? error
        : new DomainError("INTERNAL", "the settlement failed", { cause: error });
    }
  }

  function extend(
    mailbox: Mailbox,
    { messageId, duration }: Settlement,
    note: (kind: MessageStep_Kind, detail: string) => void,
  ): Promise<Answer> {
    const flight = mailbox.flights.get(messageId)!;
    const waitMs = Math.min(duration ? durationMs(duration) : rules.ackWaitMs, EXTEND_MAX_MS);
    flight.deadlineMs = clock.monotonic() + waitMs;
    room.arm(mailbox, flight.deadlineMs);
    note(MessageStep_Kind.EXTENDED, `for ${waitMs} ms`);
    if (!mailbox.address.isGroup && !flight.isParked) return Promise.resolve(undefined);
    // It is in its hands so long, also after a restart.
    return putExtension(mailbox, flight);
  }

  function one(settlement: Settlement): Promise<Answer> {
    const { messageId, attempt, kind, duration, reason } = settlement;
    if (kind === Settlement_Kind.ACK) return acknowledge(settlement);
    const mailbox = inFlight(settlement);
    if (mailbox === undefined) return Promise.resolve(notInFlight(settlement));
    const { address } = mailbox;
    const note = (step: MessageStep_Kind, detail: string): void => {
      const { agentId } = session;
      traces.note(messageId, {
        ...{ kind: step, address, attempt, detail },
        ...(address.isGroup && { agentId }),
      });
    };
    if (kind === Settlement_Kind.EXTEND) return extend(mailbox, settlement, note);
    if (kind === Settlement_Kind.REJECT) {
      note(MessageStep_Kind.REJECTED, reason);
      return rewritten(mailbox, messageId, () => (doc) => rejected(doc, attempt, reason));
    }
    const askedMs = duration ? durationMs(duration) : 0;
    note(MessageStep_Kind.RETRY_ASKED, reason);
    const why = reason === "" ? "its receiver asked for it again" : reason;
    const wait = { why, askedMs, random: deps.random() };
    return rewritten(
      mailbox,
      messageId,
      () => (doc) => backedOff(doc, attempt, wait, clock.now(), rules),
    );
  }

  return async (settlements) => {
    const answers = await Promise.all(settlements.map(one));
    return settlements.map(({ messageId, attempt, kind }, index) => {
      const error = answers[index];
      return create(SettleOutcomeSchema, {
        ...{ messageId, attempt, kind },
        ...(error && { status: statusOf(error) }),
      });
    });
  };
}

function notInFlight({
  messageId,
  attempt,
}: Pick<Settlement, "messageId" | "attempt">): DomainError {
  return new DomainError(
    "NOT_IN_FLIGHT",
    `message ${messageId} is not in flight with attempt ${attempt}: it was settled, timed out or delivered again`,
    { metadata: { message_id: messageId, attempt: String(attempt) } },
  );
}
