// At-least-once messages on their way in: settled, repeated, never handled twice, in order, in the window.
import { create } from "@bufbuild/protobuf";
import { anyPack, durationFromMs } from "@bufbuild/protobuf/wkt";
import { afterEach, describe, expect, test } from "@jest/globals";
import { Code } from "@connectrpc/connect";
import { ErrorInfoSchema } from "@meshwork/gen/google/rpc/error_details";
import { StatusSchema } from "@meshwork/gen/google/rpc/status";
import { Settlement_Kind, type Settlement } from "@meshwork/gen/mesh/v1/link";
import type { AgentConfig } from "./configuration.ts";
import type { ReceivedMessage } from "./received-message.ts";
import { broken, cleanUpWorlds, running, settle } from "./testing/agent-world.ts";
import type { ScriptedLink } from "./testing/scripted-server.ts";

afterEach(cleanUpWorlds);

const { ACK, NAK, REJECT, EXTEND } = Settlement_Kind;

function deliver(link: ScriptedLink, messageIds: readonly string[], attempt = 1): void {
  const messages = messageIds.map((messageId) => ({ messageId, attempt, subject: messageId }));
  link.send({ case: "deliver", value: { messages } });
}

function confirm(link: ScriptedLink, settlements: readonly Settlement[], reason?: string): void {
  const info = create(ErrorInfoSchema, { reason: reason ?? "", domain: "meshwork" });
  const details = [anyPack(ErrorInfoSchema, info)];
  const status = create(StatusSchema, { code: Code.FailedPrecondition, message: "no", details });
  const outcomes = settlements.map(({ messageId, attempt, kind }) => ({
    messageId,
    attempt,
    kind,
    ...(reason !== undefined && { status }),
  }));
  link.send({ case: "settled", value: { outcomes } });
}

const kindNames: Record<number, string> = {
  [ACK]: "ACK",
  [NAK]: "NAK",
  [REJECT]: "REJECT",
  [EXTEND]: "EXTEND",
};
const shown = ({ messageId, attempt, kind, reason }: Settlement): string =>
  `${kindNames[kind]} ${messageId} ${attempt}${reason === "" ? "" : ` ${reason}`}`;

/** All that was settled on the link. */
const said = (link: ScriptedLink): string[] =>
  link.frames.flatMap((frame) =>
    frame.case === "settle" ? frame.value.settlements.map(shown) : [],
  );

/** An agent whose handlers end when the test says so. */
async function held(config: AgentConfig = {}) {
  const begun: ReceivedMessage[] = [];
  const ends = new Map<string, { end(): void; fail(error: Error): void }>();
  const world = await running({
    ...config,
    onMessage: async (message) => {
      begun.push(message);
      await new Promise<void>((end, fail) => ends.set(message.messageId, { end, fail }));
    },
  });
  return {
    ...world,
    begun,
    subjects: () => begun.map(({ subject }) => subject),
    end: async (messageId: string) => {
      ends.get(messageId)!.end();
      await settle();
    },
    fail: async (messageId: string, text: string) => {
      ends.get(messageId)!.fail(new Error(text));
      await settle();
    },
  };
}

