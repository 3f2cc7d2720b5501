import type { Duration, Timestamp } from "@bufbuild/protobuf/wkt";
import type { ConnectRequest } from "@meshwork/gen/mesh/v1/agent_link_service";
import type { HeartbeatMessage } from "@meshwork/gen/mesh/v1/link";
import { connectRequestViolation, type Violation } from "@meshwork/gen-codec/link-rules";
import { DomainError } from "../errors.ts";
import { TOLD_DURATION_MAX_SECONDS } from "./limits.ts";

// The range of a protobuf timestamp: 0001-01-01 to 9999-12-31.
const TIMESTAMP_SECONDS_MIN = -62_135_596_800n;
const TIMESTAMP_SECONDS_MAX = 253_402_300_799n;

/**
 * What is wrong with a frame by the rules that the contract states: FRAME_NOT_AGREED for one without
 * content that this server knows, INVALID_REQUEST with the first field that breaks its rule. Times are
 * bounded beyond that: one that cannot be encoded would spoil every answer that shows the agent.
 */
export function frameError(frame: ConnectRequest): DomainError | undefined {
  if (frame.frame.case === undefined)
    return new DomainError(
      "FRAME_NOT_AGREED",
      "the frame is empty or of a kind that was not agreed on",
    );
  const time = frame.frame.case === "heartbeat" ? timeViolation(frame.frame.value) : undefined;
  const violation = time ?? connectRequestViolation(frame);
  return violation && invalid(violation);
}

function invalid(violation: Violation): DomainError {
  return new DomainError("INVALID_REQUEST", `${violation.field}: ${violation.description}`, {
    violations: [violation],
    metadata: { field: violation.field },
  });
}

function timeViolation(beat: HeartbeatMessage): Violation | undefined {
  return (
    durationViolation("heartbeat.round_trip_duration", beat.roundTripDuration) ??
    durationViolation("heartbeat.load.loop_delay_duration", beat.load?.loopDelayDuration) ??
    timestampViolation("heartbeat.agent_time", beat.agentTime)
  );
}

function durationViolation(field: string, duration: Duration | undefined): Violation | undefined {
  if (duration === undefined) return undefined;
  const { seconds, nanos } = duration;
  const most = BigInt(TOLD_DURATION_MAX_SECONDS);
  const longer = seconds > most || (seconds === most && nanos > 0);
  if (seconds >= 0n && isFraction(nanos) && !longer) return undefined;
  const description = `${seconds} s and ${nanos} ns is not within 0 to ${TOLD_DURATION_MAX_SECONDS} s`;
  return { field, description };
}

function timestampViolation(field: string, time: Timestamp | undefined): Violation | undefined {
  if (time === undefined) return undefined;
  const { seconds, nanos } = time;
  const inRange = seconds >= TIMESTAMP_SECONDS_MIN && seconds <= TIMESTAMP_SECONDS_MAX;
  if (inRange && isFraction(nanos)) return undefined;
  const description = `${seconds} s and ${nanos} ns is not within the years 1 to 9999`;
  return { field, description };
}

/** Whether it is less than a second, counted forward: that excludes mixed signs too. */
function isFraction(nanos: number): boolean {
  return nanos >= 0 && nanos < 1_000_000_000;
}
