import type { AgentMessage } from "@meshwork/gen/mesh/v1/message";
import type { MailboxAddress } from "./mail.ts";
import { HEAD_BYTES_MAX, type MailRules, SCHEDULED_MESSAGES_MAX } from "./mail-limits.ts";
import type { MailWindow, Weight } from "./mail-window.ts";
import { sortedList } from "./sorted-list.ts";

/** A message that waits, in memory. Times are by the wall clock. */
export interface Mail {
  readonly messageId: string;
  readonly isParked: boolean;
  /** Present where it can be handed over without writing first. */
  readonly message?: AgentMessage;
  readonly bytes: number;
  readonly deaths: number;
  readonly expireMs: number;
  /** 0 where it waits for no time. */
  readonly dueMs: number;
}

/** A session that takes from mailboxes. */
export interface Taker {
  readonly agentUid: string;
  readonly agentId: string;
  readonly epoch: number;
  readonly window: MailWindow;
}

/** A message in an agent's hands. */
export interface Flight extends Weight {
  readonly messageId: string;
  readonly isParked: boolean;
  readonly attempt: number;
  readonly deaths: number;
  readonly agentUid: string;
  /** Absent while the agent is away. */
  taker: Taker | undefined;
  /** By the monotonic clock. */
  deadlineMs: number;
  /** It may lie at its other place: a commit that moves it may have landed since. */
  isDoubtful?: boolean;
}

/** What the store held at one moment, from the beginning; without what is in flight or held. */
export interface Head {
  /** By id, and where to go on; absent: that was all. */
  readonly mail: readonly Mail[];
  readonly lastMailId: string | undefined;
  /** By due time. */
  readonly scheduled: readonly Mail[];
  readonly lastDueMs: number | undefined;
  /** In the hands of agents, as the store has it. */
  readonly flights: readonly Flight[];
}

/** One mailbox in memory: what comes next, and what is in whose hands. It knows neither clock nor store. */
export interface Mailbox {
  readonly address: MailboxAddress;
  /** Sessions that take from it, in the order in which they are asked. */
  readonly takers: Set<Taker>;
  readonly flights: ReadonlyMap<string, Flight>;
  /** Messages in memory that wait. */
  readonly waiting: number;
  /** Whether the store has more of what comes next, and it is time to read it. */
  readonly needsHead: boolean;
  /** Whether there is a reason to keep it in memory. */
  readonly isIdle: boolean;
  /** New on disk, or again. */
  arrive(mail: Mail): void;
  startHead(): void;
  /** Undefined: it could not be read. */
  finishHead(head: Head | undefined): void;
  /** What is to be delivered next; drops from memory what has expired. */
  next(nowMs: number): Mail | undefined;
  /** When the next scheduled one is due, if not yet. */
  nextDueMs(nowMs: number): number | undefined;
  /** It has taken one: the next goes to the one that has waited longest. */
  goLast(taker: Taker): void;
  launch(flight: Flight): void;
  /** Takes it out of its agent's hands, and holds it. */
  land(messageId: string): Flight | undefined;
  /** Takes it out of what waits, until it is released as often. */
  hold(messageId: string): void;
  isHeld(messageId: string): boolean;
  /** It is settled: whoever holds it shall not deliver it. False takes that back. */
  doom(messageId: string, isDoomed: boolean): void;
  isDoomed(messageId: string): boolean;
  /** `back` is where it waits again; absent: it is gone, or elsewhere. */
  release(messageId: string, back?: Mail): void;
  /** What waits in memory may be wrong: all of it is to be read again. */
  reset(): void;
}

interface Since {
  /** They stand above what the head says of them. */
  readonly arrivals: Map<string, Mail>;
  /** Ids of which the head knows too little. */
  readonly changed: Set<string>;
  isVoid: boolean;
}

interface Hold {
  count: number;
  isDoomed: boolean;
}

