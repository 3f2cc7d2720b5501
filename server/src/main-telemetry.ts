// Ties the rooms to the metrics.
import { AgentLiveness } from "@meshwork/gen/mesh/v1/agent";
import type { LinkMetrics } from "./domain/links/link-metrics.ts";
import { type Store, StoreError } from "./store/store.ts";
import type { Metrics } from "./telemetry/metrics.ts";

const livenessNames = Object.entries(AgentLiveness);

/** What the links count. */
export function linkMetrics(metrics: Metrics): LinkMetrics {
  return {
    frameReceived: (frame) => metrics.linkFrames.inc({ direction: "in", frame }),
    frameSent: (frame) => metrics.linkFrames.inc({ direction: "out", frame }),
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
