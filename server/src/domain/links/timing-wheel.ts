import type { Clock, Timer } from "../clock.ts";
import { TICK_MS } from "./limits.ts";

/**
 * Looks whether something is due. Answers when to look again, by the monotonic clock, or nothing when
 * that was all. `lateMs` says how much later than planned the tick came.
 */
export type Check = (nowMs: number, lateMs: number) => number | undefined;

export interface WheelEntry {
  /** Idempotent. */
  cancel(): void;
}

/** Deadlines of many sessions behind one timer. */
export interface TimingWheel {
  /** Runs `check` at the first tick at or after `dueMs`, never before. */
  arm(dueMs: number, check: Check): WheelEntry;
  /** Entries that wait. */
  size(): number;
  /** Drops all entries and the timer. */
  stop(): void;
}

/**
 * A hashed timing wheel (Varghese and Lauck, 1987): an entry lies in the slot of its tick, and one
 * that belongs to a later round stays there when the hand passes. No timer runs while it is empty.
 */
export function createTimingWheel(clock: Clock, tickMs = TICK_MS, slotCount = 1024): TimingWheel {
  interface Entry extends WheelEntry {
    tick: number;
    check: Check | undefined;
  }
  const slots = Array.from({ length: slotCount }, () => new Set<Entry>());
  let size = 0;
  let hand = tickOf(clock.monotonic());
  let timer: Timer | undefined;

  function tickOf(ms: number): number {
    return Math.ceil(ms / tickMs);
  }

  function place(entry: Entry, dueMs: number): void {
    entry.tick = Math.max(tickOf(dueMs), hand + 1);
    slots[entry.tick % slotCount]!.add(entry);
    size += 1;
  }

  function wind(): void {
    if (timer !== undefined || size === 0) return;
    const plannedMs = (hand + 1) * tickMs;
    timer = clock.after(Math.max(0, plannedMs - clock.monotonic()), () => {
      timer = undefined;
      turn(plannedMs);
      wind();
    });
  }

  function turn(plannedMs: number): void {
    const nowMs = clock.monotonic();
    const target = Math.max(Math.floor(nowMs / tickMs), hand + 1);
    // After a long stop one round visits every slot; more would find nothing new.
    const first = Math.max(hand + 1, target - slotCount + 1);
    hand = target;
    const due: Entry[] = [];
    for (let tick = first; tick <= target; tick += 1)
      for (const entry of slots[tick % slotCount]!) if (entry.tick <= target) due.push(entry);
    due.sort((a, b) => a.tick - b.tick);
    for (const entry of due) run(entry, nowMs, nowMs - plannedMs);
  }

  function run(entry: Entry, nowMs: number, lateMs: number): void {
    // A check may cancel another one that is due in the same tick.
    if (!slots[entry.tick % slotCount]!.delete(entry)) return;
    size -= 1;
    const again = entry.check?.(nowMs, lateMs);
    if (again !== undefined && entry.check !== undefined) place(entry, again);
  }

  return {
    arm: (dueMs, check) => {
      // The hand stood still while nothing waited.
      if (size === 0 && timer === undefined)
        hand = Math.max(hand, Math.floor(clock.monotonic() / tickMs));
      const entry: Entry = {
        tick: 0,
        check,
        cancel: () => {
          entry.check = undefined;
          if (slots[entry.tick % slotCount]!.delete(entry)) size -= 1;
          if (size > 0 || timer === undefined) return;
          timer.cancel();
          timer = undefined;
        },
      };
      place(entry, dueMs);
      wind();
      return entry;
    },
    size: () => size,
    stop: () => {
      for (const slot of slots) slot.clear();
      size = 0;
      timer?.cancel();
      timer = undefined;
    },
  };
}
