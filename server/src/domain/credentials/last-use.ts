import { put, type Store } from "../../store/store.ts";
import type { Clock } from "../clock.ts";
import type { Committer } from "../commit.ts";
import { apiKeyKind } from "./api-key-record.ts";
import { lastUseMsResolution } from "./limits.ts";

/**
 * Writes down when keys were last used, to the minute and at most once a minute and key. It never
 * makes a call wait or fail: what cannot be written is written with a later use.
 */
export function createLastUse(options: {
  readonly store: Store;
  readonly committer: Committer;
  readonly clock: Clock;
  readonly report: (message: string, error?: unknown) => void;
}): (keyId: string) => void {
  const { store, committer, clock, report } = options;
  /** Minutes that were written, or are being written. */
  const written = new Map<string, number>();

  return (keyId) => {
    const minuteMs = Math.floor(clock.now() / lastUseMsResolution) * lastUseMsResolution;
    if ((written.get(keyId) ?? -Infinity) >= minuteMs) return;
    written.set(keyId, minuteMs);
    const write = committer.runSystem(async () => {
      const rec = await store.get(apiKeyKind, keyId);
      const last = rec?.doc.lastUseTime?.getTime() ?? -Infinity;
      if (rec === undefined || last >= minuteMs) return { changes: [], reply: undefined };
      const doc = { ...rec.doc, lastUseTime: new Date(minuteMs) };
      return { changes: [put(apiKeyKind, keyId, doc, rec.version)], reply: undefined };
    });
    write.catch((error: unknown) => {
      written.delete(keyId);
      report(`the last use of API key ${keyId} could not be written`, error);
    });
  };
}
