import { constants, type ServerHttp2Session } from "node:http2";
import type { Socket } from "node:net";
import type { Clock } from "../domain/clock.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import type { GatewayLimits } from "./limits.ts";
import { createPingGuard, type PingGuard } from "./ping-guard.ts";

/** One accepted connection. */
export interface Connection {
  readonly socket: Socket;
  readonly peerAddress: string;
  /** A request came in. */
  opened(): void;
  /** A request is over. */
  closed(): void;
  /** Something other than a ping travels. */
  touch(): void;
  /** The connection turned out to speak HTTP/2. */
  adopt(session: ServerHttp2Session): void;
}

/** All connections of a listener, and what ends them when their callers do not. */
export interface Connections {
  accept(socket: Socket): Connection;
  /** Ends what is silent, idle or dead; called often, from one timer. */
  sweep(): void;
  /** Asks every connection to end after what it has open. */
  drain(): void;
  /** Ends every connection. */
  destroy(): void;
  size(): number;
}

interface State {
  readonly socket: Socket;
  readonly acceptedMs: number;
  /** Spread, so that those who came together do not all come again together. */
  readonly oldMs: number;
  requests: number;
  open: number;
  idleSinceMs: number;
  session: ServerHttp2Session | undefined;
  pingDueMs: number;
  /** Infinite while no answer is due. */
  pongDueMs: number;
  pings: PingGuard;
}

export interface ConnectionsOptions {
  readonly clock: Clock;
  readonly limits: GatewayLimits;
  readonly metrics: Metrics;
  /** From 0 up to 1. */
  readonly random: () => number;
}

/** Share of the age by which connections differ. */
const AGE_SPREAD = 0.1;

/** Keeps the connections of a listener; one sweep over all of them instead of timers for each. */
export function createConnections(options: ConnectionsOptions): Connections {
  const { clock, limits, metrics, random } = options;
  const all = new Set<State>();

  function end(state: State, reason: string): void {
    metrics.connectionsEnded.inc({ reason });
    state.session?.destroy();
    state.socket.destroy();
  }

  function ping(state: State, session: ServerHttp2Session, nowMs: number): void {
    state.pingDueMs = nowMs + limits.pingIntervalMs;
    state.pongDueMs = nowMs + limits.pongMs;
    const sent = session.ping((error) => {
      if (error === null) state.pongDueMs = Infinity;
    });
    if (!sent) end(state, "ping_unsent");
  }

  function check(state: State, nowMs: number): void {
    const { session } = state;
    if (state.requests === 0 && nowMs - state.acceptedMs > limits.firstRequestMs) {
      end(state, "no_request");
    } else if (session === undefined || session.destroyed) {
      return;
    } else if (nowMs > state.pongDueMs) {
      end(state, "no_pong");
    } else if (nowMs >= state.pingDueMs && state.pongDueMs === Infinity) {
      ping(state, session, nowMs);
    } else if (!session.closed) {
      askToEnd(state, session, nowMs);
    }
  }

  /** What is open on the connection goes on. */
  function askToEnd(state: State, session: ServerHttp2Session, nowMs: number): void {
    const idle = state.open === 0 && nowMs - state.idleSinceMs > limits.sessionIdleMs;
    if (!idle && nowMs <= state.oldMs) return;
    metrics.connectionsEnded.inc({ reason: idle ? "idle" : "old" });
    session.close();
  }

  function adopt(state: State, session: ServerHttp2Session): void {
    state.session = session;
    state.pingDueMs = clock.monotonic() + limits.pingIntervalMs;
    session.on("error", () => undefined);
    session.on("ping", () => {
      if (state.pings.ping(clock.monotonic())) return;
      metrics.connectionsEnded.inc({ reason: "ping_flood" });
      session.goaway(constants.NGHTTP2_ENHANCE_YOUR_CALM);
      session.destroy(undefined, constants.NGHTTP2_ENHANCE_YOUR_CALM);
    });
  }

  return {
    accept(socket) {
      const nowMs = clock.monotonic();
      const state: State = {
        socket,
        acceptedMs: nowMs,
        oldMs: nowMs + limits.sessionAgeMs * (1 + AGE_SPREAD * (2 * random() - 1)),
        requests: 0,
        open: 0,
        idleSinceMs: nowMs,
        session: undefined,
        pingDueMs: Infinity,
        pongDueMs: Infinity,
        pings: createPingGuard(limits),
      };
      all.add(state);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        all.delete(state);
      });
      return {
        socket,
        peerAddress: socket.remoteAddress ?? "",
        opened() {
          state.requests += 1;
          state.open += 1;
          state.pings.touch();
        },
        closed() {
          state.open -= 1;
          state.idleSinceMs = clock.monotonic();
        },
        touch: () => {
          state.pings.touch();
        },
        adopt: (session) => {
          adopt(state, session);
        },
      };
    },
    sweep() {
      const nowMs = clock.monotonic();
      let http2 = 0;
      for (const state of all) {
        if (state.session !== undefined) http2 += 1;
        check(state, nowMs);
      }
      metrics.connections.set({ protocol: "http2" }, http2);
      metrics.connections.set({ protocol: "http1" }, all.size - http2);
    },
    drain() {
      for (const { session } of all) {
        if (session !== undefined && !session.closed) session.close();
      }
    },
    destroy() {
      for (const { session, socket } of all) {
        session?.destroy();
        socket.destroy();
      }
    },
    size: () => all.size,
  };
}
