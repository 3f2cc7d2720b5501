// Does random things to mailboxes and to the model of them, and compares.
import { expect } from "@jest/globals";
import { setImmediate } from "node:timers/promises";
import { create } from "@bufbuild/protobuf";
import { HeldDeliverySchema } from "@meshwork/gen/mesh/v1/link";
import type { Before } from "../mail.ts";
import { createMailSweeper } from "../mail-sweeper.ts";
import { cancelMail } from "../message-cancelling.ts";
import { createMessageTraces } from "../message-traces.ts";
import { createSeededRandom } from "./seeded-random.ts";
import { callOfAdmin } from "./service-caller.ts";
import { watchCalls } from "./store-calls.ts";
import { createMailModel, type MailModel } from "./mail-model.ts";
import { auditStore } from "./mail-model-audit.ts";
import {
  group,
  MESH_ID,
  type MailAgent,
  type MailWorld,
  settlementOf,
  verdictOf,
} from "./mail-world.ts";

export const rules = {
  ackWaitMs: 30_000,
  backOffMs: 1_000,
  backOffMaxMs: 60_000,
  attemptsMax: 5,
  headMessagesMax: 12,
  headMessagesLow: 3,
};
export const agentNames = ["a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8"];
const groupNames = ["g1", "g2"];
const LETTERS_MAX = 6;
/** Of so many it is tried what a late word about them does. */
const RECENT_MAX = 400;

export const operations = [
  ...[
    "send",
    "send delayed",
    "send short",
    "send to group",
    "deliver",
    "redeliver",
    "ack",
    "late ack",
  ],
  ...["nak", "reject", "extend", "stale settlement", "agent dies", "goodbye", "attach fresh"],
  ...["attach resumed", "attach clean", "join", "leave", "cancel", "time passes", "server dies"],
  ...["sweep", "dead letter", "audit"],
] as const;
type Operation = (typeof operations)[number];

