import { DomainError } from "../errors.ts";
import { claimOf, type MailSessionDeps, placeOf, type SessionState } from "./mail-session-state.ts";
import { renewed, unchanged } from "./mail-verdicts.ts";
import type { Flight, Mailbox } from "./mailbox.ts";

/** Undefined: it is on record. */
type Outcome = DomainError | undefined;

/** The next write of a mailbox's claims, while one is under way. */
interface Next {
  readonly flights: Set<Flight>;
  readonly written: Promise<Outcome>;
}

/**
 * Puts on record how long a session has what it asked more time for. Of one mailbox one write is under way;
 * what is asked meanwhile shares the next one, however often it is asked.
 */
export function createMailExtending(
  deps: Pick<MailSessionDeps, "clock" | "rules" | "writes">,
  session: SessionState,
): (mailbox: Mailbox, flight: Flight) => Promise<Outcome> {
  const { clock, writes } = deps;
  const underWay = new Map<Mailbox, { readonly written: Promise<Outcome>; next?: Next }>();

  function write(mailbox: Mailbox, flights: ReadonlySet<Flight>): Promise<Outcome> {
    const written = put(mailbox, flights).finally(() => {
      if (entry.next === undefined) underWay.delete(mailbox);
    });
    const entry: { readonly written: Promise<Outcome>; next?: Next } = { written };
    underWay.set(mailbox, entry);
    return written;
  }

  async function put(mailbox: Mailbox, flights: ReadonlySet<Flight>): Promise<Outcome> {
    const isStill = (flight: Flight): boolean => mailbox.flights.get(flight.messageId) === flight;
    try {
      await writes.rewrite(
        [...flights].filter(isStill).map((flight) => placeOf(mailbox, flight)),
        (doc) => {
          const flight = mailbox.flights.get(doc.messageId);
          // By now it may be settled, or delivered again.
          if (flight === undefined || !flights.has(flight)) return unchanged;
          const waitMs = Math.max(0, flight.deadlineMs - clock.monotonic());
          return renewed(doc, claimOf(session, deps, waitMs));
        },
        session.consumer.fence,
      );
      return undefined;
    } catch (error) {
      return error instanceof DomainError
        ? error
        : new DomainError("INTERNAL", "the settlement failed", { cause: error });
    }
  }

  return (mailbox, flight) => {
    const entry = underWay.get(mailbox);
    if (entry === undefined) return write(mailbox, new Set([flight]));
    if (entry.next === undefined) {
      const flights = new Set<Flight>();
      entry.next = { flights, written: entry.written.then(() => write(mailbox, flights)) };
    }
    entry.next.flights.add(flight);
    return entry.next.written;
  };
}
