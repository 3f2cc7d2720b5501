// Proves that following a watch shows each commit whole and once, whatever breaks, and knows when to give up.
import type { Message } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { describe, expect, test } from "@jest/globals";
import { follow, type FollowWorld, persist, type WatchResponse } from "./follow.ts";

type Step = WatchResponse | ConnectError;

const change = (name: string) => ({ $typeName: name }) as Message;
const part = (cursor: string, names: string[], more = false, phase = 2): WatchResponse => ({
  changes: names.map(change),
  cursor,
  phase,
  more,
});

/** Follows connections that each do the given steps and then end. */
async function followed(connections: Step[][], batches: number) {
  const cursors: string[] = [];
  const waits: number[] = [];
  const told: string[] = [];
  const controller = new AbortController();
  const open = async function* (cursor: string) {
    cursors.push(cursor);
    await Promise.resolve();
    for (const step of connections.shift() ?? []) {
      if (step instanceof ConnectError) throw step;
      yield step;
    }
  };
  const seen: string[][] = [];
  const world = {
    signal: controller.signal,
    random: () => 1,
    wait: (ms: number) => {
      waits.push(ms);
      if (waits.length > 20) controller.abort();
      return Promise.resolve();
    },
    onLost: (why: string) => told.push(why),
    onRestart: () => told.push("restart"),
  };
  let error: unknown;
  try {
    for await (const { changes } of follow(open, world)) {
      seen.push(changes.map(({ $typeName }) => $typeName));
      if (seen.length === batches) break;
    }
  } catch (thrown) {
    error = thrown;
  }
  return { seen, cursors, waits, told, error };
}

describe("a watch", () => {
  test("hands parts of one commit over together, and asks again for a half one", async () => {
    const { seen, cursors } = await followed(
      [
        [
          part("1", ["a"]),
          part("2", ["b"], true),
          part("2", ["c"]),
          part("3", ["d"], true),
          new ConnectError("gone", Code.Unavailable),
        ],
        [part("3", ["d"], true), part("3", ["e"])],
      ],
      3,
    );
    expect(seen).toEqual([["a"], ["b", "c"], ["d", "e"]]);
    expect(cursors).toEqual(["", "2"]);
  });

  test("waits longer each time, up to a limit, and anew after it has heard something", async () => {
    const down = Array.from({ length: 8 }, () => [new ConnectError("down", Code.Unavailable)]);
    const { waits } = await followed(
      [[part("1", ["a"])], ...down, [part("2", ["b"])], [part("3", ["c"])]],
      3,
    );
    expect(waits).toEqual([200, 400, 800, 1600, 3200, 6400, 10_000, 10_000, 10_000, 200]);
  });

  test("begins anew when its cursor is too old, and says so", async () => {
    const { cursors, told, seen } = await followed(
      [[part("1", ["a"]), new ConnectError("old", Code.OutOfRange)], [part("9", ["all"])]],
      2,
    );
    expect({ cursors, seen }).toEqual({ cursors: ["", ""], seen: [["a"], ["all"]] });
    expect(told).toEqual(["restart"]);
  });

  test("gives up at once where the first connection fails, and later where no retry helps", async () => {
    const first = await followed([[new ConnectError("down", Code.Unavailable)]], 1);
    expect(ConnectError.from(first.error).code).toBe(Code.Unavailable);
    const later = await followed(
      [[part("1", ["a"]), new ConnectError("no", Code.PermissionDenied)]],
      2,
    );
    expect(ConnectError.from(later.error).code).toBe(Code.PermissionDenied);
    expect(later.waits).toEqual([]);
  });

  test("ends with DEADLINE_EXCEEDED when its time is over, also while it waits to connect again", async () => {
    const silent = async function* (_cursor: string, signal: AbortSignal) {
      yield part("1", ["a"]);
      await new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason as Error));
      });
    };
    const { signal } = new AbortController();
    const all = async (open: typeof silent, wait?: FollowWorld["wait"]): Promise<string[]> => {
      const seen: string[] = [];
      try {
        for await (const { changes } of follow(open, {
          signal,
          timeoutMs: 30,
          ...(wait && { wait }),
        }))
          seen.push(...changes.map(({ $typeName }) => $typeName));
      } catch (error) {
        seen.push(Code[ConnectError.from(error).code]);
      }
      return seen;
    };
    expect(await all(silent)).toEqual(["a", "DeadlineExceeded"]);
    const broken = async function* () {
      yield await Promise.resolve(part("1", ["a"]));
    };
    const waits = (_ms: number, until: AbortSignal): Promise<void> =>
      new Promise((resolve) => until.addEventListener("abort", () => resolve()));
    expect(await all(broken, waits)).toEqual(["a", "DeadlineExceeded"]);
  });

  test("comes back when the server ends the stream politely", async () => {
    const { told, cursors } = await followed([[part("1", ["a"])], [part("2", ["b"])]], 2);
    expect(told).toEqual(["the server ended the stream"]);
    expect(cursors).toEqual(["", "1"]);
  });
});

test("a read persists through broken connections, not through refusals", async () => {
  let calls = 0;
  const world = { signal: new AbortController().signal, wait: () => Promise.resolve() };
  const read = () =>
    ++calls < 3 ? Promise.reject(new ConnectError("x", Code.Unavailable)) : Promise.resolve("done");
  expect(await persist(read, world)).toBe("done");
  await expect(
    persist(() => Promise.reject(new ConnectError("x", Code.NotFound)), world),
  ).rejects.toThrow("x");
});
