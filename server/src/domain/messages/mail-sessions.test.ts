// How sessions end and begin: nothing is lost, nothing is counted that was nobody's fault, and a message
// that kills its receiver does not take its neighbours along.
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { put } from "../../store/store.ts";
import { epochKind } from "../links/epoch-record.ts";
import { mailKey, mailKind, parkedKind } from "./mail-record.ts";
import {
  createMailWorld,
  type MailAgent,
  type MailWorld,
  settlementOf,
  verdictOf,
} from "./testing/mail-world.ts";
import { deliveredTo, died, heldOf, names } from "./testing/mail-steps.ts";

let world: MailWorld;
let agent: MailAgent;
beforeEach(async () => {
  world = await createMailWorld();
  agent = world.agent("w1");
});
afterEach(() => world.close());

const delivered = (of: MailAgent, count: number): Promise<void> => deliveredTo(world, of, count);

describe("an own mailbox", () => {
  test("after a goodbye all that was in flight comes again, and nothing is counted", async () => {
    await world.send(agent, ...names(3));
    await agent.attach();
    await delivered(agent, 3);
    await agent.settle("NAK", agent.last("m2"));
    await world.pass(1_100);
    expect(agent.subjects()).toEqual(["m1#1", "m2#1", "m3#1", "m2#2"]);
    agent.session.detach(true);
    await world.quiet();
    agent.deliveries.length = 0;
    await agent.attach();
    await delivered(agent, 3);
    // What is on record as delivered was taken off it.
    expect(agent.subjects().sort()).toEqual(["m1#1", "m2#2", "m3#1"]);
    expect(await world.rows(mailKind)).toHaveLength(2);
  });

  test("a session that died counts for what it had in its hands, not for what came later", async () => {
    await world.send(agent, ...names(2));
    await agent.attach();
    await delivered(agent, 2);
    agent.session.detach(false);
    await world.send(agent, { subject: "later" });
    await agent.attach(died);
    await world.quiet();
    expect(
      (await world.rows(parkedKind)).map(({ attempts, deaths }) => [attempts, deaths]),
    ).toEqual(expect.arrayContaining([[1, 1]]));
    await agent.ack(agent.last("m1"));
    await world.quiet();
    await agent.ack(agent.last("m2"));
    await delivered(agent, 5);
    expect(agent.subjects()[2]).toBe("m1#2");
    expect(agent.subjects().slice(3).sort()).toEqual(["later#1", "m2#2"]);
  });

  test("the death is on record before anything goes out, and only the session may write it", async () => {
    await world.send(agent, { subject: "m" });
    await agent.attach();
    await delivered(agent, 1);
    agent.session.detach(false);
    const key = mailKey(agent.uid, agent.last("m").messageId);
    const seen: Promise<unknown>[] = [];
    agent.onDeliver = () => seen.push(world.store.get(parkedKind, key).then((rec) => rec?.doc));
    await agent.attach(died);
    await delivered(agent, 2);
    expect(await Promise.all(seen)).toMatchObject([{ attempts: 2, deaths: 1 }]);
  });

  test("attempts are counted across a crash of the server", async () => {
    await world.send(agent, { subject: "m" });
    await agent.attach();
    await delivered(agent, 1);
    await agent.settle("NAK", agent.last("m"));
    await world.pass(1_100);
    expect(agent.subjects()).toEqual(["m#1", "m#2"]);
    world.restart();
    await agent.attach(died);
    await delivered(agent, 3);
    expect(agent.subjects().at(-1)).toBe("m#3");
    expect((await world.rows(parkedKind))[0]).toMatchObject({ attempts: 3, deaths: 1 });
  });

  test("after a crash of the server the first ones, as many as the window, may have been delivered", async () => {
    await world.send(agent, ...names(5));
    world.restart();
    await agent.attach({ kind: "died", deliveriesMax: 3 });
    await delivered(agent, 1);
    expect(agent.subjects()).toEqual(["m1#2"]);
    await agent.ack(agent.last("m1"));
    await delivered(agent, 5);
    expect(agent.subjects().sort()).toEqual(["m1#2", "m2#2", "m3#2", "m4#1", "m5#1"]);
  });

  test.each([false, true])(
    "resumed, what is held is not doubled (server restarted: %s)",
    async (isRestarted) => {
      await world.send(agent, ...names(4));
      await agent.attach();
      await delivered(agent, 4);
      await agent.settle("NAK", agent.last("m4"));
      await world.pass(1_100);
      expect(agent.subjects()).toEqual(["m1#1", "m2#1", "m3#1", "m4#1", "m4#2"]);
      if (isRestarted) world.restart();
      else agent.session.detach(false);
      agent.deliveries.splice(2, 1);
      await agent.attach(heldOf(agent, "m1", "m4"));
      // m2 never arrived: as if never delivered; m3 neither.
      await world.quiet();
      expect(agent.subjects().slice(4).sort()).toEqual(["m2#1", "m3#1"]);
      expect((await world.rows(mailKind)).map(({ attempts }) => attempts)).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
      expect(await agent.settle("NAK", agent.last("m4"))).toBe("OK");
      // Held ones have a fresh ack-wait.
      await world.pass(29_000);
      expect(agent.subjects().filter((one) => one.startsWith("m1"))).toEqual(["m1#1"]);
      expect(await agent.settle("EXTEND", agent.last("m1"))).toBe("OK");
      await agent.ack(agent.last("m1"), agent.last("m2"), agent.last("m3"), agent.last("m4"));
      await world.pass(200_000);
      expect(await world.rows(mailKind)).toEqual([]);
      expect(await world.rows(parkedKind)).toEqual([]);
      expect(agent.subjects().filter((one) => one.startsWith("m2"))).toHaveLength(2);
    },
  );

  test("resumed, a redelivery that did not arrive is not counted", async () => {
    await world.send(agent, { subject: "m" });
    await agent.attach();
    await delivered(agent, 1);
    await agent.settle("NAK", agent.last("m"));
    await world.pass(1_100);
    expect(agent.subjects()).toEqual(["m#1", "m#2"]);
    agent.session.detach(false);
    await agent.attach({ kind: "resumed", held: [] });
    await delivered(agent, 3);
    expect(agent.subjects()).toEqual(["m#1", "m#2", "m#2"]);
  });

  test("held ones count against the credit", async () => {
    await world.send(agent, ...names(4));
    await agent.attach({ kind: "clean" }, { messages: 2 });
    await delivered(agent, 2);
    agent.session.detach(false);
    await agent.attach(heldOf(agent, "m1", "m2"), { messages: 2 });
    await delivered(agent, 2);
    await agent.ack(agent.last("m1"));
    await delivered(agent, 3);
  });

  test("an ACK under way when the session ends is not delivered again", async () => {
    await world.send(agent, ...names(2));
    await agent.attach();
    await delivered(agent, 2);
    const ack = agent.ack(agent.last("m1"));
    agent.session.detach(false);
    await agent.attach({ kind: "resumed", held: [] });
    await ack;
    await delivered(agent, 3);
    expect(agent.subjects()).toEqual(["m1#1", "m2#1", "m2#1"]);
  });

  test("an ACK of a session that is over counts, all else does not", async () => {
    await world.send(agent, ...names(2));
    await agent.attach();
    await delivered(agent, 2);
    const old = agent.session;
    await agent.attach(died);
    await delivered(agent, 3);
    const [m1, m2] = agent.deliveries;
    const settle = async (kind: "ACK" | "NAK", message: typeof m1): Promise<string> =>
      verdictOf((await old.settle([settlementOf(kind, message!)]))[0]!);
    expect(await settle("NAK", m1)).toBe("NOT_IN_FLIGHT");
    expect(await settle("ACK", m2)).toBe("OK");
    expect(await settle("ACK", m1)).toBe("OK");
    await world.pass(100_000);
    expect(await world.rows(parkedKind)).toEqual([]);
    expect(agent.deliveries).toHaveLength(3);
  });

  test("what is superseded in the store writes nothing", async () => {
    await world.send(agent, { subject: "m" });
    await agent.attach();
    await delivered(agent, 1);
    await agent.settle("NAK", agent.last("m"));
    const doc = { epoch: 99, sessionId: "other", nodeId: "node-2" };
    await world.store.commit({
      writeId: "w",
      changes: [put(epochKind, agent.uid, doc, "any")],
    });
    await world.pass(5_000);
    expect(agent.deliveries).toHaveLength(1);
    expect((await world.rows(parkedKind))[0]?.attempts).toBe(1);
  });
});

