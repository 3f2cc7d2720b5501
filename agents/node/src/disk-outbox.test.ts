// The outbox's file: what was stored is there, in order, however the process or the disk ended.
import { fork, spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { Code } from "@connectrpc/connect";
import { createDiskOutbox } from "./disk-outbox.ts";
import { encodeRecord, readLog } from "./outbox-log.ts";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "outbox-"));
  path = join(folder, "state", "w1.outbox");
});
afterEach(() => rmSync(folder, { recursive: true }));

const entry = (sequence: number, bytes = 10) => ({
  sequence,
  message: Buffer.from(`m${sequence}`.padEnd(bytes, ".")),
});
const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => entry(from + index));
const numbers = ({ entries }: { entries: readonly { sequence: number }[] }): number[] =>
  entries.map(({ sequence }) => sequence);

/** Opens an outbox, does something with it, and closes it. */
async function using<T>(
  work: (
    outbox: ReturnType<typeof createDiskOutbox>,
    contents: Awaited<ReturnType<ReturnType<typeof createDiskOutbox>["open"]>>,
  ) => Promise<T> | T,
): Promise<T> {
  const outbox = createDiskOutbox(path);
  const contents = await outbox.open();
  try {
    return await work(outbox, contents);
  } finally {
    await outbox.close();
  }
}

describe("what is kept", () => {
  test("entries, numbers and producer come back, confirmed ones aside; nothing is left beside the file", async () => {
    const before = await using(async (outbox, contents) => {
      expect(contents).toMatchObject({ lastSequence: 0, knownThrough: 0, entries: [] });
      expect(existsSync(path)).toBe(false);
      await outbox.append(range(1, 3));
      await outbox.append(range(4, 5));
      outbox.confirm(2);
      return contents;
    });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, "state"))).toEqual(["w1.outbox"]);
    await using((_, contents) => {
      expect(numbers(contents)).toEqual([3, 4, 5]);
      expect(contents).toMatchObject({
        producerId: before.producerId,
        lastSequence: 5,
        knownThrough: 2,
      });
      expect(Buffer.from(contents.entries[0]!.message).toString()).toBe("m3........");
    });
  });

  test("numbers are never given again, even when nothing is left", async () => {
    await using(async (outbox) => {
      await outbox.append(range(1, 3));
      outbox.confirm(3);
    });
    for (let round = 0; round < 2; round += 1)
      await using((_, contents) => {
        expect([contents.lastSequence, contents.knownThrough, numbers(contents)]).toEqual([
          3,
          3,
          [],
        ]);
      });
  });

  test("a renewed producer replaces everything", async () => {
    await using(async (outbox) => {
      await outbox.append(range(1, 9));
      outbox.confirm(7);
      await outbox.renew({
        producerId: "p2",
        lastSequence: 2,
        knownThrough: 0,
        entries: range(1, 2),
      });
      await outbox.append([entry(3)]);
    });
    await using((_, contents) => {
      expect(contents).toMatchObject({ producerId: "p2", lastSequence: 3, knownThrough: 0 });
      expect(numbers(contents)).toEqual([1, 2, 3]);
    });
  });

  test("the file does not grow with what is confirmed", async () => {
    let largest = 0;
    await using(async (outbox) => {
      for (let sequence = 1; sequence <= 400; sequence += 1) {
        await outbox.append([entry(sequence, 50_000)]);
        if (sequence > 3) outbox.confirm(sequence - 3);
        largest = Math.max(largest, statSync(path).size);
      }
    });
    expect(largest).toBeGreaterThan(1024 * 1024);
    expect(largest).toBeLessThan(1.5 * 1024 * 1024);
    await using((_, contents) => expect(numbers(contents)).toEqual([398, 399, 400]));
  });

  test("a failed write is taken back, and the next one is kept", async () => {
    const cannotBeWritten = [{ sequence: 2, message: undefined as unknown as Uint8Array }];
    await using(async (outbox) => {
      await outbox.append([entry(1)]);
      await expect(outbox.append(cannotBeWritten)).rejects.toMatchObject({ name: "AgentError" });
      await outbox.append([entry(2)]);
    });
    await using((_, contents) => expect(numbers(contents)).toEqual([1, 2]));
  });
});

describe("damage", () => {
  async function filled(): Promise<void> {
    await using(async (outbox) => {
      await outbox.append(range(1, 5));
      outbox.confirm(1);
    });
  }

  test("a tail cut anywhere costs only what it held", async () => {
    await filled();
    const whole = readFileSync(path);
    for (let length = whole.length - 1; length > whole.length - 80; length -= 1) {
      writeFileSync(path, whole.subarray(0, length), { mode: 0o600 });
      await using(async (outbox, contents) => {
        expect(contents.damage).toBeUndefined();
        const [last] = numbers(contents).slice(-1);
        expect(contents.lastSequence).toBe(last);
        await outbox.append([entry(last! + 1)]);
      });
      await using((_, contents) => expect(contents.damage).toBeUndefined());
    }
  });

  test("a tail of zeros is cut off too, as a crash of the machine leaves one", async () => {
    await filled();
    truncateSync(path, statSync(path).size + 4096);
    await using((_, contents) => {
      expect([numbers(contents), contents.damage]).toEqual([[2, 3, 4, 5], undefined]);
    });
  });

  test("a byte changed anywhere before the end is told, and what is readable is kept", async () => {
    await using((outbox) => outbox.append(range(1, 5)));
    const whole = readFileSync(path);
    const last = encodeRecord({ type: "message", ...entry(5) }).length;
    let lost = 0;
    for (let at = 0; at < whole.length - last; at += 1) {
      const bad = Buffer.from(whole);
      bad.writeUInt8(bad.readUInt8(at) ^ 0x41, at);
      writeFileSync(path, bad, { mode: 0o600 });
      await using((_, contents) => {
        expect(contents.damage).toMatch(/damaged after \d+ bytes, and [45] messages could be read/);
        lost += 5 - contents.entries.length;
        expect(numbers(contents)).toContain(5);
      });
    }
    expect(lost).toBe(4 * last);
  });

  test("records are found again by their marks", () => {
    const records = range(1, 3).map((one) => encodeRecord({ type: "message", ...one }));
    const {
      records: found,
      corrupt,
      goodBytes,
    } = readLog(Buffer.concat([records[0]!, Buffer.from("junk mwo1 junk"), ...records.slice(1)]));
    expect([found.length, corrupt, goodBytes]).toEqual([3, true, records[0]!.length]);
  });
});

