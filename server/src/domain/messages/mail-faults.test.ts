// What the store does not confirm: no message is stuck for it, and none comes again that was acknowledged.
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { setImmediate } from "node:timers/promises";
import { create } from "@bufbuild/protobuf";
import { HeldDeliverySchema } from "@meshwork/gen/mesh/v1/link";
import { StoreError } from "../../store/store.ts";
import { mailKind, parkedKind } from "./mail-record.ts";
import { createMailWorld, type MailAgent, type MailWorld } from "./testing/mail-world.ts";
import { deliveredTo } from "./testing/mail-steps.ts";
import { landUntold, onCommit, touches } from "./testing/store-faults.ts";

let world: MailWorld;
let agent: MailAgent;
beforeEach(async () => {
  world = await createMailWorld();
  agent = world.agent("w1");
});
afterEach(() => world.close());

const delivered = (count: number): Promise<void> => deliveredTo(world, agent, count);

async function onRecord(): Promise<string[]> {
  const rows = [...(await world.rows(mailKind)), ...(await world.rows(parkedKind))];
  return rows.map(({ messageId }) => messageId);
}

/** Seconds, one by one. */
async function wait(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second += 1) await world.pass(1_000);
}

describe("a time-out", () => {
  beforeEach(async () => {
    await agent.attach();
    await world.send(agent, { subject: "m" });
    await delivered(1);
  });

  test("that cannot be put on record, of a session that was replaced, leaves the message to the new one", async () => {
    const { promise, reject } = Promise.withResolvers<never>();
    let caught = 0;
    const undo = onCommit(world, (commit) => {
      if (!touches(commit, parkedKind)) return undefined;
      caught += 1;
      return promise;
    });
    world.clock.advance(30_050);
    await world.until(() => caught === 1);
    await agent.attach({ kind: "resumed", held: [] });
    await world.quiet();
    undo();
    reject(new StoreError("UNAVAILABLE", "full queue"));
    await wait(10);
    expect(agent.subjects()).toEqual(["m#1", "m#1"]);
  });

  test("that landed after it was given up on is followed by the next delivery", async () => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    let caught = 0;
    const undo = onCommit(world, (commit, real) => {
      if (!touches(commit, parkedKind) || caught > 0) return undefined;
      caught += 1;
      return promise.then(real);
    });
    world.clock.advance(30_050);
    await world.until(() => caught === 1);
    world.clock.advance(30_001);
    await world.quiet();
    resolve(undefined);
    await world.quiet();
    undo();
    await wait(60);
    expect(agent.subjects().slice(0, 2)).toEqual(["m#1", "m#2"]);
  });

  test("that landed untold does not keep an ACK from erasing the message", async () => {
    const { seen, undo } = landUntold(world, parkedKind);
    world.clock.advance(30_050);
    await world.until(() => seen() === 1 && world.reports.length > 0);
    await world.quiet();
    undo();
    expect(await agent.settle("ACK", agent.last("m"))).toBe("OK");
    expect(await onRecord()).toEqual([]);
    world.restart();
    await agent.attach();
    await wait(5);
    expect(agent.deliveries).toHaveLength(1);
  });
});

test.each(["NAK", "REJECT"] as const)("a %s that landed untold can be said again", async (kind) => {
  await agent.attach();
  await world.send(agent, { subject: "m" });
  await delivered(1);
  const { undo } = landUntold(world, mailKind);
  expect(await agent.settle(kind, agent.last("m"))).toBe("OUTCOME_UNKNOWN");
  undo();
  expect(await agent.settle(kind, agent.last("m"))).toBe("OK");
  await wait(10);
  expect(agent.subjects()).toEqual(kind === "NAK" ? ["m#1", "m#2"] : ["m#1"]);
  expect(await world.dead()).toEqual(kind === "NAK" ? [] : ["m REJECTED"]);
});

test("a REJECT of what a time-out parked untold makes a dead letter of it", async () => {
  await agent.attach();
  await world.send(agent, { subject: "m" });
  await delivered(1);
  const { undo } = landUntold(world, parkedKind);
  world.clock.advance(30_050);
  await world.until(() => world.reports.length > 0);
  await world.quiet();
  undo();
  expect(await agent.settle("REJECT", agent.last("m"))).toBe("OK");
  await wait(10);
  expect(await world.dead()).toEqual(["m REJECTED"]);
  expect(await onRecord()).toEqual([]);
});

test("an ACK of what a time-out parked while the session was resumed erases it", async () => {
  await agent.attach();
  const [m] = await world.send(agent, { subject: "m" });
  await world.quiet();
  await world.pass(5_000);
  const [k] = await world.send(agent, { subject: "k" });
  await delivered(2);
  expect(await agent.settle("NAK", agent.last("k"))).toBe("OK");
  await world.pass(1_100);
  await delivered(3);
  // The commit of m's time-out is under way when the session is resumed, and lands just before its own.
  const { promise, resolve } = Promise.withResolvers<undefined>();
  let [caught, renewed] = [0, 0];
  const undo = onCommit(world, (commit, real) => {
    if (!touches(commit, parkedKind)) return undefined;
    if (commit.changes.some(({ id }) => id.endsWith(m!.messageId))) {
      caught += 1;
      return promise.then(real);
    }
    renewed += 1;
    resolve(undefined);
    return setImmediate().then(real);
  });
  world.clock.advance(30_050 - 6_100);
  await world.until(() => caught === 1);
  const held = [m!, k!].map(({ messageId }, index) =>
    create(HeldDeliverySchema, { messageId, attempt: index + 1 }),
  );
  await agent.attach({ kind: "resumed", held });
  undo();
  await world.quiet();
  expect([caught, renewed]).toEqual([1, 1]);
  await agent.ack({ messageId: m!.messageId, attempt: 1 });
  expect(await onRecord()).toEqual([k!.messageId]);
});
