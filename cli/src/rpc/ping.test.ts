// Proves what counts as an answer, and the figures at the end.
import { Code, ConnectError } from "@connectrpc/connect";
import { describe, expect, test } from "@jest/globals";
import { ErrorInfoSchema } from "@meshwork/gen/google/rpc/error_details";
import { roundTrip, summaryOf } from "./ping.ts";

const failing = (code: Code, reason = "") =>
  Promise.reject(
    new ConnectError(
      "away",
      code,
      undefined,
      reason === "" ? [] : [{ desc: ErrorInfoSchema, value: { reason, domain: "meshwork" } }],
    ),
  );

function clock(): () => number {
  let nowMs = 0;
  return () => (nowMs += 2);
}

describe("a round trip", () => {
  test.each([
    ["an answer", () => Promise.resolve()],
    ["that it cannot", () => failing(Code.NotFound, "CAPABILITY_UNKNOWN")],
    ["that it failed", () => failing(Code.Internal, "CAPABILITY_FAILED")],
  ])("is %s of the agent", async (_, call) => {
    expect(await roundTrip(3, call, clock())).toEqual({ sequence: 3, milliseconds: 2 });
  });

  test.each([
    [Code.FailedPrecondition, "NO_RECEIVER", "NO_RECEIVER"],
    [Code.ResourceExhausted, "CALLS_IN_FLIGHT", "CALLS_IN_FLIGHT"],
    [Code.Unavailable, "OUTCOME_UNKNOWN", "OUTCOME_UNKNOWN"],
    [Code.Unavailable, "", "UNAVAILABLE"],
    [Code.DeadlineExceeded, "", "DEADLINE_EXCEEDED"],
  ])("is lost with %d %s", async (code, given, reason) => {
    const trip = await roundTrip(1, () => failing(code, given), clock());
    expect(trip).toEqual({ sequence: 1, error: "away", reason });
  });

  test.each([
    [Code.NotFound, "RESOURCE_NOT_FOUND"],
    [Code.PermissionDenied, "PERMISSION_MISSING"],
    [Code.Unauthenticated, ""],
  ])("ends it all with %d %s", async (code, reason) => {
    await expect(roundTrip(1, () => failing(code, reason), clock())).rejects.toThrow("away");
  });
});

describe("a summary", () => {
  const trips = (...times: (number | undefined)[]) =>
    times.map((milliseconds, at) =>
      milliseconds === undefined
        ? { sequence: at, error: "away", reason: "NO_RECEIVER" }
        : { sequence: at, milliseconds },
    );

  test.each([
    [[3, 1, 2], { sent: 3, received: 3, lostPercent: 0, min: 1, median: 2, max: 3 }],
    [[4, 1, 2, 10], { sent: 4, received: 4, lostPercent: 0, min: 1, median: 3, max: 10 }],
    [
      [undefined, 5, undefined],
      { sent: 3, received: 1, lostPercent: 67, min: 5, median: 5, max: 5 },
    ],
  ])("of %j", (times, { min, median, max, ...counts }) => {
    expect(summaryOf(trips(...times))).toEqual({
      ...counts,
      minMilliseconds: min,
      medianMilliseconds: median,
      maxMilliseconds: max,
    });
  });

  test("of nothing, or of losses alone, has no times", () => {
    expect(summaryOf([])).toEqual({ sent: 0, received: 0, lostPercent: 0 });
    expect(summaryOf(trips(undefined))).toEqual({ sent: 1, received: 0, lostPercent: 100 });
  });
});
