import { create } from "@bufbuild/protobuf";
import { type Duration, DurationSchema } from "@bufbuild/protobuf/wkt";

const NANOS_PER_MS = 1_000_000;
const NANOS_PER_SECOND = 1_000_000_000;

/**
 * A duration of so many milliseconds, to the nanosecond. The library's own `durationFromMs` takes whole
 * milliseconds only: a fraction makes nanoseconds that cannot be encoded.
 */
export function exactDuration(ms: number): Duration {
  const nanos = Math.round(ms * NANOS_PER_MS);
  return create(DurationSchema, {
    seconds: BigInt(Math.trunc(nanos / NANOS_PER_SECOND)),
    nanos: nanos % NANOS_PER_SECOND,
  });
}
