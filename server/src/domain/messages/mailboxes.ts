import { MessageStep_Kind } from "@meshwork/gen/mesh/v1/message";
import type { Store } from "../../store/store.ts";
import type { Clock } from "../clock.ts";
import type { Committer } from "../commit.ts";
import { DomainError } from "../errors.ts";
import type { Ids } from "../ids.ts";
import { createAwayFlights } from "./away-flights.ts";
import type { FanOutBodies } from "./fan-out-bodies.ts";
import {
  agentAddress,
  groupAddress,
  type MailboxAddress,
  type Mailboxes,
  type MailConsumer,
  type MailCounts,
  type MailSession,
  type MessageTraces,
} from "./mail.ts";
import { createMailAcks } from "./mail-acks.ts";
import { createMailDelivery } from "./mail-delivery.ts";
import { createMailDepths } from "./mail-depths.ts";
import { type MailRules, mailRulesDefault, STORE_RETRY_MS } from "./mail-limits.ts";
import { letterChanges } from "./mail-record.ts";
import { createMailRoom, type MailTimers } from "./mail-room.ts";
import { createMailSession } from "./mail-session.ts";
import { type MailSessionDeps, rewriteHeld, type SessionState } from "./mail-session-state.ts";
import { type Held, takeOver } from "./mail-takeover.ts";
import { backedOff, bereaved, returned } from "./mail-verdicts.ts";
import { createMailWindow } from "./mail-window.ts";
import { createMailWrites, type MailWrites } from "./mail-writes.ts";
import type { Flight, Mailbox } from "./mailbox.ts";

export interface MailboxesDeps {
  readonly store: Store;
  readonly committer: Pick<Committer, "runSystem">;
  readonly clock: Clock;
  readonly ids: Ids;
  /** A timing wheel of the server's. */
  readonly timers: MailTimers;
  readonly bodies: Pick<FanOutBodies, "get">;
  readonly traces: MessageTraces;
  readonly counts: MailCounts;
  /** From 0 to below 1, for the jitter of back-offs; default: `Math.random`. */
  readonly random?: () => number;
  readonly rules?: Partial<MailRules>;
  readonly report: (message: string, error?: unknown) => void;
}

/** What else the server asks of its mailboxes. */
export interface MailboxServer extends Mailboxes {
  readonly writes: MailWrites;
  /** Whether somebody has it in his hands, or had when his session ended. */
  isInFlight(mailboxKey: string, messageId: string): boolean;
  /**
   * Keeps it from being delivered while its record is rewritten; undefined where it is in flight or about
   * to be. The answer is to be called with whether it is gone.
   */
  withdraw(address: MailboxAddress, messageId: string): ((isGone: boolean) => void) | undefined;
  /** Messages in the hands of connected agents, by mesh. */
  inFlight(): ReadonlyMap<string, { readonly mail: number; readonly parked: number }>;
  /** Delivers nothing more. */
  stop(): void;
}

type Session = SessionState & { pump(): void };

