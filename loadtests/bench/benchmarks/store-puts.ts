// Durable puts of 300 B on the store's port. The disk decides, so the clock is what counts.
import { type Child, startChild } from "../processes/children.ts";
import { median, SLICES } from "../processes/rate.ts";
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
    const [oursPerSecond, peerPerSecond] = await inTurn([ours, peer], run.seconds);
    const row = (subject: string, figure: number): Row => ({
      benchmark: "store",
      case: name,
      subject,
      figure,
      unit: "puts / s",
    });
    rows.push(row(OURS, oursPerSecond!), row(PEER, peerPerSecond!));
    await Promise.all([ours.end(), peer.end()]);
  }
  return rows;
};

/** Medians of slices that take turns: what a disk does in one second tells little of the next. */
async function inTurn(children: readonly Child[], seconds: number): Promise<number[]> {
  for (const child of children) await child.work((seconds * 1000) / 2);
  const rates: number[][] = children.map(() => []);
  for (let slice = 0; slice < SLICES; slice += 1) {
    for (const [index, child] of children.entries()) {
      const { done, ms } = await child.work((seconds * 1000) / SLICES);
      rates[index]!.push((done / ms) * 1000);
    }
  }
  return rates.map(median);
}
