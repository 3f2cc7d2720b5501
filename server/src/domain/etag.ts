import type { Rec } from "../store/store.ts";
import { DomainError } from "./errors.ts";

/** Fails with ETAG_MISMATCH unless the etag is empty or the record's own. */
export function checkEtag(record: Rec<object>, etag: string, resource: string): void {
  if (etag === "" || etag === record.writeId) return;
  throw new DomainError(
    "ETAG_MISMATCH",
    `"${resource}" has changed: its etag is ${record.writeId}, not ${etag}; read it again`,
    { metadata: { resource, etag, current_etag: record.writeId } },
  );
}
