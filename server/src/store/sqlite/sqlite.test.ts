// The embedded engine passes the port's suite, and keeps what only a file can break.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { AnyKind, Store } from "../store.ts";
import { storeSuite } from "../store.suite.ts";
import { firstBatch, things } from "../suite/harness.ts";
import { openSqliteStore } from "./sqlite.ts";

storeSuite("sqlite", async (kinds) => {
  const folder = await mkdtemp(join(tmpdir(), "store-"));
  let skipped = 0;
  const open = (declared: readonly AnyKind[]) =>
    openSqliteStore({
      path: join(folder, "mesh.db"),
      kinds: declared,
      now: () => Date.now() + skipped,
      tickMs: 20,
    });
  let store: Store = await open(kinds);
  return {
    get store() {
      return store;
    },
    async reopen(others = kinds) {
      await store.close();
      store = await open(others);
      return store;
    },
    async forgetHistory() {
      const from = await store.head();
      skipped += 2 * 60 * 60 * 1000;
      // the head itself stays; what is before it goes with a later tick
      const oldest = from.replace(/\d+$/, "0");
      for (;;) {
        await setTimeout(5);
        try {
          await firstBatch(store.watch({ kinds: [things], from: oldest }));
        } catch {
          return;
        }
      }
    },
    async remove() {
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
});
