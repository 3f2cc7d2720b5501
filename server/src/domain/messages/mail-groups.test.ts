// Messages of a group go to one member at a time, and are given back when that member does not settle them.
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { deadLetterKind } from "./dead-letter-record.ts";
import { mailKey, mailKind, parkedKind } from "./mail-record.ts";
import { createMailWorld, group, type MailAgent, type MailWorld } from "./testing/mail-world.ts";
import { deliveredTo, died, heldOf, names } from "./testing/mail-steps.ts";

let world: MailWorld;
let agent: MailAgent;
beforeEach(async () => {
  world = await createMailWorld();
  agent = world.agent("w1");
});
afterEach(() => world.close());

const delivered = (of: MailAgent, count: number): Promise<void> => deliveredTo(world, of, count);

describe("a group", () => {
  let other: MailAgent;
  const queue = group("crew");
  beforeEach(async () => {
    other = world.agent("w2");
    await agent.attach();
  });

  test("its members share the messages; each goes to one, on record before", async () => {
    await other.attach();
    const claims: Promise<(string | undefined)[]>[] = [];
    for (const one of [agent, other])
      one.onDeliver = (messages) => {
        const keys = messages.map(({ messageId }) => mailKey(queue.key, messageId));
        claims.push(
          world.store
            .getMany(mailKind, keys)
            .then((recs) => recs.map((rec) => rec?.doc.claim?.agentUid)),
        );
      };
    agent.session.join("crew");
    other.session.join("crew");
    await world.quiet();
    await world.send(queue, ...names(20));
    await world.until(() => agent.deliveries.length + other.deliveries.length === 20);
    await world.quiet();
    const subjects = [...agent.subjects(), ...other.subjects()];
    expect(new Set(subjects).size).toBe(20);
    expect(subjects.every((one) => one.endsWith("#1"))).toBe(true);
    expect(agent.deliveries.length).toBeGreaterThan(4);
    expect(other.deliveries.length).toBeGreaterThan(4);
    expect((await Promise.all(claims)).flat().every((uid) => uid !== undefined)).toBe(true);
    await agent.ack(...agent.deliveries);
    await other.ack(...other.deliveries);
    expect(await world.rows(mailKind)).toEqual([]);
  });

  test("what comes one by one goes round, also where all are idle", async () => {
    const third = world.agent("w3");
    const members = [agent, other, third];
    for (const one of [other, third]) await one.attach();
    for (const one of members) one.session.join("crew");
    await world.quiet();
    for (let sent = 1; sent <= 30; sent += 1) {
      await world.send(queue, { subject: `m${sent}` });
      const got = (): number => members.reduce((sum, one) => sum + one.deliveries.length, 0);
      await world.until(() => got() === sent, `delivery ${sent}`);
      await world.quiet();
      for (const one of members) {
        const last = one.deliveries.at(-1);
        if (last?.subject === `m${sent}`) await one.ack(last);
      }
    }
    expect(members.map(({ deliveries }) => deliveries.length)).toEqual([10, 10, 10]);
  });

  test("what nobody takes waits for the first member", async () => {
    await world.send(queue, ...names(3));
    await world.quiet();
    expect(agent.deliveries).toEqual([]);
    agent.session.join("crew");
    await delivered(agent, 3);
  });

  test("a claim is given back when it is not settled in time, when its session ends, and on NAK", async () => {
    await other.attach();
    agent.session.join("crew");
    await world.send(queue, { subject: "m" });
    await delivered(agent, 1);
    await agent.settle("NAK", agent.last("m"));
    agent.session.leave("crew");
    other.session.join("crew");
    await world.pass(1_100);
    expect(other.subjects()).toEqual(["m#2"]);
    await world.pass(30_100);
    await world.pass(2_100);
    expect(other.subjects()).toEqual(["m#2", "m#3"]);
    agent.session.join("crew");
    other.session.detach(true);
    await delivered(agent, 2);
    // Nothing is counted after a goodbye.
    expect(agent.subjects()).toEqual(["m#1", "m#3"]);
    await agent.ack(agent.last("m"));
    expect(await world.rows(parkedKind)).toEqual([]);
  });

  test("a session that died counts, and another member gets it", async () => {
    await other.attach();
    agent.session.join("crew");
    await world.send(queue, { subject: "m" });
    await delivered(agent, 1);
    other.session.join("crew");
    agent.session.detach(false);
    await world.quiet();
    // The agent may come back and go on.
    expect(other.deliveries).toEqual([]);
    await agent.attach(died);
    await delivered(other, 1);
    expect(other.subjects()).toEqual(["m#2"]);
    expect((await world.rows(parkedKind))[0]).toMatchObject({ attempts: 2, deaths: 1 });
  });

  test("a member that does not come back loses its claim in time", async () => {
    await other.attach();
    agent.session.join("crew");
    await world.send(queue, { subject: "m" });
    await delivered(agent, 1);
    other.session.join("crew");
    agent.session.detach(false);
    await world.pass(29_000);
    expect(other.deliveries).toEqual([]);
    await world.pass(1_100);
    await world.pass(1_100);
    expect(other.subjects()).toEqual(["m#2"]);
  });

  test.each([false, true])(
    "a resumed member keeps what it holds and gives back the rest (server restarted: %s)",
    async (isRestarted) => {
      agent.session.join("crew");
      await world.send(queue, { subject: "held" }, { subject: "lost" });
      await delivered(agent, 2);
      if (isRestarted) world.restart();
      else agent.session.detach(false);
      await other.attach();
      other.session.join("crew");
      await world.quiet();
      expect(other.deliveries).toEqual([]);
      await agent.attach(heldOf(agent, "held"));
      await delivered(other, 1);
      expect(other.subjects()).toEqual(["lost#1"]);
      await world.pass(29_000);
      expect(await agent.settle("NAK", agent.last("held"))).toBe("OK");
      await world.pass(1_100);
      expect(other.subjects()).toEqual(["lost#1", "held#2"]);
    },
  );

  test("a late ACK of a message that another member has by now settles it", async () => {
    await other.attach();
    agent.session.join("crew");
    await world.send(queue, { subject: "m" });
    await delivered(agent, 1);
    agent.session.leave("crew");
    other.session.join("crew");
    await world.pass(30_100);
    await world.pass(1_100);
    expect(other.subjects()).toEqual(["m#2"]);
    await agent.ack(agent.last("m"));
    expect(await world.rows(parkedKind)).toEqual([]);
    expect(await other.settle("NAK", other.last("m"))).toBe("NOT_IN_FLIGHT");
    await world.pass(100_000);
    expect(other.deliveries).toHaveLength(1);
    expect(await world.store.count(deadLetterKind, {}, 10)).toBe(0);
  });

  test("own mail and that of groups share the credit", async () => {
    agent.session.detach(true);
    await agent.attach({ kind: "clean" }, { messages: 4 });
    agent.session.join("crew");
    await world.send(queue, ...names(5));
    await world.send(agent, ...names(5, 10));
    await delivered(agent, 4);
    await agent.ack(...agent.deliveries);
    await delivered(agent, 8);
  });
});
