// The ports between an agent's session and what takes its messages and its subscriptions.
import type {
  Producer,
  Publish,
  PublishOutcome,
  SubscribeOutcome,
  Subscription,
} from "@meshwork/gen/mesh/v1/link";
import type { Require } from "../../store/store.ts";

/** The session of an agent, as far as its writes need it. */
export interface DeskSession {
  readonly agent: { readonly uid: string; readonly meshUid: string; readonly agentId: string };
  /** The record of the session's epoch: what its writes require. */
  readonly fence: Require;
}

/** Takes the at-least-once messages of one session, in order. */
export interface PublishDesk {
  /** Highest sequence of the producer that was judged. */
  readonly highest: number;
  /**
   * Judges the at-least-once messages of the frame; the outcomes are on disk when it resolves. Rejects
   * with CREDIT_EXCEEDED, and with what a commit fails with: then nothing of the frame was judged, or
   * it is not known.
   */
  publish(frame: Publish): Promise<readonly PublishOutcome[]>;
}

export interface Producers {
  /** Reads what is on record of the producer; to be called once the session's epoch is. */
  open(session: DeskSession, producer: Producer): Promise<PublishDesk>;
}

/** What one session subscribes to. Outcomes come in the order of what was asked. */
export interface SubscriptionDesk {
  subscribe(wanted: readonly Subscription[]): Promise<readonly SubscribeOutcome[]>;
  unsubscribe(wanted: readonly Subscription[]): Promise<readonly SubscribeOutcome[]>;
  /** The groups of which the agent is a member on record. */
  groups(): readonly string[];
  /** Ends what was for the session only. */
  close(): void;
}

export interface Subscriptions {
  open(session: DeskSession): SubscriptionDesk;
  /** The agent has ended for good, or is deleted: so have its subscriptions. */
  agentGone(agentUid: string): Promise<void>;
}
