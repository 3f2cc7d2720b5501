import { Notice_Kind } from "@meshwork/gen/mesh/v1/link";
import type { Clock } from "../clock.ts";
import { drainingError } from "./draining-error.ts";
import { DRAIN_RECONNECT_SPREAD_MS } from "./limits.ts";
import { noticeFrame } from "./notice.ts";
import type { Session } from "./session.ts";
import type { Sessions } from "./sessions.ts";
import type { TimingWheel } from "./timing-wheel.ts";

/** Share of the grace over which idle sessions are ended. */
const SPREAD_SHARE = 0.5;

/**
 * Ends all sessions within `graceMs`: a notice at once, then goodbye to one after the other over half
 * of the grace, to a session with calls in flight only when they are done or the grace is over.
 * Resolves when none is left.
 */
export async function drainSessions(deps: {
  readonly sessions: Sessions;
  readonly wheel: TimingWheel;
  readonly clock: Clock;
  readonly graceMs: number;
}): Promise<void> {
  const { sessions, wheel, clock, graceMs } = deps;
  const all = [...sessions.all()];
  const startMs = clock.monotonic();
  for (const { stream } of all)
    stream.out.send(noticeFrame(Notice_Kind.SERVER_DRAINING, 0, "the server is about to stop"));
  await Promise.all(
    all.map(
      (session, index) =>
        new Promise<void>((resolve) => {
          const share = index / all.length;
          const look = (nowMs: number): number | undefined => {
            const { over } = session.stream;
            if (!over && session.calls.size > 0 && nowMs < startMs + graceMs) return nowMs;
            if (!over) end(sessions, session, share);
            resolve();
            return undefined;
          };
          wheel.arm(startMs + share * SPREAD_SHARE * graceMs, look);
        }),
    ),
  );
}

function end(sessions: Sessions, session: Session, share: number): void {
  // So that they do not all knock at once where the next server starts right away.
  const reconnectAfterMs = Math.round(share * DRAIN_RECONNECT_SPREAD_MS);
  sessions.close(session, drainingError(), reconnectAfterMs);
}