/** The mailboxes of this process: what is in them lies in the store, what comes next in memory. */
export function createMailboxes(deps: MailboxesDeps): MailboxServer {
  const { store, clock, random = Math.random } = deps;
  const rules: MailRules = { ...mailRulesDefault, ...deps.rules };
  const depths = createMailDepths({ ...deps, mailboxMessagesMax: rules.mailboxMessagesMax });
  const writes = createMailWrites({ ...deps, depths });
  const acks = createMailAcks({ ...deps, depths });
  const away = createAwayFlights();
  const sessions = new Map<string, { readonly state: Session; readonly port: MailSession }>();
  const room = createMailRoom({
    ...deps,
    rules,
    pump: (taker) => {
      (taker as Session).pump();
    },
    timedOut,
    read: resolveClaims,
  });
  const parts: MailSessionDeps = { ...deps, rules, random, room, writes, acks, away };

  function timedOut(mailbox: Mailbox, flights: readonly Flight[]): void {
    for (const flight of flights) {
      mailbox.land(flight.messageId);
      flight.taker?.window.remove(flight);
    }
    const attempts = new Map(flights.map(({ messageId, attempt }) => [messageId, attempt]));
    const why = `it was not settled within ${rules.ackWaitMs} ms`;
    rewriteHeld(parts, mailbox, flights, (doc) => {
      const wait = { why, askedMs: 0, random: random() };
      return backedOff(doc, attempts.get(doc.messageId)!, wait, clock.now(), rules);
    }).then(
      () => {
        for (const flight of flights) {
          noteTimeOut(mailbox, flight);
          if (flight.taker !== undefined) room.wake(flight.taker);
        }
      },
      (error: unknown) => {
        deps.report("deliveries that timed out could not be put on record", error);
        for (const flight of flights) keepFlying(mailbox, flight);
      },
    );
  }

  function noteTimeOut({ address }: Mailbox, { messageId, attempt, agentUid }: Flight): void {
    const agentId = sessions.get(agentUid)?.state.agentId;
    deps.traces.note(messageId, {
      ...{ kind: MessageStep_Kind.TIMED_OUT, address, attempt },
      ...(address.isGroup && agentId !== undefined && { agentId }),
    });
  }

  function keepFlying(mailbox: Mailbox, flight: Flight): void {
    if (isOpen(flight) || mailbox.address.isGroup) {
      flight.taker?.window.add(flight);
      flight.deadlineMs = clock.monotonic() + STORE_RETRY_MS;
      flight.isDoubtful = true;
      mailbox.launch(flight);
      room.arm(mailbox, flight.deadlineMs);
      mailbox.release(flight.messageId);
      return;
    }
    mailbox.release(flight.messageId);
    room.doubt(mailbox);
  }

  function isOpen({ taker, agentUid }: Flight): boolean {
    return taker !== undefined && sessions.get(agentUid)?.state === taker;
  }

  /** What the store says is in the hands of an agent that is here and does not have it. */
  function resolveClaims(mailbox: Mailbox): void {
    const stale = [...mailbox.flights.values()].filter(
      ({ taker, agentUid }) => taker === undefined && sessions.has(agentUid),
    );
    for (const flight of stale) {
      mailbox.land(flight.messageId);
      const { agentUid } = flight;
      const { consumer, epoch } = sessions.get(agentUid)!.state;
      rewriteHeld(parts, mailbox, [flight], (doc) =>
        consumer.before.kind === "died" &&
        doc.claim?.agentUid === agentUid &&
        doc.claim.epoch < epoch
          ? bereaved(doc, clock.now(), rules)
          : returned(doc, agentUid, epoch),
      ).catch((error: unknown) => {
        deps.report("a claim of before could not be given back", error);
        mailbox.release(flight.messageId);
        room.doubt(mailbox);
      });
    }
  }

  async function attach(consumer: MailConsumer): Promise<MailSession> {
    const { agent, epoch, before } = consumer;
    sessions.get(agent.uid)?.port.detach(before.kind === "clean");
    const known = away.take(agent.uid);
    let held: readonly Held[];
    try {
      held = await takeOver({ ...parts, store }, consumer, known);
    } catch (error) {
      if (known !== undefined) away.keep(agent.uid, known);
      throw error;
    }
    const other = sessions.get(agent.uid);
    if (other !== undefined && other.state.epoch > epoch) throw superseded(agent.agentId);
    other?.port.detach(false);
    const state: Session = {
      ...{ consumer, epoch, agentUid: agent.uid, agentId: agent.agentId },
      window: createMailWindow(consumer.deliveriesMax, consumer.deliveryBytesMax),
      own: room.open(agentAddress(agent)),
      groups: new Map(),
      isOpen: true,
      isPaused: false,
      pump: () => undefined,
    };
    state.pump = createMailDelivery(parts, state);
    const port = createMailSession(parts, state, () => {
      if (sessions.get(agent.uid)?.state === state) sessions.delete(agent.uid);
    });
    sessions.set(agent.uid, { state, port });
    for (const one of held) goOn(state, one);
    for (const mailbox of room.mailboxes()) if (mailbox.address.isGroup) resolveClaims(mailbox);
    state.own.takers.add(state);
    room.stir(state.own);
    return port;
  }

  /** The agent has it still. */
  function goOn(state: Session, { mailboxKey, messageId, isParked, attempt, doc }: Held): void {
    const isOwn = mailboxKey === state.agentUid;
    const mailbox = isOwn ? state.own : room.open(groupAddress(doc.meshUid, doc.name));
    if (!isOwn) state.groups.set(doc.name, mailbox);
    if (mailbox.isHeld(messageId)) return;
    const deaths = doc.deaths ?? 0;
    const flight: Flight = {
      ...{ messageId, isParked, attempt, deaths, agentUid: state.agentUid, taker: state },
      bytes: doc.body?.length ?? 0,
      isAlone: state.window.isAlone(deaths),
      deadlineMs: clock.monotonic() + rules.ackWaitMs,
      isDoubtful: true,
    };
    state.window.add(flight);
    mailbox.launch(flight);
    room.arm(mailbox, flight.deadlineMs);
  }

  return {
    writes,
    admit: (address) => depths.admit(address),
    changesOf: letterChanges,
    landed: (address, { message, dueTime, expireTime }) => {
      depths.changed(address.key, 1);
      const mailbox = room.find(address.key);
      if (mailbox === undefined) return;
      const isParked = dueTime !== undefined;
      mailbox.arrive({
        messageId: message.messageId,
        isParked,
        ...(!isParked && !address.isGroup && { message }),
        bytes: message.payload.length,
        deaths: 0,
        expireMs: expireTime.getTime(),
        dueMs: dueTime?.getTime() ?? 0,
      });
      room.stir(mailbox);
    },
    doubt: ({ key }) => {
      depths.forget(key);
      const mailbox = room.find(key);
      if (mailbox !== undefined) room.doubt(mailbox);
    },
    attach,
    isInFlight: (mailboxKey, messageId) =>
      room.find(mailboxKey)?.flights.has(messageId) === true || away.has(mailboxKey, messageId),
    withdraw: (address, messageId) => {
      // Also where nobody has it open: an agent that attaches meanwhile shall find it held.
      const mailbox = room.open(address);
      if (mailbox.flights.has(messageId) || mailbox.isHeld(messageId)) return undefined;
      mailbox.hold(messageId);
      return (isGone) => {
        mailbox.release(messageId);
        if (isGone) room.stir(mailbox);
        else room.doubt(mailbox);
      };
    },
    inFlight: () => {
      const meshes = new Map<string, { mail: number; parked: number }>();
      for (const { address, flights } of room.mailboxes()) {
        if (flights.size === 0) continue;
        const sum = meshes.get(address.meshUid) ?? { mail: 0, parked: 0 };
        meshes.set(address.meshUid, sum);
        for (const { taker, isParked } of flights.values())
          if (taker !== undefined) sum[isParked ? "parked" : "mail"] += 1;
      }
      return meshes;
    },
    stop: () => room.stop(),
  };
}

function superseded(agentId: string): DomainError {
  return new DomainError("SESSION_SUPERSEDED", `a newer session of agent ${agentId} took over`, {
    metadata: { agent_id: agentId },
  });
}
