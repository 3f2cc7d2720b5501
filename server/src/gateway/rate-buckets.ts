import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { DomainError } from "../domain/errors.ts";

/** Buckets of points, one a key, that fill up again with each window. */
export interface RateBuckets {
  /** Takes points out of the key's bucket; RATE_LIMITED with the time to come back when it is empty. */
  pay(key: string, points?: number): Promise<void>;
  /** As `pay`, but never refuses. */
  penalize(key: string, points: number): void;
  /** Throws RATE_LIMITED if the key's bucket is empty. */
  check(key: string): Promise<void>;
}

export interface RateBucketsOptions {
  /** Whose calls are counted, for the message: `address`, `principal`. */
  readonly subject: string;
  readonly pointsMax: number;
  readonly windowSeconds: number;
  /** So many buckets at most; keys beyond share them. */
  readonly bucketsMax: number;
}

/** Bounded: keys are hashed onto a fixed number of buckets, so that made-up keys cost no memory. */
export function createRateBuckets(options: RateBucketsOptions): RateBuckets {
  const { pointsMax, windowSeconds, bucketsMax } = options;
  const limiter = new RateLimiterMemory({ points: pointsMax, duration: windowSeconds });
  const bucketOf = (key: string): string => String(hash(key) % bucketsMax);

  function limited(msBeforeNext: number): DomainError {
    const description = `${pointsMax} calls in ${windowSeconds} s`;
    const retryAfterMs = Math.max(1, Math.ceil(msBeforeNext));
    return new DomainError(
      "RATE_LIMITED",
      `too many calls of this ${options.subject}: the limit is ${description}; come back in ${retryAfterMs} ms`,
      {
        metadata: {
          subject: options.subject,
          limit: description,
          retryAfterMs: String(retryAfterMs),
        },
        retryAfterMs,
        quota: { subject: options.subject, description },
      },
    );
  }

  return {
    async pay(key, points = 1) {
      try {
        await limiter.consume(bucketOf(key), points);
      } catch (error) {
        if (error instanceof RateLimiterRes) throw limited(error.msBeforeNext);
        throw error;
      }
    },
    penalize(key, points) {
      void limiter.penalty(bucketOf(key), points);
    },
    async check(key) {
      const state = await limiter.get(bucketOf(key));
      if (state !== null && state.consumedPoints > pointsMax) throw limited(state.msBeforeNext);
    },
  };
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return value >>> 0;
}