describe("settling", () => {
  test("a handler's end is an ACK, its error a NAK with the text", async () => {
    const { link, heard } = await running({
      onMessage: ({ subject }) => {
        if (subject === "b") throw new Error("no stock");
      },
    });
    deliver(link, ["a", "b", "c"]);
    await settle();
    expect(said(link).sort()).toEqual(["ACK a 1", "ACK c 1", "NAK b 1 no stock"]);
    expect(heard.error).toMatchObject([{ message: "no stock" }]);
  });

  test("many leave together", async () => {
    const { link } = await running({ deliveriesMax: 100, onMessage: () => undefined });
    const ids = Array.from({ length: 100 }, (_, n) => String(n));
    deliver(link, ids);
    await settle();
    expect(said(link)).toEqual(ids.map((id) => `ACK ${id} 1`));
    const frames = link.frames.filter((frame) => frame.case === "settle");
    expect(frames.length).toBeLessThan(5);
  });

  test("what the handler says itself counts, once, and resolves when it is confirmed", async () => {
    const answers: unknown[] = [];
    const { link, heard } = await running({
      onMessage: async (message) => {
        const told =
          message.subject === "a"
            ? message.nak({ delayMs: 1_500, reason: "busy" })
            : message.subject === "b"
              ? message.reject("never")
              : message.ack();
        answers.push(await message.ack().catch((error: unknown) => error));
        await told;
        answers.push(message.subject);
        if (message.subject === "c") throw new Error("after its ack");
      },
    });
    deliver(link, ["a", "b", "c"]);
    const { settlements } = await link.next("settle");
    expect(settlements.map(shown)).toEqual(["NAK a 1 busy", "REJECT b 1 never", "ACK c 1"]);
    expect(settlements[0]!.duration).toMatchObject(durationFromMs(1_500));
    await settle();
    expect(answers).toMatchObject(
      ["NAK", "REJECT", "ACK"].map((kind) => ({
        code: Code.FailedPrecondition,
        message: expect.stringContaining(`was settled before, with ${kind}`),
      })),
    );
    answers.length = 0;
    confirm(link, settlements);
    await settle();
    expect(answers).toEqual(["a", "b", "c"]);
    expect(heard.error).toMatchObject([{ message: "after its ack" }]);
    expect(said(link)).toHaveLength(3);
  });

  test("more time may be asked for again and again; too much is refused here", async () => {
    const { link, begun } = await held();
    deliver(link, ["a"]);
    await settle();
    const first = begun[0]!.extend(60_000);
    const [asked] = (await link.next("settle")).settlements;
    expect([shown(asked!), asked!.duration]).toMatchObject(["EXTEND a 1", durationFromMs(60_000)]);
    confirm(link, [asked!]);
    await first;
    const second = begun[0]!.extend(1_000);
    const [again] = (await link.next("settle")).settlements;
    confirm(link, [again!], "NOT_IN_FLIGHT");
    await expect(second).rejects.toMatchObject({ reason: "NOT_IN_FLIGHT" });
    await expect(begun[0]!.extend(3_600_001)).rejects.toThrow(/wait 3600001 has to be 0 to/);
  });

  test("of an at-most-once message there is nothing to settle", async () => {
    const { link } = await running({
      onMessage: async (message) => {
        await message.extend(1_000);
        await message.nak();
      },
    });
    link.send({ case: "deliver", value: { messages: [{ subject: "a" }] } });
    await settle();
    expect(said(link)).toEqual([]);
  });

  test("without a handler it is given back, not lost", async () => {
    const { link } = await running();
    deliver(link, ["a"]);
    const [settlement] = (await link.next("settle")).settlements;
    expect(shown(settlement!)).toMatch(/^NAK a 1 the agent has no handler of messages/);
  });

  test("the message reads as text and JSON, and says which attempt it is", async () => {
    const seen: unknown[] = [];
    const { link } = await running({
      onMessage: (message) => void seen.push(message.text(), message.json(), message.attempt),
    });
    const payload = new TextEncoder().encode('{"n":1}');
    link.send({
      case: "deliver",
      value: {
        messages: [{ messageId: "a", attempt: 3, payload, contentType: "application/json" }],
      },
    });
    await settle();
    expect(seen).toEqual(['{"n":1}', { n: 1 }, 3]);
  });
});

describe("order and window", () => {
  test("hello names the window; as many handlers run, begun in the order of delivery", async () => {
    const { link, hello, subjects, end, agent } = await held({
      deliveriesMax: 3,
      deliveryBytesMax: 1_000,
    });
    expect(hello.window).toMatchObject({ deliveriesMax: 3, deliveryBytesMax: 1_000 });
    deliver(link, ["a", "b"]);
    deliver(link, ["c", "d"]);
    await settle();
    expect([subjects(), agent.status.unsettled]).toEqual([["a", "b", "c"], 4]);
    await end("b");
    expect(subjects()).toEqual(["a", "b", "c", "d"]);
  });

  test("concurrency 1 handles strictly one after the other, at-most-once messages included", async () => {
    const { link, subjects, end } = await held({ concurrency: 1 });
    deliver(link, ["a", "b"]);
    link.send({ case: "deliver", value: { messages: [{ messageId: "m", subject: "m" }] } });
    deliver(link, ["c"]);
    for (const [ended, begun] of [
      ["a", ["a", "b"]],
      ["b", ["a", "b", "m"]],
      ["m", ["a", "b", "m", "c"]],
    ] as const) {
      await settle();
      await end(ended);
      expect(subjects()).toEqual(begun);
    }
  });

  test("a server that goes beyond twice the window gets the rest back", async () => {
    const { link, subjects } = await held({ deliveriesMax: 2 });
    deliver(link, ["a", "b", "c", "d", "e"]);
    await settle();
    expect([subjects(), said(link)]).toEqual([
      ["a", "b"],
      ["NAK e 1 4 messages are in hand, and the window is 2"],
    ]);
  });
});

