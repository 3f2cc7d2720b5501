// Durable puts of 300 B on the store's port. The disk decides, so the clock is what counts.
import { startChild } from "../processes/children.ts";
import { compared } from "../processes/compared.ts";
import { type Benchmark, OURS, type Row } from "../report/row.ts";

const WRITERS = [1, 16, 64, 256];
/** SQLite has one writer at a time, so more of them do not make the peer faster. */
const PEER = "node:sqlite, one by one";

/** Puts per second, each acknowledged when it is on disk. */
export const storePuts: Benchmark = async (run) => {
  const rows: Row[] = [];
  for (const writers of WRITERS) {
    const ours = await startChild("subjects/store-puts.ts", [run.folder(), String(writers)]);
    const peer = await startChild("peers/sqlite-puts.ts", [run.folder()]);
    const name = `${writers} ${writers === 1 ? "writer" : "writers"}`;
    const what = { benchmark: "store", case: name, unit: "puts / s" };
    const subjects = [[OURS, ours.work] as const, [PEER, peer.work] as const];
    rows.push(...(await compared(what, subjects, run.seconds)));
    await Promise.all([ours.end(), peer.end()]);
  }
  return rows;
};
