import { create } from "@bufbuild/protobuf";
import { DurationSchema, type Duration } from "@bufbuild/protobuf/wkt";

/** Milliseconds, fractions included, as the contract's duration in whole nanoseconds. */
export function durationOf(ms: number): Duration {
  const nanos = Math.round(ms * 1e6);
  const seconds = Math.trunc(nanos / 1e9);
  return create(DurationSchema, { seconds: BigInt(seconds), nanos: nanos - seconds * 1e9 });
}
