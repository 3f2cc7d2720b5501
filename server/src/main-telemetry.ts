// Ties the rooms to the metrics.
import { AgentLiveness } from "@meshwork/gen/mesh/v1/agent";
import type { LinkMetrics } from "./domain/links/link-metrics.ts";
import type { MailMetrics } from "./domain/messages/mail-counts.ts";
import { type Store, StoreError } from "./store/store.ts";
import type { Metrics } from "./telemetry/metrics.ts";

const livenessNames = Object.entries(AgentLiveness);

/** Counts by name, told only when they are asked for: a counter with labels costs more than a frame. */
function countedByName(
  metrics: Metrics,
  tell: (name: string, count: number) => void,
): (name: string) => void {
  const counts = new Map<string, { count: number }>();
  metrics.onScrape(() => {
    for (const [name, entry] of counts) {
      tell(name, entry.count);
      entry.count = 0;
    }
  });
  return (name) => {
    const known = counts.get(name);
    if (known === undefined) counts.set(name, { count: 1 });
    else known.count += 1;
  };
}

/** What the links count. */
export function linkMetrics(metrics: Metrics): LinkMetrics {
  return {
    frameReceived: countedByName(metrics, (frame, count) => {
      metrics.linkFrames.inc({ direction: "in", frame }, count);
    }),
    frameSent: countedByName(metrics, (frame, count) => {
      metrics.linkFrames.inc({ direction: "out", frame }, count);
    }),
    sessionEnded: (reason) => metrics.linkSessionsEnded.inc({ reason }),
    livenessChanged: (liveness) => {
      const [name] = livenessNames.find(([, value]) => value === liveness) ?? ["OTHER"];
      metrics.livenessChanges.inc({ liveness: name });
    },
    messageDelivered: () => metrics.messagesDelivered.inc(),
    messagesDropped: (count) => metrics.messagesDropped.inc(count),
    replyIgnored: () => metrics.repliesIgnored.inc(),
    callEnded: (ok) => metrics.agentCalls.inc({ outcome: ok ? "ok" : "failed" }),
  };
}

/** What is counted of at-least-once messages. */
export function mailMetrics(metrics: Metrics): MailMetrics {
  return {
    mailAccepted: (messages) => metrics.mailAccepted.inc(messages),
    mailRedelivered: (messages) => metrics.mailRedelivered.inc(messages),
    mailAcknowledged: (messages) => metrics.mailAcknowledged.inc(messages),
    mailDeadLettered: (messages) => metrics.mailDeadLettered.inc(messages),
    mailLeftOut: (receivers) => metrics.mailLeftOut.inc(receivers),
  };
}

/** The store, with its commits counted and timed. */
export function meteredStore(store: Store, metrics: Metrics): Store {
  return {
    ...store,
    async commit(commit, options) {
      const end = metrics.storeCommitDuration.startTimer();
      let outcome = "OK";
      try {
        return await store.commit(commit, options);
      } catch (error) {
        outcome = error instanceof StoreError ? error.code : "INTERNAL";
        throw error;
      } finally {
        end();
        metrics.storeCommits.inc({ outcome });
      }
    },
  };
}
