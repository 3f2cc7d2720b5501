import { setImmediate } from "node:timers/promises";
import type { Store } from "../../store/store.ts";
import type { Clock } from "../clock.ts";
import { deadLetterKind } from "./dead-letter-record.ts";
import {
  MAILBOX_MESSAGES_MAX,
  MESH_COUNT_MAX,
  STATISTICS_BELIEVED_MS,
  SWEEP_MAILBOXES_MAX,
} from "./mail-limits.ts";
import { mailboxIds, mailboxKeyOf, mailKind, parkedKind } from "./mail-record.ts";
import type { MailboxServer } from "./mailboxes.ts";

/** Messages of one mesh that are not settled. */
export interface UnsettledMail {
  readonly waiting: number;
  readonly scheduled: number;
  readonly inFlight: number;
  readonly deadLetters: number;
}

/** Counts messages by mesh. */
export interface MailStatistics {
  /** As it was within the last seconds. */
  of(meshUid: string): Promise<UnsettledMail>;
}

/**
 * Mail has no index by mesh, for it would cost each message: a count visits each mailbox with mail once,
 * for all meshes together, and is believed for a while.
 */
export function createMailStatistics(deps: {
  readonly store: Store;
  readonly clock: Clock;
  readonly mailboxes: Pick<MailboxServer, "inFlight">;
}): MailStatistics {
  const { store, clock, mailboxes } = deps;
  let counting: Promise<ReadonlyMap<string, number>> | undefined;
  let countMs = -Infinity;

  async function count(): Promise<ReadonlyMap<string, number>> {
    const waiting = new Map<string, number>();
    let from = "";
    for (let looked = 1; ; looked += 1) {
      const { items } = await store.list(mailKind, { ids: { from }, limit: 1 });
      const rec = items[0];
      if (rec === undefined) return waiting;
      const ids = mailboxIds(mailboxKeyOf(rec.id));
      const messages = await store.count(mailKind, { ids }, MAILBOX_MESSAGES_MAX);
      const { meshUid } = rec.doc;
      waiting.set(meshUid, (waiting.get(meshUid) ?? 0) + messages);
      from = ids.to;
      // Others get their turn.
      if (looked % SWEEP_MAILBOXES_MAX === 0) await setImmediate();
    }
  }

  function counted(): Promise<ReadonlyMap<string, number>> {
    if (counting !== undefined && clock.monotonic() - countMs < STATISTICS_BELIEVED_MS)
      return counting;
    countMs = clock.monotonic();
    counting = count();
    counting.catch(() => (counting = undefined));
    return counting;
  }

  return {
    of: async (meshUid) => {
      const mail = (await counted()).get(meshUid) ?? 0;
      const eq = { meshUid };
      const scheduled = await store.count(parkedKind, { eq }, MESH_COUNT_MAX);
      const deadLetters = await store.count(deadLetterKind, { eq }, MESH_COUNT_MAX);
      const flights = mailboxes.inFlight().get(meshUid) ?? { mail: 0, parked: 0 };
      return {
        waiting: Math.max(0, mail - flights.mail),
        scheduled: Math.max(0, scheduled - flights.parked),
        inFlight: flights.mail + flights.parked,
        deadLetters,
      };
    },
  };
}
