import type { Store } from "../../store/store.ts";
import type { Clock } from "../clock.ts";
import type { Committer } from "../commit.ts";
import type { Ids } from "../ids.ts";
import type { Mailboxes } from "../messages/mail.ts";
import type { Messages } from "../messages/messages.ts";
import type { Receivers } from "../messages/receivers.ts";
import type { Producers, Subscriptions } from "../messages/session-desks.ts";
import type { LinkMetrics } from "./link-metrics.ts";

/** What the links write to the log. */
export interface LinkLog {
  warn(facts: Readonly<Record<string, unknown>>, message: string): void;
  error(facts: Readonly<Record<string, unknown>>, message: string): void;
}

export interface LinksDeps {
  readonly store: Store;
  readonly committer: Pick<Committer, "runSystem">;
  readonly messages: Messages;
  readonly receivers: Receivers;
  readonly mailboxes: Mailboxes;
  readonly producers: Producers;
  readonly subscriptions: Subscriptions;
  readonly clock: Clock;
  readonly ids: Ids;
  /** This server process. */
  readonly nodeId: string;
  readonly metrics: LinkMetrics;
  readonly log: LinkLog;
  /** Frames a second that an agent may send, on average; default 2,000. */
  readonly framesPerSecondMax?: number;
}