describe("never twice", () => {
  test("what comes again while it is handled only changes its attempt", async () => {
    const { link, begun, end } = await held();
    deliver(link, ["a"]);
    await settle();
    deliver(link, ["a"], 2);
    await settle();
    expect([begun.length, begun[0]!.attempt]).toEqual([1, 2]);
    await end("a");
    expect(said(link)).toEqual(["ACK a 2"]);
  });

  test("what was acknowledged is acknowledged again, confirmed or not, and not handled", async () => {
    const { link, begun, end, agent } = await held();
    deliver(link, ["a"]);
    await settle();
    await end("a");
    deliver(link, ["a"], 2);
    await settle();
    expect(said(link)).toEqual(["ACK a 1", "ACK a 2"]);
    for (const { settlements } of [await link.next("settle"), await link.next("settle")])
      confirm(link, settlements);
    await settle();
    expect(agent.status.unsettled).toBe(0);
    deliver(link, ["a"], 3);
    await settle();
    expect([begun.length, said(link).at(-1)]).toEqual([1, "ACK a 3"]);
  });

  test("what was given back is handled when it comes again", async () => {
    const { link, subjects, fail } = await held();
    deliver(link, ["a"]);
    await settle();
    await fail("a", "busy");
    confirm(link, (await link.next("settle")).settlements);
    await settle();
    deliver(link, ["a"], 2);
    await settle();
    expect(subjects()).toEqual(["a", "a"]);
  });
});

describe("breaks", () => {
  test("a resumed session begins with what was settled, and names what is in hand", async () => {
    const world = await held({ concurrency: 1 });
    deliver(world.link, ["a", "b", "c"]);
    await settle();
    await world.end("a");
    expect(said(world.link)).toEqual(["ACK a 1"]);
    world.link.end();
    await world.end("b");
    world.clock.advance(60_000);
    const link = await world.server.link();
    const hello = await link.welcome({ resumed: true });
    expect(hello.held.map(({ messageId, attempt }) => `${messageId} ${attempt}`)).toEqual([
      "a 1",
      "b 1",
      "c 1",
    ]);
    await settle();
    expect(link.frames.map((frame) => frame.case).slice(0, 2)).toEqual(["hello", "settle"]);
    expect(said(link)).toEqual(["ACK a 1", "ACK b 1"]);
    expect(world.subjects()).toEqual(["a", "b", "c"]);
    confirm(link, (await link.next("settle")).settlements);
    await settle();
    expect(world.agent.status.unsettled).toBe(1);
    await world.end("c");
    expect(said(link)).toEqual(["ACK a 1", "ACK b 1", "ACK c 1"]);
    const third = await broken({ ...world, link }, { resumed: true });
    expect(third.hello.held.map(({ messageId }) => messageId)).toEqual(["c"]);
    await settle();
    expect(said(third.link)).toEqual(["ACK c 1"]);
  });

  test("a fresh session gets the acknowledgements too; what no handler has seen is left to it", async () => {
    const world = await held({ concurrency: 1 });
    deliver(world.link, ["a", "b", "c"]);
    await settle();
    await world.end("a");
    const { link } = await broken(world, { sessionId: "s2", resumed: false });
    await settle();
    expect([said(link), world.agent.status.unsettled]).toEqual([["ACK a 1"], 2]);
    deliver(link, ["b", "c"], 2);
    await settle();
    await world.end("b");
    await world.end("c");
    expect([world.subjects(), said(link)]).toEqual([
      ["a", "b", "c"],
      ["ACK a 1", "ACK b 2", "ACK c 2"],
    ]);
  });
});

describe("stop", () => {
  test("finishes and settles what has begun, hands back the rest, and takes nothing more", async () => {
    const { link, agent, subjects, end } = await held({ concurrency: 1 });
    deliver(link, ["a", "b"]);
    await settle();
    let stopped = false;
    const stopping = agent.stop({ graceMs: 3_000 }).then(() => (stopped = true));
    deliver(link, ["c"]);
    await end("a");
    expect([subjects(), said(link), stopped]).toEqual([["a"], ["ACK a 1"], false]);
    expect(link.frames.some((frame) => frame.case === "goodbye")).toBe(false);
    confirm(link, (await link.next("settle")).settlements);
    await link.next("goodbye");
    link.end();
    await stopping;
  });

  test("is held no longer than the grace, and says what became of a settlement", async () => {
    const { link, agent, clock, begun } = await held();
    deliver(link, ["a"]);
    await settle();
    const told = begun[0]!.ack();
    const stopping = agent.stop({ graceMs: 1_000 });
    await settle();
    clock.advance(1_000);
    await link.next("goodbye");
    link.end();
    await stopping;
    await expect(told).rejects.toMatchObject({ reason: "OUTCOME_UNKNOWN" });
  });
});
