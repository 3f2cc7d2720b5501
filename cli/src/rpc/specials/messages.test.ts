// Proves how messages, their ways and dead letters read, and how many calls go through all of them.
import { create } from "@bufbuild/protobuf";
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { describe, expect, test } from "@jest/globals";
import {
  AgentMessageSchema,
  DeadLetterReason,
  DeadLetterSchema,
  DeliveryState,
  MessageStep_Kind,
} from "@meshwork/gen/mesh/v1/message";
import {
  GetMessageResponseSchema,
  SubscribeResponseSchema,
  TraceMessageResponseSchema,
  type SubscribeResponse,
} from "@meshwork/gen/mesh/v1/message_service";
import type { OutputStyle } from "../../output/format-names.ts";
import { throughFound } from "./dead-letters-all.ts";
import { deadLetterLines } from "./dead-letters-get.ts";
import { messageLines } from "./messages-get.ts";
import { messageLine, messagesOf } from "./messages-subscribe.ts";
import { gapLines, stepItems, traceLines } from "./messages-trace.ts";

const nowMs = Date.parse("2026-01-31T12:00:00Z");
const style: OutputStyle = {
  format: "table",
  columns: undefined,
  sortBy: undefined,
  headers: true,
  time: "relative",
  nowMs,
};
const bytes = (text: string) => new TextEncoder().encode(text);
const message = create(AgentMessageSchema, {
  messageId: "m1",
  sender: "w1",
  target: { case: "topic", value: "orders.eu" },
  subject: "order",
  contentType: "application/json",
  headers: { source: "shop" },
  payload: bytes('{\n "n": 1\n}\n'),
  acceptTime: timestampFromMs(nowMs - 5_000),
});

test("a message reads as facts, its text, and where it stands", () => {
  const deliveries = [
    {
      receiver: { case: "agentId" as const, value: "w2" },
      state: DeliveryState.SCHEDULED,
      attempts: 2,
      nextTime: timestampFromMs(nowMs + 4_000),
    },
    {
      receiver: { case: "group" as const, value: "packers" },
      state: DeliveryState.WAITING,
    },
  ];
  const response = create(GetMessageResponseSchema, { message, deliveries, toAddress: 7 });
  expect(messageLines(response, style)).toEqual([
    "Message        m1",
    "Sender         w1",
    "To             topic orders.eu",
    "Subject        order",
    "Content type   application/json",
    "Header source  shop",
    "Accepted       5s ago",
    "",
    "{",
    ' "n": 1',
    "}",
    "",
    "AGENT ID  GROUP    STATE      ATTEMPTS  NEXT TIME  EXPIRE TIME",
    "w2        -        scheduled  2         in 4s      -",
    "-         packers  waiting    0         -          -",
    "",
    "7 mailboxes have still to get it",
  ]);
});

test("a dead letter reads with its reason, and bytes that are no text by their size", () => {
  const letter = create(DeadLetterSchema, {
    deadLetterId: "d1",
    message: { ...message, payload: new Uint8Array([0, 1]), headers: {} },
    receiver: { case: "agentId", value: "w2" },
    reason: DeadLetterReason.REJECTED,
    detail: "no\u001b such article",
    attempts: 3,
    deadTime: timestampFromMs(nowMs - 60_000),
    expireTime: timestampFromMs(nowMs + 86_400_000),
  });
  const lines = deadLetterLines(letter, style);
  expect(lines.slice(0, 6)).toEqual([
    "Dead letter   d1",
    "Receiver      agent w2",
    "Reason        rejected: no\\u001b such article",
    "Attempts      3",
    "Here since    1m ago",
    "Forgotten     in 1d",
  ]);
  expect(lines.at(-1)).toBe("(2 bytes of application/json)");
});

describe("the way of a message", () => {
  const step = (ms: number, kind: MessageStep_Kind, more: object = {}) => ({
    time: timestampFromMs(nowMs + ms),
    kind,
    nodeId: "n1",
    ...more,
  });
  const trace = create(TraceMessageResponseSchema, {
    steps: [
      step(0, MessageStep_Kind.ACCEPTED),
      step(2, MessageStep_Kind.STORED),
      step(1_502, MessageStep_Kind.DELIVERED, { agentId: "w1", group: "g", attempt: 1 }),
      step(1_510, MessageStep_Kind.RETRY_ASKED, { agentId: "w1", attempt: 1, detail: "busy\n" }),
      step(1_510, 99 as MessageStep_Kind, { group: "g" }),
    ],
    gap: "the server has restarted",
  });

  test("reads as steps with their times after the first and the one before", () => {
    expect(traceLines(trace, style)).toEqual(
      [
        "TIME                      AFTER   STEP AFTER  WHAT            RECEIVER      ATTEMPT  NODE  DETAIL",
        "2026-01-31T12:00:00.000Z  +0s     -           accepted        -             -        n1    -",
        "2026-01-31T12:00:00.002Z  +2ms    +2ms        stored on disk  -             -        n1    -",
        "2026-01-31T12:00:01.502Z  +1.5s   +1.5s       delivered       w1 (group g)  1        n1    -",
        "2026-01-31T12:00:01.510Z  +1.51s  +8ms        asked for later  w1            1        n1    busy\\n",
        "2026-01-31T12:00:01.510Z  +1.51s  +0s         99              group g       -        n1    -",
      ]
        .map((line) => line.replace(/ {2,}/g, "  "))
        .map((line) => expect.stringMatching(pattern(line))),
    );
    expect(traceLines(trace, { ...style, headers: false })).toHaveLength(5);
  });

  test("says what is missing, and lends its steps to --columns", () => {
    expect(gapLines(trace)).toEqual(["steps are missing: the server has restarted"]);
    expect(gapLines(create(TraceMessageResponseSchema))).toEqual([]);
    expect(stepItems(trace).messages).toBe(trace.steps);
  });

  test("has words for every kind of step", () => {
    const kinds = Object.values(MessageStep_Kind).filter((kind) => kind !== 0);
    const all = create(TraceMessageResponseSchema, { steps: kinds.map((kind) => step(0, kind)) });
    const words = traceLines(all, { ...style, headers: false }).map(
      (line) => line.split(/ {2,}/)[3],
    );
    expect(new Set(words).size).toBe(kinds.length);
    expect(words.join(" ")).not.toMatch(/\d|-/);
  });
});