describe("one process at a time", () => {
  test("a second one is refused with who holds it, also in this process; closed, it may be opened", async () => {
    await using(async (outbox) => {
      await outbox.append([entry(1)]);
      await expect(createDiskOutbox(path).open()).rejects.toMatchObject({
        code: Code.FailedPrecondition,
        message: `outbox ${path} is used by process ${process.pid}: stop it, or give each agent an outbox of its own`,
      });
    });
    await using((_, contents) => expect(numbers(contents)).toEqual([1]));
  });

  test("of two that begin a file, one is refused", async () => {
    const [a, b] = [createDiskOutbox(path), createDiskOutbox(path)];
    await Promise.all([a.open(), b.open()]);
    const results = await Promise.allSettled([a.append([entry(1)]), b.append([entry(1)])]);
    expect(results.filter(({ status }) => status === "fulfilled").length).toBeLessThan(2);
    await Promise.all([a.close(), b.close()]);
    await expect(b.append([entry(1)])).rejects.toThrow(/is not open/);
  });

  test("a file that came into being meanwhile is not overwritten", async () => {
    const late = createDiskOutbox(path);
    await late.open();
    await using((outbox) => outbox.append([entry(1)]));
    await expect(late.append([entry(1)])).rejects.toThrow(/made by another process/);
    await using((_, contents) => expect(numbers(contents)).toEqual([1]));
    await late.close();
  });

  test("what others may read is refused", async () => {
    await using((outbox) => outbox.append([entry(1)]));
    chmodSync(path, 0o644);
    await expect(createDiskOutbox(path).open()).rejects.toThrow(/has mode 0644.*chmod 600/);
  });

  test("a lock whose process is gone, or is another of the same id, does not hold", async () => {
    await using((outbox) => outbox.append([entry(1)]));
    const child = spawn(process.execPath, ["-e", ""]);
    await new Promise((resolve) => child.once("exit", resolve));
    const left = [
      { processId: child.pid, begin: "" },
      ...(process.platform === "linux" ? [{ processId: process.pid, begin: "1" }] : []),
    ];
    for (const holder of left)
      writeFileSync(`${path}.lock-${holder.processId}`, JSON.stringify(holder));
    writeFileSync(`${path}.lock-cut`, "");
    await using((_, contents) => expect(numbers(contents)).toEqual([1]));
    expect(readdirSync(join(folder, "state"))).toEqual(["w1.outbox"]);
  });
});

test("killed at any point, again and again: all that was stored is there, in order", async () => {
  const rounds = 30;
  /** Text of each sequence that was said to be stored. */
  const stored = new Map<number, string>();
  let producer: string | undefined;
  let confirmed = 0;
  let last = 0;
  let next = 1;
  for (let round = 0; round < rounds; round += 1) {
    const child = fork(
      join(import.meta.dirname, "testing/outbox-writer.ts"),
      [path, String(next)],
      {
        env: { ...process.env, NODE_OPTIONS: "" },
        stdio: ["ignore", "pipe", "inherit", "ipc"],
      },
    );
    const exited = new Promise((resolve) => child.once("exit", resolve));
    const expected = [...stored].filter(([sequence]) => sequence > confirmed);
    const found = new Map<number, string>();
    let lines = 0;
    for await (const line of createInterface({ input: child.stdout! })) {
      const [what, first, second, third, damage] = line.split(" ");
      if (what === "opened") {
        expect([first, damage]).toEqual([producer ?? first, ""]);
        expect(Number(second)).toBeGreaterThanOrEqual(last);
        expect(Number(third)).toBeLessThanOrEqual(confirmed);
        producer = first;
        last = Number(second);
      } else if (what === "found") found.set(Number(first), second!);
      else if (what === "stored") {
        stored.set(Number(first), second!);
        last = Number(first);
        next = Number(second!.slice(1)) + 1;
      } else confirmed = Number(first);
      // After so many lines, so that each round comes to something, at a place that nobody chose.
      if (what !== "found" && (lines += 1) === 5 + round * 3) child.kill("SIGKILL");
    }
    await exited;
    expect(child.signalCode).toBe("SIGKILL");
    const sequences = [...found.keys()];
    expect(sequences).toEqual(sequences.toSorted((a, b) => a - b));
    expect(expected.filter(([sequence, text]) => found.get(sequence) !== text)).toEqual([]);
  }
  expect(next).toBeGreaterThan(rounds * 10);
}, 120_000);
