import { groupAddress, type MailSession } from "./mail.ts";
import { createMailSettling } from "./mail-settling.ts";
import { type MailSessionDeps, rewriteHeld, type SessionState } from "./mail-session-state.ts";
import { returned } from "./mail-verdicts.ts";
import type { AwayFlight } from "./away-flights.ts";
import type { Flight, Mailbox } from "./mailbox.ts";

/** The port of one session; `ended` is told once, when it is over. */
export function createMailSession(
  deps: MailSessionDeps,
  session: SessionState,
  ended: () => void,
): MailSession {
  const { room, away } = deps;
  const { own, groups, consumer, agentUid, epoch } = session;

  function landAll(mailbox: Mailbox): Flight[] {
    const mine = [...mailbox.flights.values()].filter(({ taker }) => taker === session);
    for (const { messageId } of mine) mailbox.land(messageId);
    return mine;
  }

  /** What was put on record as delivered is taken off it again; all else is as it was before. */
  async function giveBack(mailbox: Mailbox): Promise<void> {
    const flights = landAll(mailbox);
    const isRecorded = ({ isParked }: Flight): boolean => isParked || mailbox.address.isGroup;
    for (const flight of flights) if (!isRecorded(flight)) mailbox.release(flight.messageId);
    const recorded = flights.filter(isRecorded);
    try {
      await rewriteHeld(deps, mailbox, recorded, (doc) => returned(doc, agentUid, epoch));
    } catch (error) {
      deps.report("messages could not be given back, their claims run out", error);
      for (const { messageId } of recorded) mailbox.release(messageId);
      room.doubt(mailbox);
    }
  }

  function remember(): void {
    const flights: AwayFlight[] = [];
    for (const mailbox of new Set([own, ...room.mailboxes()]))
      for (const flight of mailbox.flights.values()) {
        if (flight.taker !== session) continue;
        const { messageId, isParked, attempt } = flight;
        flights.push({ mailboxKey: mailbox.address.key, messageId, isParked, attempt });
      }
    away.keep(agentUid, flights);
    for (const { messageId } of landAll(own)) own.release(messageId);
    // Another member gets it no sooner than if the agent had not settled it.
    for (const group of groups.values())
      for (const flight of group.flights.values())
        if (flight.taker === session) flight.taker = undefined;
  }

  return {
    settle: createMailSettling(deps, session),
    join: (group) => {
      if (!session.isOpen) return;
      const mailbox = room.open(groupAddress(consumer.agent.meshUid, group));
      groups.set(group, mailbox);
      mailbox.takers.add(session);
      room.stir(mailbox);
    },
    leave: (group) => {
      const mailbox = groups.get(group);
      mailbox?.takers.delete(session);
      if (mailbox !== undefined) room.stir(mailbox);
      // What came next of the group may have held up all else.
      room.wake(session);
    },
    pause: () => {
      session.isPaused = true;
    },
    resume: () => {
      session.isPaused = false;
      room.wake(session);
    },
    detach: (politely) => {
      if (!session.isOpen) return;
      session.isOpen = false;
      for (const mailbox of [own, ...groups.values()]) mailbox.takers.delete(session);
      if (politely) {
        for (const mailbox of [own, ...groups.values()]) void giveBack(mailbox);
        // Nothing counts, also where the agent does not know that the end was a polite one.
        away.keep(agentUid, []);
      } else remember();
      // Nobody else takes from it: what it knows would only grow old.
      own.reset();
      for (const mailbox of [own, ...groups.values()]) room.stir(mailbox);
      ended();
    },
  };
}
