// Puts on the store's port, from as many writers as the second argument says. First argument: the folder.
import { join } from "node:path";
import { openSqliteStore } from "../../../server/src/store/sqlite/sqlite.ts";
import { type Kind, put } from "../../../server/src/store/store.ts";
import { RECORD_TEXT } from "../load/record-text.ts";
import { measured } from "../processes/measured.ts";

const records: Kind<{ readonly text: string }> = {
  name: "bench_records",
  watched: true,
  schema: 1,
  delete: "erase",
};
const [folder, writers] = process.argv.slice(2);
const store = await openSqliteStore({ path: join(folder!, "puts.db"), kinds: [records] });
let puts = 0;

async function write(untilMs: number): Promise<void> {
  do {
    puts += 1;
    const id = String(puts);
    const change = put(records, id, { text: RECORD_TEXT }, "absent");
    await store.commit({ writeId: id, changes: [change] });
  } while (performance.now() < untilMs);
}

measured({}, async (untilMs) => {
  const before = puts;
  await Promise.all(Array.from({ length: Number(writers) }, () => write(untilMs)));
  return puts - before;
});