describe("a message that kills its receiver", () => {
  test("is a dead letter after 8 deaths, and its 63 neighbours are all delivered and acknowledged", async () => {
    const count = 64;
    const killer = "m33";
    await world.send(agent, ...names(count));
    const acknowledged = new Set<string>();
    let attempts = 0;
    let deaths = 0;
    for (let round = 0; round < 40 && acknowledged.size < count - 1; round += 1)
      await live(round === 0 ? { kind: "clean" } : died);
    while ((await world.deadLetters()).length === 0 && deaths < 20) await live(died);
    expect(acknowledged.size).toBe(count - 1);
    expect(await world.dead()).toEqual([`${killer} ATTEMPTS_EXHAUSTED`]);
    expect(deaths).toBe(8);
    expect((await world.deadLetters())[0]).toMatchObject({ attempts: 8 });
    expect(Math.max(...[attempts])).toBeLessThanOrEqual(3);
    expect(await world.rows(parkedKind)).toEqual([]);

    /** One life of the agent: it acknowledges one by one, and dies when it sees the killer. */
    async function live(before: Parameters<MailAgent["attach"]>[0]): Promise<void> {
      const seen = agent.deliveries.length;
      let isDead = false;
      agent.onDeliver = (messages) => {
        for (const message of messages) {
          if (isDead) return;
          if (message.subject === killer) {
            isDead = true;
            deaths += 1;
            agent.session.detach(false);
            return;
          }
          attempts = Math.max(attempts, message.attempt);
        }
        // The first life takes the whole window before it dies: all are in flight with the killer.
        void agent.ack(...messages).then(() => {
          for (const { subject } of messages) acknowledged.add(subject);
        });
      };
      await agent.attach(before);
      await world.until(
        async () => isDead || (await world.rows(parkedKind)).length === 0,
        `the end of a life after ${seen} deliveries`,
      );
      await world.quiet();
      agent.onDeliver = undefined;
    }
  });

  test("goes out alone after two deaths, and one by one after one until one is settled", async () => {
    await world.send(agent, ...names(3));
    await agent.attach();
    await delivered(agent, 3);
    agent.session.detach(false);
    await agent.attach(died);
    await delivered(agent, 4);
    expect(agent.subjects().slice(3)).toEqual(["m1#2"]);
    await agent.ack(agent.last("m1"));
    await delivered(agent, 6);
    agent.session.detach(false);
    await agent.attach(died);
    await delivered(agent, 7);
    await world.send(agent, { subject: "new" });
    await world.quiet();
    expect(agent.subjects().slice(6)).toEqual(["m2#3"]);
    await agent.ack(agent.last("m2"));
    await delivered(agent, 8);
    expect(agent.subjects().slice(7)).toEqual(["m3#3"]);
    await agent.ack(agent.last("m3"));
    await delivered(agent, 9);
    expect(agent.subjects().at(-1)).toBe("new#1");
  });
});
