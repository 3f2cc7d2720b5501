import { setImmediate } from "node:timers";
import type { Store } from "../../store/store.ts";
import type { Clock } from "../clock.ts";
import type { FanOutBodies } from "./fan-out-bodies.ts";
import type { MailboxAddress } from "./mail.ts";
import { readHead } from "./mail-head.ts";
import { type MailRules, STORE_RETRY_MS } from "./mail-limits.ts";
import { createMailbox, type Flight, type Mailbox, type Taker } from "./mailbox.ts";

/** Deadlines behind one timer; `TimingWheel` is one. */
export interface MailTimers {
  /** Runs `check` at or after `dueMs` by the monotonic clock, and again at what it answers. */
  arm(
    dueMs: number,
    check: (nowMs: number) => number | undefined,
  ): {
    cancel(): void;
  };
}

/** The mailboxes in memory: reads what comes next in them, wakes sessions, watches deadlines. */
export interface MailRoom {
  /** The mailbox in memory, made where it is not there. */
  open(address: MailboxAddress): Mailbox;
  find(mailboxKey: string): Mailbox | undefined;
  mailboxes(): Iterable<Mailbox>;
  /** Something changed in it. */
  stir(mailbox: Mailbox): void;
  /** The session may be able to take more. */
  wake(taker: Taker): void;
  /** The mailbox has something to do at that time, by the monotonic clock. */
  arm(mailbox: Mailbox, dueMs: number): void;
  /** What is in memory of it may be wrong, since the store failed: it is read again in a while. */
  doubt(mailbox: Mailbox): void;
  stop(): void;
}

export interface MailRoomDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly timers: MailTimers;
  readonly bodies: Pick<FanOutBodies, "get">;
  readonly rules: MailRules;
  readonly report: (message: string, error?: unknown) => void;
  /** Lets a session take what it can. */
  pump(taker: Taker): void;
  /** They were not settled in time. */
  timedOut(mailbox: Mailbox, flights: readonly Flight[]): void;
  /** It was read; what is in flight by the store may be known better. */
  read(mailbox: Mailbox): void;
}

export function createMailRoom(deps: MailRoomDeps): MailRoom {
  const { clock, timers, report } = deps;
  const rooms = new Map<string, Mailbox>();
  const alarms = new Map<Mailbox, { readonly dueMs: number; cancel(): void }>();
  const retries = new Map<Mailbox, { cancel(): void }>();
  const awake = new Set<Taker>();
  let isStopped = false;

  function wake(taker: Taker): void {
    // After the I/O of this tick, so that all it brought goes in one frame.
    if (awake.size === 0) setImmediate(pumpAll);
    awake.add(taker);
  }

  function pumpAll(): void {
    const takers = [...awake];
    awake.clear();
    if (isStopped) return;
    for (const taker of takers)
      try {
        deps.pump(taker);
      } catch (error) {
        // The others get theirs all the same.
        report("messages could not be handed over", error);
      }
  }

  async function read(mailbox: Mailbox): Promise<void> {
    mailbox.startHead();
    try {
      mailbox.finishHead(await readHead(deps, mailbox));
    } catch (error) {
      mailbox.finishHead(undefined);
      report("a mailbox could not be read, will be tried again", error);
      retry(mailbox);
      return;
    }
    for (const { deadlineMs } of mailbox.flights.values()) arm(mailbox, deadlineMs);
    deps.read(mailbox);
    stir(mailbox);
  }

  function retry(mailbox: Mailbox): void {
    if (isStopped || retries.has(mailbox)) return;
    const timer = timers.arm(clock.monotonic() + STORE_RETRY_MS, () => {
      retries.delete(mailbox);
      stir(mailbox);
      return undefined;
    });
    retries.set(mailbox, timer);
  }

  function stir(mailbox: Mailbox): void {
    if (isStopped) return;
    if (mailbox.isIdle) forget(mailbox);
    else {
      if (mailbox.needsHead && !retries.has(mailbox)) void read(mailbox);
      const dueMs = mailbox.nextDueMs(clock.now());
      if (dueMs !== undefined && mailbox.takers.size > 0) arm(mailbox, monotonicOf(dueMs));
      for (const taker of mailbox.takers) wake(taker);
    }
  }

  function forget(mailbox: Mailbox): void {
    if (rooms.get(mailbox.address.key) === mailbox) rooms.delete(mailbox.address.key);
    alarms.get(mailbox)?.cancel();
    alarms.delete(mailbox);
    retries.get(mailbox)?.cancel();
    retries.delete(mailbox);
  }

  function monotonicOf(wallMs: number): number {
    return clock.monotonic() + (wallMs - clock.now());
  }

  function arm(mailbox: Mailbox, dueMs: number): void {
    const known = alarms.get(mailbox);
    if (isStopped || (known !== undefined && known.dueMs <= dueMs)) return;
    known?.cancel();
    const timer = timers.arm(dueMs, () => {
      alarms.delete(mailbox);
      ring(mailbox);
      return undefined;
    });
    alarms.set(mailbox, { dueMs, cancel: () => timer.cancel() });
  }

  function ring(mailbox: Mailbox): void {
    const nowMs = clock.monotonic();
    const late: Flight[] = [];
    let nextMs = Infinity;
    for (const flight of mailbox.flights.values()) {
      if (flight.deadlineMs <= nowMs) late.push(flight);
      else nextMs = Math.min(nextMs, flight.deadlineMs);
    }
    if (late.length > 0) deps.timedOut(mailbox, late);
    if (nextMs < Infinity) arm(mailbox, nextMs);
    stir(mailbox);
  }

  return {
    open: (address) => {
      let mailbox = rooms.get(address.key);
      if (mailbox === undefined)
        rooms.set(address.key, (mailbox = createMailbox(address, deps.rules)));
      return mailbox;
    },
    find: (mailboxKey) => rooms.get(mailboxKey),
    mailboxes: () => rooms.values(),
    stir,
    wake,
    arm,
    doubt: (mailbox) => {
      mailbox.reset();
      retry(mailbox);
      stir(mailbox);
    },
    stop: () => {
      isStopped = true;
      for (const mailbox of rooms.values()) forget(mailbox);
    },
  };
}