export function createDriver(here: MailWorld, worldSeed: number) {
  const { clock, ids, store } = here;
  const model: MailModel = createMailModel(rules);
  const random = createSeededRandom(worldSeed);
  const counts: Record<string, number> = {};
  const traces = createMessageTraces({ clock });
  const pending = watchCalls(here);
  const failures: unknown[] = [];
  const heldBefore = new Map<string, Map<string, number>>();
  const recent: string[] = [];
  let steps = 0;
  model.timePassed(clock.now());
  /** What was done last, for who has to find out why. */
  const story: string[] = [];
  const count = (operation: Operation, by = 1, of = ""): void => {
    counts[operation] = (counts[operation] ?? 0) + by;
    steps += by;
    story.push(`${operation} ${by} ${of}`);
    if (story.length > 150) story.shift();
  };
  const below = (max: number): number => Math.floor(random() * max);
  const some = <T>(items: readonly T[], max: number): T[] =>
    [...items].sort(() => random() - 0.5).slice(0, 1 + below(max));
  const agents = new Map(agentNames.map((name) => [name, here.agent(name)]));

  for (const [name, agent] of agents)
    agent.onDeliver = (messages) => {
      try {
        for (const { messageId, attempt } of messages) {
          model.delivered(name, messageId, attempt);
          count(attempt > 1 ? "redeliver" : "deliver", 1, `${name} ${messageId}`);
        }
      } catch (error) {
        failures.push(error);
      }
    };

  function letters(
    box: string,
    isGroup: boolean,
  ): { readonly messageId: string; ttlMs?: number; delayMs?: number; payload: Uint8Array }[] {
    const kind = random();
    return Array.from({ length: 1 + below(LETTERS_MAX) }, () => {
      const messageId = ids.uuid();
      const bytes = random() < 0.1 ? 1_500 : below(60);
      const delayMs = kind < 0.15 ? 1_000 + below(20_000) : 0;
      const ttlMs = kind > 0.9 ? 25_000 + below(60_000) : 7 * 24 * 3_600_000;
      model.send({ id: messageId, box, isGroup, bytes, expireMs: clock.now() + ttlMs }, delayMs);
      count(
        isGroup
          ? "send to group"
          : delayMs > 0
            ? "send delayed"
            : kind > 0.9
              ? "send short"
              : "send",
      );
      return {
        ...{ messageId, payload: new Uint8Array(bytes) },
        ...(kind > 0.9 && { ttlMs }),
        ...(delayMs > 0 && { delayMs }),
      };
    });
  }

  async function send(name: string, agent: MailAgent): Promise<void> {
    const toGroup = random() < 0.3 ? groupNames[below(groupNames.length)]! : undefined;
    const box = toGroup ?? name;
    // Claims of before a restart are found when the queue has been read so far; a short one is read at once.
    const most = toGroup === undefined ? 40 : rules.headMessagesMax - LETTERS_MAX;
    if (model.where((one) => one.box === box).length > most) return;
    const sent = letters(box, toGroup !== undefined);
    await here.send(toGroup === undefined ? agent : group(toGroup), ...sent);
    // Not before it is on disk: nobody can have had it.
    recent.push(...sent.map(({ messageId }) => messageId));
    recent.splice(0, Math.max(0, recent.length - RECENT_MAX));
  }

  async function settle(
    agent: MailAgent,
    kind: "ACK" | "NAK" | "REJECT" | "EXTEND",
    targets: readonly {
      readonly id: string;
      readonly attempt: number;
      readonly durationMs?: number;
    }[],
    expected: string,
  ): Promise<void> {
    const outcomes = await agent.session.settle(
      targets.map(({ id, attempt, durationMs }) =>
        settlementOf(
          kind,
          { messageId: id, attempt },
          durationMs === undefined ? {} : { durationMs },
        ),
      ),
    );
    for (const outcome of outcomes) expect(verdictOf(outcome)).toBe(expected);
  }

  async function useSession(name: string, agent: MailAgent): Promise<void> {
    const flights = model.flightsOf(name);
    const choice = random();
    if (choice < 0.06) return leaveOrJoin(name, agent);
    if (choice < 0.12) return leaveSession(name, agent);
    if (choice < 0.15) return lateAck(name, agent);
    if (flights.length === 0) return send(name, agent);
    const chosen = some(flights, 6).map((flight) => ({ ...flight, flight }));
    if (choice < 0.6) {
      for (const { id } of chosen) model.acked(id);
      count("ack", chosen.length, `${name} ${chosen.map(({ id }) => id).join()}`);
      return settle(agent, "ACK", chosen, "OK");
    }
    if (choice < 0.72) {
      const durationMs = below(4_000);
      for (const { flight } of chosen) {
        model.survived(flight);
        model.backOff(flight, durationMs);
      }
      count("nak", chosen.length, `${name} ${chosen.map(({ id }) => id).join()}`);
      return settle(
        agent,
        "NAK",
        chosen.map((one) => ({ ...one, durationMs })),
        "OK",
      );
    }
    if (choice < 0.75) {
      for (const { flight } of chosen) {
        model.survived(flight);
        model.gone(flight, "REJECTED");
      }
      count("reject", chosen.length, `${name} ${chosen.map(({ id }) => id).join()}`);
      return settle(agent, "REJECT", chosen, "OK");
    }
    if (choice < 0.8) {
      const durationMs = 1_000 + below(100_000);
      for (const { flight } of chosen) flight.deadlineMs = clock.now() + durationMs;
      count("extend", chosen.length, `${name} ${chosen.map(({ id }) => id).join()}`);
      return settle(
        agent,
        "EXTEND",
        chosen.map((one) => ({ ...one, durationMs })),
        "OK",
      );
    }
    if (choice < 0.83) {
      count("stale settlement", chosen.length, `${name} ${chosen.map(({ id }) => id).join()}`);
      const kind = (["NAK", "REJECT", "EXTEND"] as const)[below(3)]!;
      return settle(
        agent,
        kind,
        chosen.map(({ id, attempt }) => ({ id, attempt: attempt + 1 })),
        "NOT_IN_FLIGHT",
      );
    }
    return send(name, agent);
  }

  async function lateAck(name: string, agent: MailAgent): Promise<void> {
    const { groups } = model.agentOf(name);
    const own = some(recent, 3).filter((id) => {
      const { box } = model.get(id);
      return box === name || groups.has(box);
    });
    if (own.length === 0) return;
    count("late ack", own.length, `${name} ${own.join()}`);
    for (const id of own) model.acked(id);
    await settle(
      agent,
      "ACK",
      own.map((id) => ({ id, attempt: 1 + below(3) })),
      "OK",
    );
  }

  function leaveOrJoin(name: string, agent: MailAgent): Promise<void> {
    const { groups } = model.agentOf(name);
    const one = groupNames[below(groupNames.length)]!;
    if (groups.has(one)) {
      groups.delete(one);
      agent.session.leave(one);
      count("leave", 1, `${name} ${one}`);
    } else {
      groups.add(one);
      agent.session.join(one);
      count("join", 1, `${name} ${one}`);
      model.settleDown();
    }
    return Promise.resolve();
  }

  function leaveSession(name: string, agent: MailAgent): Promise<void> {
    const politely = random() < 0.4;
    remember(name);
    model.agentLeft(name, politely);
    agent.session.detach(politely);
    count(politely ? "goodbye" : "agent dies", 1, name);
    return Promise.resolve();
  }

  function remember(name: string): void {
    heldBefore.set(name, new Map(model.flightsOf(name).map(({ id, attempt }) => [id, attempt])));
  }

  async function attach(name: string, agent: MailAgent): Promise<void> {
    const { left, window } = model.agentOf(name);
    const next = { messages: 1 + below(8), bytes: 3_000 };
    const all = [...(heldBefore.get(name) ?? [])];
    const resumes = left === "died" && random() < 0.5;
    const held = new Map(resumes ? all.filter(() => random() < 0.6) : []);
    const kind = left !== "died" ? "clean" : resumes ? "resumed" : "died";
    const operation =
      kind === "clean" ? "attach clean" : resumes ? "attach resumed" : "attach fresh";
    count(operation, 1, `${name} ${next.messages} held ${[...held.keys()].join()}`);
    model.attached(name, kind, next, held);
    model.settleDown();
    const before: Before =
      kind === "clean"
        ? { kind }
        : kind === "died"
          ? { kind, deliveriesMax: window }
          : {
              kind,
              held: [...held].map(([messageId, attempt]) =>
                create(HeldDeliverySchema, { messageId, attempt }),
              ),
            };
    await agent.attach(before, next);
    // Its groups are in its hello.
    for (const one of groupNames)
      if (random() < 0.5) {
        model.agentOf(name).groups.add(one);
        agent.session.join(one);
        count("join", 1, `${name} ${one}`);
      }
    model.settleDown();
  }

  async function timePasses(): Promise<void> {
    let ms = random() < 0.5 ? 500 + below(3_000) : below(45_000);
    while (model.isDoubtful(clock.now() + ms)) ms += 17;
    count("time passes", 1, String(ms));
    clock.advance(ms);
    model.timePassed(clock.now());
    await quiet();
  }

  function serverDies(): void {
    count("server dies");
    for (const name of agents.keys()) if (model.agentOf(name).isAttached) remember(name);
    model.serverDied();
    here.restart();
  }

  async function sweep(): Promise<void> {
    count("sweep");
    model.swept();
    const report = (message: string, error?: unknown): void => void failures.push(error ?? message);
    const { mailboxes } = here;
    await createMailSweeper({ store, clock, mailboxes, report }).sweep();
  }

  async function cancel(): Promise<void> {
    const [id] = some(recent, 1);
    if (id === undefined) return;
    count("cancel", 1, id);
    const cancelled = model.cancelled(id) ? 1 : 0;
    const { committer, mailboxes } = here;
    const fanOuts = { cancel: () => Promise.resolve(0), unaddressed: () => Promise.resolve(0) };
    const statistics = { of: () => Promise.reject(new Error("not asked for")) };
    const outcome = await cancelMail(
      { store, committer, clock, nodeId: "n", mailboxes, fanOuts, traces, statistics },
      callOfAdmin(clock, "cancel"),
      { meshId: MESH_ID, messageId: id },
    );
    expect(outcome.cancelled).toBe(cancelled);
  }

  async function quiet(): Promise<void> {
    for (let still = 0; still < 3;) {
      const before = pending.made();
      for (let turn = 0; turn < 3; turn += 1) await setImmediate();
      still = pending.open() === 0 && pending.made() === before ? still + 1 : 0;
    }
    if (failures.length > 0) throw failures[0] as Error;
  }

  async function round(number: number): Promise<void> {
    const choice = random();
    if (choice < 0.1) await timePasses();
    else if (choice < 0.11) serverDies();
    else if (choice < 0.13) await sweep();
    else if (choice < 0.2) await cancel();
    else
      await Promise.all(
        [...agents].map(([name, agent]) => {
          if (random() < 0.2) return Promise.resolve();
          if (model.agentOf(name).isAttached) return useSession(name, agent);
          return random() < 0.4 ? attach(name, agent) : send(name, agent);
        }),
      );
    await quiet();
    model.checkNothingStuck();
    if (number % 50 === 49) await audit();
  }

  async function audit(): Promise<void> {
    count("audit");
    counts["dead letter"] = await auditStore(store, model);
  }

  return { counts, story, round, audit, steps: () => steps };
}
