// All rooms of messages, put together.
import type { Store } from "../../store/store.ts";
import type { Clock } from "../clock.ts";
import type { Committer } from "../commit.ts";
import type { Ids } from "../ids.ts";
import { createReceivers } from "./connected-receivers.ts";
import { deadLetterKind } from "./dead-letter-record.ts";
import { createDeadLetters, type DeadLetters } from "./dead-letters.ts";
import { createFanOutBodies } from "./fan-out-bodies.ts";
import { fanOutKind, fanOutProgressKind } from "./fan-out-record.ts";
import { createMailCounts, type MailMetrics, type MeshMailCounts } from "./mail-counts.ts";
import type { MailRules } from "./mail-limits.ts";
import { mailExpiryKind, mailKind, parkedKind } from "./mail-record.ts";
import type { MailTimers } from "./mail-room.ts";
import { createMailSweeper } from "./mail-sweeper.ts";
import { createMailStatistics } from "./mail-statistics.ts";
import { createMailboxes, type MailboxServer } from "./mailboxes.ts";
import { createMessageQueries, type MessageQueries } from "./message-queries.ts";
import { createMessageTraces } from "./message-traces.ts";
import { producerKind } from "./producer-record.ts";
import { createProducers } from "./producers.ts";
import type { Receivers } from "./receivers.ts";
import { createSending, type Sending } from "./sending.ts";
import type { Producers } from "./session-desks.ts";
import { subscriptionKind } from "./subscription-record.ts";

/** The kinds of record that messages have. */
export const messageKinds = [
  ...[mailKind, parkedKind, mailExpiryKind, deadLetterKind],
  ...[producerKind, fanOutKind, fanOutProgressKind, subscriptionKind],
] as const;

export interface MessagingDeps {
  readonly store: Store;
  readonly committer: Committer;
  readonly clock: Clock;
  readonly ids: Ids;
  /** This server process. */
  readonly nodeId: string;
  /** A timing wheel. */
  readonly timers: MailTimers;
  readonly metrics: MailMetrics;
  readonly report: (message: string, error?: unknown) => void;
  readonly random?: () => number;
  readonly rules?: Partial<MailRules>;
}

/** What the server and its links need of messages. */
export interface Messaging extends Sending {
  readonly receivers: Receivers & { size(): number };
  readonly mailboxes: MailboxServer;
  readonly producers: Producers;
  readonly deadLetters: DeadLetters;
  readonly queries: MessageQueries;
  readonly counts: { of(meshUid: string): MeshMailCounts };
}

export function createMessaging(deps: MessagingDeps): Messaging {
  const receivers = createReceivers();
  const counts = createMailCounts(deps.metrics);
  const traces = createMessageTraces(deps);
  const bodies = createFanOutBodies(deps.store);
  const shared = { ...deps, receivers, counts, traces, bodies };
  const mailboxes = createMailboxes(shared);
  const sending = createSending({ ...shared, mailboxes });
  const { accepting, fanOuts } = sending;
  const parts = { ...shared, mailboxes, accepting, fanOuts };
  const sweeper = createMailSweeper(parts);
  return {
    ...sending,
    receivers,
    mailboxes,
    producers: createProducers(parts),
    deadLetters: createDeadLetters(parts),
    queries: createMessageQueries({ ...parts, statistics: createMailStatistics(parts) }),
    counts,
    start: async () => {
      await sending.start();
      sweeper.start();
    },
    stop: async () => {
      await sweeper.stop();
      mailboxes.stop();
      await sending.stop();
    },
  };
}
