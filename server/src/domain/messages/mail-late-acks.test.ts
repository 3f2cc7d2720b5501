// Who may acknowledge what it does not have in its hands.
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { StoreError } from "../../store/store.ts";
import { mailKind, parkedKind } from "./mail-record.ts";
import {
  createMailWorld,
  group,
  type MailAgent,
  type MailWorld,
  settlementOf,
  verdictOf,
} from "./testing/mail-world.ts";
import { landUntold } from "./testing/store-faults.ts";

let world: MailWorld;
let agent: MailAgent;
beforeEach(async () => {
  world = await createMailWorld();
  agent = world.agent("w1");
});
afterEach(() => world.close());

test("an agent erases what it had last of a group, not joined any more; another has no right to", async () => {
  const other = world.agent("w2");
  await other.attach();
  await agent.attach();
  agent.session.join("crew");
  await world.send(group("crew"), { subject: "m" });
  await world.until(() => agent.deliveries.length === 1);
  agent.session.detach(false);
  await world.pass(31_000);
  await agent.attach({ kind: "resumed", held: [] });
  expect(await other.settle("ACK", agent.last("m"))).toBe("NOT_IN_FLIGHT");
  expect(await world.rows(parkedKind)).toHaveLength(1);
  expect(await agent.settle("ACK", agent.last("m"))).toBe("OK");
  expect(await world.rows(parkedKind)).toEqual([]);
  expect(await other.settle("ACK", agent.last("m"))).toBe("OK");
});

test("attaching again after it failed counts no more than was in the window", async () => {
  await world.send(agent, ...Array.from({ length: 20 }, (_, index) => ({ subject: `m${index}` })));
  const { undo } = landUntold(world, parkedKind);
  const attach = () => agent.attach({ kind: "died", deliveriesMax: 4 }, { messages: 1 });
  await expect(attach()).rejects.toMatchObject({ reason: "OUTCOME_UNKNOWN" });
  undo();
  await attach();
  await world.quiet();
  expect((await world.rows(parkedKind)).map(({ deaths }) => deaths)).toEqual([1, 1, 1, 1]);
});

test("a claim of this session that landed untold is not a death", async () => {
  await agent.attach({ kind: "died", deliveriesMax: 64 });
  agent.session.join("crew");
  await world.quiet();
  const { seen, undo } = landUntold(world, mailKind, 1, ({ changes }) =>
    changes.every((change) => !("put" in change) || change.expect !== "absent"),
  );
  await world.send(group("crew"), { subject: "m" });
  await world.until(() => seen() === 1);
  undo();
  for (let second = 0; second < 5; second += 1) await world.pass(1_000);
  expect(agent.subjects()).toEqual(["m#1"]);
  expect((await world.rows(mailKind))[0]?.deaths).toBeUndefined();
});

test("of two ACKs one of which fails nothing stays in flight", async () => {
  await agent.attach({ kind: "clean" }, { messages: 1 });
  await world.send(agent, { subject: "m" }, { subject: "n" });
  await world.until(() => agent.deliveries.length === 1);
  const eraseMany = world.store.eraseMany.bind(world.store);
  world.store.eraseMany = (kind, ids, options) => {
    world.store.eraseMany = eraseMany;
    return kind.name === mailKind.name
      ? Promise.reject(new StoreError("UNAVAILABLE", "full queue"))
      : eraseMany(kind, ids, options);
  };
  const one = settlementOf("ACK", agent.last("m"));
  const outcomes = await agent.session.settle([one, one]);
  await world.quiet();
  expect(outcomes.map(verdictOf)).toEqual(["NOT_SENT", "OK"]);
  expect(agent.subjects()).toEqual(["m#1", "n#1"]);
});

test("after a polite end nothing is counted, though the agent comes back as if it had died", async () => {
  await agent.attach();
  agent.session.detach(true);
  await world.send(agent, { subject: "m" });
  await agent.attach({ kind: "died", deliveriesMax: 64 });
  await world.until(() => agent.deliveries.length === 1);
  expect(agent.subjects()).toEqual(["m#1"]);
});
