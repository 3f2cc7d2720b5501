import { put } from "../../store/store.ts";
import { epochKind } from "./epoch-record.ts";
import type { LinksDeps } from "./links-deps.ts";

/** A session that the server ended because it stops. */
export interface PoliteEnd {
  readonly agentUid: string;
  readonly sessionId: string;
  readonly epoch: number;
  readonly epochVersion: number;
}

/** Ends recorded in one commit. */
const ENDS_PER_COMMIT_MAX = 200;

/**
 * Puts on record that nothing counts against what was in the hands of these sessions: an agent that does
 * not go on with its session has not died of it. Where one of them is out of date its whole commit does
 * not land, and those agents count as if they had died; that errs on the safe side.
 */
export async function recordPoliteEnds(
  { committer, nodeId, log }: Pick<LinksDeps, "committer" | "nodeId" | "log">,
  ends: readonly PoliteEnd[],
): Promise<void> {
  for (let from = 0; from < ends.length; from += ENDS_PER_COMMIT_MAX) {
    const changes = ends
      .slice(from, from + ENDS_PER_COMMIT_MAX)
      .map(({ agentUid, sessionId, epoch, epochVersion }) =>
        put(epochKind, agentUid, { epoch, sessionId, nodeId, deliveriesMax: 0 }, epochVersion),
      );
    try {
      let tries = 0;
      await committer.runSystem(() => {
        tries += 1;
        return Promise.resolve({ changes: tries === 1 ? changes : [], reply: undefined });
      });
    } catch (error) {
      log.warn({ err: error }, "the polite end of sessions could not be put on record");
    }
  }
}
