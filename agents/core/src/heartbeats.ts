import type { MessageInitShape } from "@bufbuild/protobuf";
import { durationMs, timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { AgentLoadSchema, HealthCheckSchema } from "@meshwork/gen/mesh/v1/agent";
import type { ConnectRequest } from "@meshwork/gen/mesh/v1/agent_link_service";
import type { HeartbeatAck } from "@meshwork/gen/mesh/v1/link";
import { durationOf } from "./duration.ts";
import type { Clock, Timer } from "./clock.ts";
import { agentFrame } from "./frames.ts";
import { HEARTBEAT_INTERVAL_DEFAULT_MS, HEARTBEAT_JITTER } from "./limits.ts";

/** What a heartbeat says besides that the agent lives. */
export interface Vitals {
  readonly load: MessageInitShape<typeof AgentLoadSchema>;
  readonly health: readonly MessageInitShape<typeof HealthCheckSchema>[];
}

/** The heartbeats of one session. */
export interface Heartbeats {
  /** Begins, at a random point of the first interval so that a fleet does not beat in step. */
  start(intervalMs: number): void;
  /** Takes an answer; the server's interval holds from the next beat on. Answers the round trip in ms. */
  acknowledged(ack: HeartbeatAck): number | undefined;
  stop(): void;
}

export function createHeartbeats(deps: {
  readonly clock: Clock;
  readonly random: () => number;
  readonly vitals: () => Vitals;
  readonly send: (frame: ConnectRequest) => void;
}): Heartbeats {
  const { clock, random } = deps;
  let sequence = 0n;
  let sentAt = 0;
  let intervalMs = HEARTBEAT_INTERVAL_DEFAULT_MS;
  let roundTripMs: number | undefined;
  let timer: Timer | undefined;

  function beat(): void {
    const { load, health } = deps.vitals();
    sequence += 1n;
    sentAt = clock.monotonic();
    const value = {
      sequence,
      agentTime: timestampFromMs(clock.now()),
      load,
      health: [...health],
      ...(roundTripMs !== undefined && { roundTripDuration: durationOf(roundTripMs) }),
    };
    deps.send(agentFrame({ case: "heartbeat", value }));
    arm(intervalMs * (1 - HEARTBEAT_JITTER * random()));
  }

  function arm(delayMs: number): void {
    timer?.cancel();
    timer = clock.after(delayMs, beat);
  }

  return {
    start: (firstIntervalMs) => {
      intervalMs = firstIntervalMs;
      arm(intervalMs * random());
    },
    acknowledged: (ack) => {
      const next =
        ack.heartbeatInterval === undefined ? intervalMs : durationMs(ack.heartbeatInterval);
      if (next !== intervalMs && next > 0) {
        intervalMs = next;
        const sinceMs = clock.monotonic() - sentAt;
        arm(Math.max(0, intervalMs * (1 - HEARTBEAT_JITTER * random()) - sinceMs));
      }
      if (ack.sequence !== sequence) return undefined;
      roundTripMs = Math.max(0, clock.monotonic() - sentAt);
      return roundTripMs;
    },
    stop: () => {
      timer?.cancel();
      timer = undefined;
    },
  };
}
