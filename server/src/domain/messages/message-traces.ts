import type { Clock } from "../clock.ts";
import type { MailboxAddress, MessageTraces, TraceStep } from "./mail.ts";
import { STEPS_PER_MESSAGE_MAX, TRACED_MESSAGES_MAX, TRACED_STEPS_MAX } from "./mail-limits.ts";

/** A step of a message, with its time. */
export interface TimedStep extends TraceStep {
  readonly timeMs: number;
}

/** What is remembered of a message's way. */
export interface Trail {
  readonly steps: readonly TimedStep[];
  /** Whether earlier steps, or some in between, are forgotten. */
  readonly isCut: boolean;
}

/** The steps of the last messages, in memory. */
export interface RememberedTraces extends MessageTraces {
  /** Nothing is known of what was before. */
  readonly sinceMs: number;
  stepsOf(messageId: string): Trail;
  readonly messages: number;
}

const NONE = 0xffff_ffff;
const ADDRESSES_INTERNED_MAX = 20_000;

/**
 * Two rings: steps, chained by message from the oldest on, and messages. A new step takes the place of the
 * oldest one of all; a new message that of the oldest message. Numbers lie in typed arrays, so that a
 * step takes some 40 bytes; these grow with use.
 */
export function createMessageTraces(options: {
  readonly clock: Clock;
  readonly messagesMax?: number;
  readonly stepsMax?: number;
}): RememberedTraces {
  const { clock, messagesMax = TRACED_MESSAGES_MAX, stepsMax = TRACED_STEPS_MAX } = options;
  const slots = new Map<string, number>();
  const messageIds: string[] = [];
  const chains = createChains(Math.min(1_024, messagesMax));
  const steps = createSteps(Math.min(4_096, stepsMax));
  let nextMessage = 0;
  let nextStep = 0;

  function slotOf(messageId: string): number {
    const known = slots.get(messageId);
    if (known !== undefined) return known;
    const slot = nextMessage;
    nextMessage = (nextMessage + 1) % messagesMax;
    chains.grow(slot, messagesMax);
    const oldest = messageIds[slot];
    if (oldest !== undefined) forget(slot, oldest);
    slots.set(messageId, slot);
    messageIds[slot] = messageId;
    chains.clear(slot);
    return slot;
  }

  function forget(slot: number, messageId: string): void {
    slots.delete(messageId);
    // Its steps belong to nobody until their places are taken.
    for (let step = chains.first[slot]!; step !== NONE; step = steps.next[step]!)
      steps.message[step] = NONE;
  }

  /** The place for a new step; whose it was loses its oldest one. */
  function freeStep(): number {
    const step = nextStep;
    nextStep = (nextStep + 1) % stepsMax;
    steps.grow(step, stepsMax);
    const slot = steps.message[step]!;
    if (slot !== NONE) {
      chains.first[slot] = steps.next[step]!;
      if (chains.first[slot] === NONE) chains.last[slot] = NONE;
      chains.count[slot]! -= 1;
      chains.isCut[slot] = 1;
    }
    return step;
  }

  return {
    sinceMs: clock.now(),
    note: (messageId, step) => {
      const slot = slotOf(messageId);
      if (chains.count[slot]! >= STEPS_PER_MESSAGE_MAX) {
        chains.isCut[slot] = 1;
        return;
      }
      const place = freeStep();
      steps.set(place, slot, clock.now(), step);
      const last = chains.last[slot]!;
      if (last === NONE) chains.first[slot] = place;
      else steps.next[last] = place;
      chains.last[slot] = place;
      chains.count[slot]! += 1;
    },
    stepsOf: (messageId) => {
      const slot = slots.get(messageId);
      if (slot === undefined) return { steps: [], isCut: false };
      const found: TimedStep[] = [];
      for (let step = chains.first[slot]!; step !== NONE; step = steps.next[step]!)
        found.push(steps.get(step));
      return { steps: found, isCut: chains.isCut[slot] === 1 };
    },
    get messages() {
      return slots.size;
    },
  };
}

/** First and last step of each message. */
function createChains(size: number) {
  const chains = {
    first: new Uint32Array(size),
    last: new Uint32Array(size),
    count: new Uint16Array(size),
    isCut: new Uint8Array(size),
    grow: (slot: number, max: number): void => {
      const length = grown(chains.first.length, slot, max);
      if (length === chains.first.length) return;
      chains.first = longer(chains.first, length);
      chains.last = longer(chains.last, length);
      chains.count = longer(chains.count, length);
      chains.isCut = longer(chains.isCut, length);
    },
    clear: (slot: number): void => {
      chains.first[slot] = NONE;
      chains.last[slot] = NONE;
      chains.count[slot] = 0;
      chains.isCut[slot] = 0;
    },
  };
  return chains;
}

function createSteps(size: number) {
  const addresses: (MailboxAddress | undefined)[] = [];
  const interned = new Map<string, MailboxAddress>();
  /** One object for all steps of a mailbox, as long as it is not among too many. */
  const intern = (address: MailboxAddress): MailboxAddress => {
    const known = interned.get(address.key);
    if (known !== undefined) return known;
    if (interned.size >= ADDRESSES_INTERNED_MAX) interned.clear();
    interned.set(address.key, address);
    return address;
  };
  const texts = new Map<number, Pick<TraceStep, "agentId" | "detail">>();
  const steps = {
    timeMs: new Float64Array(size),
    next: new Uint32Array(size),
    message: new Uint32Array(size).fill(NONE),
    attempt: new Uint16Array(size),
    kind: new Uint8Array(size),
    grow: (step: number, max: number): void => {
      const { length: before } = steps.next;
      const length = grown(before, step, max);
      if (length === before) return;
      steps.timeMs = longer(steps.timeMs, length);
      steps.next = longer(steps.next, length);
      steps.message = longer(steps.message, length).fill(NONE, before);
      steps.attempt = longer(steps.attempt, length);
      steps.kind = longer(steps.kind, length);
    },
    set: (place: number, slot: number, timeMs: number, step: TraceStep): void => {
      const { kind, address, attempt = 0, agentId, detail } = step;
      steps.timeMs[place] = timeMs;
      steps.next[place] = NONE;
      steps.message[place] = slot;
      steps.attempt[place] = attempt;
      steps.kind[place] = kind;
      addresses[place] = address && intern(address);
      if (agentId === undefined && detail === undefined) texts.delete(place);
      else
        texts.set(place, {
          ...(agentId !== undefined && { agentId }),
          ...(detail !== undefined && { detail }),
        });
    },
    get: (place: number): TimedStep => {
      const address = addresses[place];
      const attempt = steps.attempt[place]!;
      return {
        timeMs: steps.timeMs[place]!,
        kind: steps.kind[place]!,
        ...(address && { address }),
        ...(attempt > 0 && { attempt }),
        ...texts.get(place),
      };
    },
  };
  return steps;
}

function grown(length: number, index: number, max: number): number {
  let wanted = length;
  while (wanted <= index) wanted = Math.min(max, wanted * 2);
  return wanted;
}

function longer<T extends Float64Array | Uint32Array | Uint16Array | Uint8Array>(
  old: T,
  length: number,
): T {
  const copy = new (old.constructor as new (length: number) => T)(length);
  copy.set(old);
  return copy;
}