export function createMailbox(address: MailboxAddress, rules: MailRules): Mailbox {
  const takers = new Set<Taker>();
  const flights = new Map<string, Flight>();
  const holds = new Map<string, Hold>();
  let ready = sortedList<Mail>(byId);
  let scheduled = sortedList<Mail>(byDue);
  let readyBytes = 0;
  let hasMore = true;
  let hasMoreScheduled = true;
  /** While the head is being read: what came and went since that began. */
  let since: Since | undefined;

  const isOut = (messageId: string): boolean => flights.has(messageId) || holds.has(messageId);

  function insert(mail: Mail): void {
    if (mail.isParked) insertScheduled(mail);
    else insertReady(mail);
  }

  function insertReady(mail: Mail): void {
    // Behind the end of what is known there may be others that come first.
    const last = ready.last();
    if (hasMore && (last === undefined || byId(mail, last) > 0)) return;
    if (!ready.insert(mail)) return;
    readyBytes += mail.bytes;
    while (ready.size > 1 && (ready.size > rules.headMessagesMax || readyBytes > HEAD_BYTES_MAX)) {
      readyBytes -= ready.pop()!.bytes;
      hasMore = true;
    }
  }

  function insertScheduled(mail: Mail): void {
    const last = scheduled.last();
    if (hasMoreScheduled && (last === undefined || byDue(mail, last) > 0)) return;
    if (!scheduled.insert(mail)) return;
    if (scheduled.size <= SCHEDULED_MESSAGES_MAX) return;
    scheduled.pop();
    hasMoreScheduled = true;
  }

  function remove(messageId: string): void {
    const found = ready.removeId(messageId);
    if (found !== undefined) readyBytes -= found.bytes;
    else scheduled.removeId(messageId);
  }

  function arrive(mail: Mail): void {
    if (isOut(mail.messageId)) return;
    if (since !== undefined) {
      if (since.arrivals.size >= rules.headMessagesMax + SCHEDULED_MESSAGES_MAX) reset();
      since.arrivals.set(mail.messageId, mail);
      since.changed.add(mail.messageId);
    }
    insert(mail);
  }

  function finishHead(head: Head | undefined): void {
    const { arrivals, changed, isVoid } = since!;
    since = undefined;
    if (head === undefined || isVoid) return;
    const isTrue = ({ messageId }: Mail | Flight): boolean =>
      !isOut(messageId) && !changed.has(messageId);
    for (const flight of head.flights) if (isTrue(flight)) flights.set(flight.messageId, flight);
    ready = sortedList(byId, head.mail.filter(isTrue));
    scheduled = sortedList(byDue, head.scheduled.filter(isTrue));
    readyBytes = 0;
    for (const { bytes } of ready) readyBytes += bytes;
    hasMore = head.lastMailId !== undefined;
    hasMoreScheduled = head.lastDueMs !== undefined;
    for (const mail of arrivals.values()) if (!isOut(mail.messageId)) insert(mail);
  }

  function reset(): void {
    ready = sortedList(byId);
    scheduled = sortedList(byDue);
    readyBytes = 0;
    hasMore = true;
    hasMoreScheduled = true;
    if (since === undefined) return;
    since.isVoid = true;
    since.arrivals.clear();
  }

  function hold(messageId: string): void {
    remove(messageId);
    const known = holds.get(messageId);
    if (known === undefined) holds.set(messageId, { count: 1, isDoomed: false });
    else known.count += 1;
  }

  return {
    address,
    takers,
    flights,
    get waiting() {
      return ready.size + scheduled.size;
    },
    get needsHead() {
      if (since !== undefined || takers.size === 0) return false;
      const isLow = ready.size < rules.headMessagesLow && readyBytes < HEAD_BYTES_MAX / 2;
      return (hasMore && isLow) || (hasMoreScheduled && scheduled.size < rules.headMessagesLow);
    },
    get isIdle() {
      return takers.size === 0 && flights.size === 0 && holds.size === 0 && since === undefined;
    },
    arrive,
    startHead: () => {
      since = { arrivals: new Map(), changed: new Set(), isVoid: false };
    },
    finishHead,
    next: (nowMs) => {
      for (let due = scheduled.first(); due && due.dueMs <= nowMs; due = scheduled.first()) {
        if (due.expireMs > nowMs) return due;
        scheduled.shift();
      }
      for (let first = ready.first(); first; first = ready.first()) {
        if (first.expireMs > nowMs) return first;
        readyBytes -= ready.shift()!.bytes;
      }
      return undefined;
    },
    nextDueMs: (nowMs) => {
      const dueMs = scheduled.first()?.dueMs;
      return dueMs !== undefined && dueMs > nowMs ? dueMs : undefined;
    },
    goLast: (taker) => {
      if (takers.size > 1 && takers.delete(taker)) takers.add(taker);
    },
    launch: (flight) => {
      remove(flight.messageId);
      flights.set(flight.messageId, flight);
    },
    land: (messageId) => {
      const flight = flights.get(messageId);
      if (flight === undefined) return undefined;
      flights.delete(messageId);
      hold(messageId);
      return flight;
    },
    hold,
    isHeld: (messageId) => holds.has(messageId),
    doom: (messageId, isDoomed) => {
      const known = holds.get(messageId);
      if (known !== undefined) known.isDoomed = isDoomed;
    },
    isDoomed: (messageId) => holds.get(messageId)?.isDoomed === true,
    release: (messageId, back) => {
      const known = holds.get(messageId);
      if (known === undefined) return;
      known.count -= 1;
      if (known.count > 0) return;
      holds.delete(messageId);
      if (flights.has(messageId)) return;
      if (back !== undefined && !known.isDoomed) arrive(back);
      else if (since !== undefined) {
        since.changed.add(messageId);
        since.arrivals.delete(messageId);
      }
    },
    reset,
  };
}

function byId(a: Mail, b: Mail): number {
  return a.messageId < b.messageId ? -1 : a.messageId > b.messageId ? 1 : 0;
}

function byDue(a: Mail, b: Mail): number {
  return a.dueMs - b.dueMs || byId(a, b);
}
