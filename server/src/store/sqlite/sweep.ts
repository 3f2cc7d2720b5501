// Removes what has had its time, a bounded number of rows at a time.
import type { DatabaseSync } from "node:sqlite";
import { IDEMPOTENCY_SECONDS } from "../store.ts";
import { SWEEP_ROWS_MAX } from "./limits.ts";
import type { EngineConfig, Swept } from "./protocol.ts";
import { fieldColumn } from "./schema.ts";
import { renewSeal } from "./seal.ts";
import type { Statements } from "./statements.ts";

/** The write id of a delete that nobody asked for. */
export const EXPIRED_WRITE_ID = "expired";

/** Deletes records whose time is over, as a commit with revision `rev` would. */
export function sweepExpired(
  db: DatabaseSync,
  { kinds }: EngineConfig,
  statements: Statements,
  rev: number,
  now: number,
): { readonly events: Swept["events"]; readonly removed: number; readonly more: boolean } {
  const events: { kind: number; id: string; version: number }[] = [];
  let removed = 0;
  kinds.forEach(({ name, watched, expireAt, tombstoneSeconds }, kind) => {
    const room = SWEEP_ROWS_MAX - removed;
    if (expireAt === undefined || room === 0) return;
    const column = fieldColumn(expireAt);
    const rows = db
      .prepare(
        `SELECT id, version FROM "${name}" WHERE deletedAt IS NULL AND ${column} > -9e999
        AND ${column} <= ? ORDER BY ${column} LIMIT ?`,
      )
      .all(now, room) as { id: string; version: number }[];
    for (const { id, version } of rows) {
      if (tombstoneSeconds === undefined) statements.erase(kind, id);
      else statements.put(kind, id, version + 1, EXPIRED_WRITE_ID, undefined, now);
      if (!watched) continue;
      statements.log(rev, events.length, kind, id, version + 1, EXPIRED_WRITE_ID, undefined);
      events.push({ kind, id, version: version + 1 });
    }
    removed += rows.length;
  });
  return { events, removed, more: removed === SWEEP_ROWS_MAX };
}

/** Removes old tombstones, outcomes and history. */
export function sweepOld(
  db: DatabaseSync,
  { kinds, historySeconds }: EngineConfig,
  now: number,
): { readonly removed: number; readonly more: boolean } {
  const counts = kinds.flatMap(({ name, tombstoneSeconds }) =>
    tombstoneSeconds === undefined
      ? []
      : remove(
          db,
          name,
          "deletedAt IS NOT NULL AND deletedAt <= ?",
          "deletedAt",
          now - tombstoneSeconds * 1000,
        ),
  );
  counts.push(
    remove(
      db,
      "_commits",
      "rev <= ?",
      "rev",
      oldestRun(db, "_commits", now - IDEMPOTENCY_SECONDS * 1000),
    ),
    ...sweepHistory(db, now - historySeconds * 1000),
  );
  const removed = counts.reduce((sum, count) => sum + count, 0);
  return { removed, more: counts.some((count) => count === SWEEP_ROWS_MAX) };
}

/** The floor rises first: a watch must never find a part of a commit. The head's row stays. */
function sweepHistory(db: DatabaseSync, before: number): number[] {
  const head = Number(db.prepare("SELECT max(rev) AS rev FROM _history").get()?.["rev"] ?? 0);
  const floor = Number(
    db.prepare("SELECT value FROM _meta WHERE key = 'floor'").get()?.["value"] ?? 0,
  );
  const target = Math.max(floor, oldestRun(db, "_history", before));
  if (target > floor) {
    db.prepare("UPDATE _meta SET value = ? WHERE key = 'floor'").run(target);
    renewSeal(db);
  }
  return [
    remove(db, "_history", "rev <= ?", "rev", Math.min(target, head - 1)),
    Number(
      db
        .prepare(
          `DELETE FROM _log WHERE (rev, seq) IN
        (SELECT rev, seq FROM _log WHERE rev <= ? ORDER BY rev, seq LIMIT ${SWEEP_ROWS_MAX})`,
        )
        .run(target).changes,
    ),
  ];
}

/** The newest revision of the rows at the old end that are not after `before`; 0 if there is none. */
function oldestRun(db: DatabaseSync, table: "_commits" | "_history", before: number): number {
  let newest = 0;
  for (const row of db
    .prepare(`SELECT rev, at FROM ${table} ORDER BY rev LIMIT ${SWEEP_ROWS_MAX}`)
    .iterate()) {
    if (Number(row["at"]) > before) break;
    newest = Number(row["rev"]);
  }
  return newest;
}

function remove(
  db: DatabaseSync,
  table: string,
  where: string,
  order: string,
  value: number,
): number {
  return Number(
    db
      .prepare(
        `DELETE FROM "${table}" WHERE rowid IN
      (SELECT rowid FROM "${table}" WHERE ${where} ORDER BY ${order} LIMIT ${SWEEP_ROWS_MAX})`,
      )
      .run(value).changes,
  );
}
