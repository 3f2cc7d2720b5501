// What one agent asks for costs the others no more than it has to.
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { mailRulesDefault } from "./mail-limits.ts";
import { mailKind } from "./mail-record.ts";
import {
  createMailWorld,
  group,
  type MailAgent,
  type MailWorld,
  settlementOf,
  verdictOf,
} from "./testing/mail-world.ts";
import { onCommit } from "./testing/store-faults.ts";

let world: MailWorld;
let agent: MailAgent;
beforeEach(async () => {
  world = await createMailWorld();
  agent = world.agent("w1");
  await agent.attach();
});
afterEach(() => world.close());

test("however often more time is asked for in one frame, it takes two commits, and the last word counts", async () => {
  agent.session.join("crew");
  await world.send(group("crew"), { subject: "m" }, { subject: "n" });
  await world.until(() => agent.deliveries.length === 2);
  let commits = 0;
  const undo = onCommit(world, () => {
    commits += 1;
    return undefined;
  });
  const times = (subject: string, count: number) =>
    Array.from({ length: count }, (_, index) =>
      settlementOf("EXTEND", agent.last(subject), { durationMs: 60_000 + index }),
    );
  const outcomes = await agent.session.settle([...times("m", 900), ...times("n", 124)]);
  undo();
  expect(new Set(outcomes.map(verdictOf))).toEqual(new Set(["OK"]));
  expect(commits).toBe(2);
  const claims = (await world.rows(mailKind)).map(({ claim }) => claim!.untilTime.getTime());
  expect(claims).toEqual([60_899, 60_123].map((ms) => world.clock.now() + ms));
  // And once more, when nothing is under way.
  expect(await agent.settle("EXTEND", agent.last("m"), { durationMs: 1_000 })).toBe("OK");
  expect((await world.rows(mailKind))[0]!.claim!.untilTime.getTime()).toBe(
    world.clock.now() + 1_000,
  );
});

test("64 that time out at once take one commit, and each comes again", async () => {
  await world.send(agent, ...Array.from({ length: 64 }, (_, index) => ({ subject: `m${index}` })));
  await world.until(() => agent.deliveries.length === 64);
  let commits = 0;
  const undo = onCommit(world, () => {
    commits += 1;
    return undefined;
  });
  await world.pass(mailRulesDefault.ackWaitMs + 100);
  undo();
  expect(commits).toBe(1);
  await world.pass(2_000);
  await world.until(() => agent.deliveries.length === 128, "all again");
  expect(new Set(agent.deliveries.slice(64).map(({ attempt }) => attempt))).toEqual(new Set([2]));
});

test("ACKs of what is not there erase nothing, whatever groups their agent is in", async () => {
  for (let index = 0; index < 50; index += 1) agent.session.join(`g${index}`);
  await world.quiet();
  let erased = 0;
  const eraseMany = world.store.eraseMany.bind(world.store);
  world.store.eraseMany = (kind, ids, options) => {
    erased += ids.length;
    return eraseMany(kind, ids, options);
  };
  const bogus = Array.from({ length: 500 }, () =>
    settlementOf("ACK", { messageId: world.ids.uuid(), attempt: 1 }),
  );
  const outcomes = await agent.session.settle(bogus);
  world.store.eraseMany = eraseMany;
  expect(new Set(outcomes.map(verdictOf))).toEqual(new Set(["OK"]));
  expect(erased).toBe(0);
});
