import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";

/** Every metric of the server, by what it counts. Units are in the names that Prometheus sees. */
export interface Metrics {
  /** Finished calls, by RPC and canonical code. */
  readonly rpcCalls: Counter<"method" | "code">;
  /** How long calls took; long streams are left out. */
  readonly rpcDuration: Histogram<"method">;
  /** Open connections, by protocol: `http1`, `http2`. */
  readonly connections: Gauge<"protocol">;
  /** Connections that the gateway ended, by reason. */
  readonly connectionsEnded: Counter<"reason">;
  /** Streams that agents opened for their links, by what serves them: `direct`, `library`. */
  readonly linkStreams: Counter<"path">;
  /** Open sessions of agents. */
  readonly linkSessions: Gauge;
  /** Frames on agent links, by direction (`in`, `out`) and kind. */
  readonly linkFrames: Counter<"direction" | "frame">;
  /** Sessions of agents that ended, by reason. */
  readonly linkSessionsEnded: Counter<"reason">;
  /** Calls of agents, by outcome: `ok`, `failed`. */
  readonly agentCalls: Counter<"outcome">;
  /** Replies of agents that nobody waited for any more. */
  readonly repliesIgnored: Counter;
  /** Calls of agents that wait for an answer. */
  readonly agentCallsInFlight: Gauge;
  /** Messages handed to links. */
  readonly messagesDelivered: Counter;
  /** At-most-once messages of agents that found no receiver or no room. */
  readonly messagesDropped: Counter;
  /** At-least-once messages that were accepted. */
  readonly mailAccepted: Counter;
  /** At-least-once messages that were delivered again. */
  readonly mailRedelivered: Counter;
  /** At-least-once messages that were acknowledged, by receiver. */
  readonly mailAcknowledged: Counter;
  /** At-least-once messages that became dead letters, by receiver. */
  readonly mailDeadLettered: Counter;
  /** Receivers of at-least-once messages to many that did not get one, as their mailboxes were full. */
  readonly mailLeftOut: Counter;
  /** Changes of agents' liveness, by what it became. */
  readonly livenessChanges: Counter<"liveness">;
  /** Commits on the store, by outcome. */
  readonly storeCommits: Counter<"outcome">;
  /** How long commits took until they were durable. */
  readonly storeCommitDuration: Histogram;
  /** Has gauges set just before they are read, so that they cost nothing in between. */
  onScrape(set: () => void): void;
  /** All of them as Prometheus reads them. */
  render(): Promise<string>;
  /** Content type of what `render` answers. */
  readonly contentType: string;
}

const DURATION_BUCKETS_SECONDS = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
];

export interface MetricsOptions {
  /** Whether CPU, memory, event loop and garbage collection of the process are told too. */
  readonly process?: boolean;
}

/** Creates the metrics with a registry of their own, so that several servers fit in one process. */
export function createMetrics(options: MetricsOptions = {}): Metrics {
  const registry = new Registry();
  if (options.process === true) collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const setters: (() => void)[] = [];
  function counter<L extends string>(name: string, help: string, labelNames: readonly L[] = []) {
    return new Counter<L>({ name: `meshwork_${name}`, help, labelNames, registers });
  }
  function gauge<L extends string>(name: string, help: string, labelNames: readonly L[] = []) {
    return new Gauge<L>({ name: `meshwork_${name}`, help, labelNames, registers });
  }
  function histogram<L extends string>(name: string, help: string, labelNames: readonly L[] = []) {
    const buckets = DURATION_BUCKETS_SECONDS;
    return new Histogram<L>({ name: `meshwork_${name}`, help, labelNames, buckets, registers });
  }
  return {
    rpcCalls: counter("rpc_calls_total", "finished calls", ["method", "code"]),
    rpcDuration: histogram("rpc_duration_seconds", "duration of calls", ["method"]),
    connections: gauge("connections", "open connections", ["protocol"]),
    connectionsEnded: counter("connections_ended_total", "connections ended by the gateway", [
      "reason",
    ]),
    linkStreams: counter("link_streams_total", "streams of agent links, by what serves them", [
      "path",
    ]),
    linkSessions: gauge("link_sessions", "open sessions of agents"),
    linkSessionsEnded: counter("link_sessions_ended_total", "ended sessions of agents", ["reason"]),
    linkFrames: counter("link_frames_total", "frames on agent links", ["direction", "frame"]),
    agentCalls: counter("agent_calls_total", "calls of agents", ["outcome"]),
    repliesIgnored: counter("replies_ignored_total", "replies that nobody waited for"),
    agentCallsInFlight: gauge("agent_calls_in_flight", "calls of agents that wait for an answer"),
    messagesDelivered: counter("messages_delivered_total", "messages handed to links"),
    messagesDropped: counter("messages_dropped_total", "messages dropped"),
    mailAccepted: counter("mail_accepted_total", "at-least-once messages accepted"),
    mailRedelivered: counter("mail_redelivered_total", "at-least-once messages delivered again"),
    mailAcknowledged: counter("mail_acknowledged_total", "at-least-once messages acknowledged"),
    mailDeadLettered: counter("mail_dead_lettered_total", "messages that became dead letters"),
    mailLeftOut: counter(
      "mail_left_out_total",
      "receivers left out of messages to many: mailbox full",
    ),
    livenessChanges: counter("liveness_changes_total", "changes of agents' liveness", ["liveness"]),
    storeCommits: counter("store_commits_total", "commits on the store", ["outcome"]),
    storeCommitDuration: histogram("store_commit_duration_seconds", "duration of commits"),
    onScrape: (set) => {
      setters.push(set);
    },
    render: () => {
      for (const set of setters) set();
      return registry.metrics();
    },
    contentType: registry.contentType,
  };
}
