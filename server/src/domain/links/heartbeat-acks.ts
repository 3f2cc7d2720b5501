import { durationFromMs, type Duration, type Timestamp } from "@bufbuild/protobuf/wkt";
import type { HeartbeatAck, HeartbeatMessage } from "@meshwork/gen/mesh/v1/link";
import type { Timing } from "./liveness.ts";

/**
 * Answers heartbeats, the most frequent frames of all: the messages are written as literals, since
 * `create` would be most of the work, and what seldom changes is kept.
 */
export function createHeartbeatAcks(): (
  beat: HeartbeatMessage,
  nowMs: number,
  timing: Timing,
) => HeartbeatAck {
  let told: Timing | undefined;
  let heartbeatInterval: Duration = durationFromMs(0);
  let lostAfter: Duration = durationFromMs(0);
  return ({ sequence, agentTime }, nowMs, timing) => {
    if (told !== timing) {
      told = timing;
      heartbeatInterval = durationFromMs(timing.intervalMs);
      lostAfter = durationFromMs(timing.lostAfterMs);
    }
    const ack: HeartbeatAck = {
      $typeName: "mesh.v1.HeartbeatAck",
      sequence,
      serverTime: timestampOf(nowMs),
      heartbeatInterval,
      lostAfter,
    };
    if (agentTime !== undefined) ack.agentTime = agentTime;
    return ack;
  };
}

function timestampOf(ms: number): Timestamp {
  const seconds = Math.floor(ms / 1_000);
  const nanos = Math.round((ms - seconds * 1_000) * 1_000_000);
  return { $typeName: "google.protobuf.Timestamp", seconds: BigInt(seconds), nanos };
}
