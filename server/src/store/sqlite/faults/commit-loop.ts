// A process that commits and says what was acknowledged, to be killed, starved or traced by a test.
// Its only argument is a `CommitLoop` as JSON. It prints a line each: "open", "acknowledged <id>",
// "refused <code>[: <message>]", "fatal <code>", "closed".
import { writeSync } from "node:fs";
import { type Kind, put, type StoreError } from "../../store.ts";
import { openSqliteStore, type SqliteStoreOptions } from "../sqlite.ts";

export interface CommitLoop {
  readonly path: string;
  /** Begins the ids, so that two runs do not meet. */
  readonly run: string;
  readonly writers: number;
  /** Commits of each writer; then it closes the store and has to end by itself. */
  readonly commits: number;
  /** Bytes of each record's text. */
  readonly bytes: number;
  readonly options?: Pick<SqliteStoreOptions, "synchronous" | "freeBytesMin">;
}

export const looped: Kind<{ readonly text: string }> = {
  name: "looped",
  watched: true,
  schema: 1,
  delete: { tombstoneSeconds: 60 },
};

/** Exit code when the store asked for the end of the process. */
export const FATAL_EXIT_CODE = 4;

function say(line: string): void {
  // at once: a line that was printed was acknowledged, however this process ends
  const bytes = Buffer.from(`${line}\n`);
  for (let written = 0; written < bytes.length;) {
    try {
      written += writeSync(1, bytes, written);
    } catch (error) {
      // the reader is slow and the pipe is full
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}

async function main({ path, run, writers, commits, bytes, options }: CommitLoop): Promise<void> {
  const onFatal = (error: StoreError) => {
    say(`fatal ${error.code}`);
    // after the calls that it leaves unknown have been told
    setImmediate(() => process.exit(FATAL_EXIT_CODE));
  };
  const store = await openSqliteStore({ path, kinds: [looped], onFatal, ...options }).catch(
    (error: unknown) => {
      say(`refused ${(error as StoreError).code}: ${(error as StoreError).message}`);
      process.exit(1);
    },
  );
  say("open");
  const text = "x".repeat(bytes);
  const write = async (writer: number) => {
    for (let i = 0; i < commits; i++) {
      const id = `${run}-${writer}-${i}`;
      try {
        await store.commit({ writeId: id, changes: [put(looped, id, { text }, "absent")] });
        say(`acknowledged ${id}`);
      } catch (error) {
        say(`refused ${(error as StoreError).code}`);
        return;
      }
    }
  };
  await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
  await store.close();
  say("closed");
}

const argument = process.argv[2];
if (import.meta.main && argument !== undefined) await main(JSON.parse(argument) as CommitLoop);
