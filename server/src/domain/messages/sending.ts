import type { Store } from "../../store/store.ts";
import type { Clock } from "../clock.ts";
import type { Committer } from "../commit.ts";
import type { Ids } from "../ids.ts";
import { createAccepting } from "./accepting.ts";
import { createAwayAgents } from "./away-agents.ts";
import { type Calls, createCalls } from "./calls.ts";
import type { FanOutBodies } from "./fan-out-bodies.ts";
import { createFanOutExpander, type FanOutExpander } from "./fan-out-expander.ts";
import { createFanOuts, type FanOuts } from "./fan-outs.ts";
import { createGathering, type Gathering } from "./gather.ts";
import type { Accepting, MailCounts, Mailboxes, MessageTraces } from "./mail.ts";
import { createMessages, type Messages } from "./messages.ts";
import type { Receivers } from "./receivers.ts";
import { createSelectors } from "./selectors.ts";
import { type AgentSubscriptions, createSubscriptions } from "./subscriptions.ts";
import { createTopicTaps, type TopicTaps } from "./topic-taps.ts";

export interface SendingDeps {
  readonly store: Store;
  readonly committer: Pick<Committer, "runSystem">;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly receivers: Receivers;
  readonly mailboxes: Mailboxes;
  readonly bodies: FanOutBodies;
  readonly traces: MessageTraces;
  readonly counts: MailCounts;
  readonly report: (message: string, error?: unknown) => void;
}

/** All that decides who gets a message or a call, put together. */
export interface Sending {
  readonly messages: Messages;
  readonly accepting: Accepting;
  readonly fanOuts: FanOuts;
  readonly expander: FanOutExpander;
  readonly subscriptions: AgentSubscriptions;
  readonly taps: TopicTaps;
  readonly calls: Calls;
  readonly gathering: Gathering;
  /** Takes up what is on record; before sessions begin and messages come. */
  start(): Promise<void>;
  /** Resolves when nothing is under way; after the last session has ended. */
  stop(): Promise<void>;
}

export function createSending(deps: SendingDeps): Sending {
  const subscriptions = createSubscriptions(deps);
  const selectors = createSelectors(deps);
  const taps = createTopicTaps();
  const expander = createFanOutExpander(deps);
  const fanOuts = createFanOuts({ ...deps, expander });
  const calls = createCalls(deps);
  const parts = { ...deps, subscriptions, selectors, taps, fanOuts, calls };
  return {
    messages: createMessages(parts),
    accepting: createAccepting({ ...parts, awayAgents: createAwayAgents(deps) }),
    fanOuts,
    expander,
    subscriptions,
    taps,
    calls,
    gathering: createGathering(parts),
    start: async () => {
      await subscriptions.start();
      await expander.start();
    },
    stop: () => expander.stop(),
  };
}
