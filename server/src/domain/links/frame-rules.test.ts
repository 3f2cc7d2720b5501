// What an agent tells of times must not spoil the answers in which it is shown.
import { describe, expect, test } from "@jest/globals";
import { create, toJson, type MessageInitShape } from "@bufbuild/protobuf";
import { ConnectRequestSchema } from "@meshwork/gen/mesh/v1/agent_link_service";
import type { HeartbeatMessageSchema } from "@meshwork/gen/mesh/v1/link";
import { frameError } from "./frame-rules.ts";

type Beat = MessageInitShape<typeof HeartbeatMessageSchema>;

function heartbeat(value: Beat) {
  return create(ConnectRequestSchema, { frame: { case: "heartbeat", value } });
}

const durationFields = [
  ["heartbeat.round_trip_duration", (time: Time): Beat => ({ roundTripDuration: time })],
  [
    "heartbeat.load.loop_delay_duration",
    (time: Time): Beat => ({ load: { loopDelayDuration: time } }),
  ],
] as const;

interface Time {
  readonly seconds: bigint;
  readonly nanos: number;
}

describe.each(durationFields)("%s", (field, beat) => {
  test.each([
    ["far too long", 2n ** 63n - 1n, 0],
    ["a little above an hour", 3_600n, 1],
    ["a second above an hour", 3_601n, 0],
    ["negative", -1n, 0],
    ["a little negative", 0n, -1],
    ["of mixed sign", 1n, -1],
    ["of mixed sign the other way", -1n, 1],
    ["of too many nanoseconds", 0n, 1_000_000_000],
  ])("that is %s is refused by name", (_, seconds, nanos) => {
    const error = frameError(heartbeat(beat({ seconds, nanos })));
    expect(error?.reason).toBe("INVALID_REQUEST");
    expect(error?.message).toContain(`${field}: `);
    expect(error?.details).toMatchObject({ violations: [{ field }], metadata: { field } });
  });

  test.each([
    [0n, 0],
    [0n, 999_999_999],
    [3_599n, 999_999_999],
    [3_600n, 0],
  ])("of %d s and %d ns is taken, and can be shown", (seconds, nanos) => {
    const frame = heartbeat(beat({ seconds, nanos }));
    expect(frameError(frame)).toBeUndefined();
    expect(() => toJson(ConnectRequestSchema, frame)).not.toThrow();
  });
});

describe("heartbeat.agent_time", () => {
  const field = "heartbeat.agent_time";

  test.each([
    ["after the year 9999", 253_402_300_800n, 0],
    ["before the year 1", -62_135_596_801n, 0],
    ["far off", 2n ** 63n - 1n, 0],
    ["of negative nanoseconds", 0n, -1],
    ["of too many nanoseconds", 0n, 1_000_000_000],
  ])("that is %s is refused by name", (_, seconds, nanos) => {
    const error = frameError(heartbeat({ agentTime: { seconds, nanos } }));
    expect(error?.reason).toBe("INVALID_REQUEST");
    expect(error?.details).toMatchObject({ violations: [{ field }], metadata: { field } });
  });

  test.each([
    [-62_135_596_800n, 0],
    [-1n, 999_999_999],
    [253_402_300_799n, 999_999_999],
  ])("of %d s and %d ns is taken, and can be shown", (seconds, nanos) => {
    const frame = heartbeat({ agentTime: { seconds, nanos } });
    expect(frameError(frame)).toBeUndefined();
    expect(() => toJson(ConnectRequestSchema, frame)).not.toThrow();
  });
});