/** A line whose columns may be as wide as they like. */
function pattern(line: string): RegExp {
  const escaped = line.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replace(/ {2}/g, " {2,}")}$`);
}

describe("a topic", () => {
  test("shows time, topic, sender, subject and what can be printed, on one line", () => {
    expect(messageLine(message, style)).toBe(
      '11:59:55.000  orders.eu  w1  order  {\\n "n": 1\\n}\\n',
    );
    const odd = { ...message, sender: "key:\u001b", payload: new Uint8Array([0]) };
    expect(messageLine(odd, { time: "iso" })).toBe(
      "2026-01-31T11:59:55.000Z  orders.eu  key:\\u001b  order  (1 bytes of application/json)",
    );
    const long = { ...message, payload: bytes("é".repeat(2_000)) };
    expect(messageLine(long, style)).toMatch(/ é{999}…$/);
  });

  /** Follows connections that each bring these responses and then break. */
  async function followed(connections: (SubscribeResponse | ConnectError)[][]) {
    const told: string[] = [];
    const shown: string[] = [];
    const controller = new AbortController();
    const open = async function* () {
      await Promise.resolve();
      const steps = connections.shift();
      if (steps === undefined) controller.abort();
      for (const each of steps ?? []) {
        if (each instanceof ConnectError) throw each;
        yield each;
      }
    };
    const world = {
      signal: controller.signal,
      topic: "orders.>",
      talk: (line: string) => void told.push(line),
      onLost: () => void told.push("lost"),
      wait: () => Promise.resolve(),
    };
    for await (const { message: each } of messagesOf(open, world)) shown.push(each?.subject ?? "");
    return { told, shown };
  }
  const stands = create(SubscribeResponseSchema);
  const brings = (subject: string, dropped = 0n) =>
    create(SubscribeResponseSchema, { message: { subject }, dropped });

  test("outlives a restart of the server, and says what that costs", async () => {
    const broken = new ConnectError("gone", Code.Unavailable);
    const { told, shown } = await followed([
      [stands, brings("a"), broken],
      [broken],
      [stands, brings("b", 3n)],
    ]);
    expect(shown).toEqual(["a", "b"]);
    expect(told.slice(0, 5)).toEqual([
      "subscribed to orders.>; Ctrl-C ends it",
      "lost",
      "lost",
      "subscribed to orders.> again; messages in between were missed",
      "3 messages were left out: they were taken too slowly",
    ]);
  });

  test("that may not be followed is an error at once", async () => {
    const refused = new ConnectError("no", Code.PermissionDenied);
    await expect(followed([[refused]])).rejects.toThrow("no");
  });
});

describe("all dead letters", () => {
  /** Goes through answers in order, and tells how many calls it took. */
  async function through(answers: [done: number, refused: number, remaining: number][]) {
    let calls = 0;
    const told: number[] = [];
    const call = () => {
      const [done, refused, remaining] = answers[calls++]!;
      return Promise.resolve({ done, refused, remaining });
    };
    const sum = await throughFound({}, call, ({ remaining }) => told.push(remaining));
    return { sum, calls, told };
  }

  test("are gone through until none is left", async () => {
    const { sum, told } = await through([
      [500, 0, 700],
      [500, 0, 200],
      [200, 0, 0],
    ]);
    expect(sum).toEqual({ done: 1_200, refused: 0, remaining: 0 });
    expect(told).toEqual([700, 200, 0]);
  });

  test("that die again meanwhile are not gone through for ever", async () => {
    const { sum, calls } = await through([
      [500, 0, 100],
      [500, 0, 500],
      [500, 0, 500],
    ]);
    expect([sum.done, calls]).toEqual([1_000, 2]);
  });

  test("are counted only once they can be", async () => {
    const { calls } = await through([
      [500, 0, 10_000],
      [500, 0, 10_000],
      [500, 0, 9_800],
      [9_800, 0, 0],
    ]);
    expect(calls).toBe(4);
  });

  test("that cannot be moved are counted once, and do not hold the others up", async () => {
    const { sum } = await through([
      [500, 2, 600],
      [500, 2, 100],
      [100, 3, 0],
    ]);
    expect(sum).toEqual({ done: 1_100, refused: 3, remaining: 0 });
    const stuck = await through([[0, 9_000, 40]]);
    expect([stuck.sum, stuck.calls]).toEqual([{ done: 0, refused: 9_000, remaining: 40 }, 1]);
  });
});
