import type { MailPlace } from "./mail-writes.ts";
import { AWAY_FLIGHTS_KEPT, AWAY_SESSIONS_KEPT } from "./mail-limits.ts";

/** A message that an agent had in its hands when its session died. */
export interface AwayFlight extends MailPlace {
  readonly attempt: number;
}

/**
 * What agents that are away had in their hands. Of those whose session died longest ago it is forgotten;
 * then all that may have been counts.
 */
export interface AwayFlights {
  keep(agentUid: string, flights: readonly AwayFlight[]): void;
  /** Undefined: it is not known. */
  take(agentUid: string): readonly AwayFlight[] | undefined;
  has(agentUid: string, messageId: string): boolean;
}

export function createAwayFlights(): AwayFlights {
  const agents = new Map<string, readonly AwayFlight[]>();
  let size = 0;

  function take(agentUid: string): readonly AwayFlight[] | undefined {
    const flights = agents.get(agentUid);
    agents.delete(agentUid);
    size -= flights?.length ?? 0;
    return flights;
  }

  return {
    keep: (agentUid, flights) => {
      take(agentUid);
      agents.set(agentUid, flights);
      size += flights.length;
      for (const [oldest] of agents) {
        if (agents.size <= AWAY_SESSIONS_KEPT && size <= AWAY_FLIGHTS_KEPT) break;
        take(oldest);
      }
    },
    take,
    has: (agentUid, messageId) =>
      agents.get(agentUid)?.some((flight) => flight.messageId === messageId) === true,
  };
}
