// The verdict over a soak's history. It knows nothing of how the server works: only what was promised.
import { type MessageName, nameOf, type SoakEvent } from "./history.ts";

/** A promise that was broken, with the message that shows it. */
export interface Breach {
  readonly promise: "lost" | "doubled" | "reordered" | "confirmed before stored";
  readonly message: string;
  readonly text: string;
}

/** The events of one process, in their order. */
export type ProcessHistory = readonly SoakEvent[];

/**
 * Finds every breach:
 * - lost: accepted, and at the end neither acknowledged nor a dead letter by as many as should have got it;
 *   an acknowledgement that was under way when its process was killed may have counted
 * - doubled: handled again after its acknowledgement was confirmed
 * - reordered: a first delivery of a direct message after one of a later message of the same sender
 * - confirmed before stored: accepted before the server was killed, and then neither in its database nor
 *   acknowledged by all who should have got it
 */
export function check(histories: readonly ProcessHistory[]): readonly Breach[] {
  const events = histories.flat();
  return [
    ...lost(events),
    ...histories.flatMap((history) => [...doubled(history), ...reordered(history)]),
    ...doubledByOther(events),
    ...confirmedTooEarly(events),
  ];
}

function lost(events: readonly SoakEvent[]): Breach[] {
  const settled = new Map<string, Set<string>>();
  for (const event of events) {
    if (event.kind === "acknowledging" || event.kind === "acknowledged")
      add(settled, event.message, receiverOf(event));
    if (event.kind === "dead") add(settled, event.message, event.receiver);
  }
  return events.flatMap((event) => {
    if (event.kind !== "accepted") return [];
    const name = nameOf(event.message);
    const count = settled.get(name)?.size ?? 0;
    if (count >= event.receivers) return [];
    const text = `settled by ${count} of ${event.receivers} receivers`;
    return [{ promise: "lost" as const, message: name, text }];
  });
}

/** One process of an agent tells what it handled and what was confirmed to it; so do its successors. */
function doubled(history: ProcessHistory): Breach[] {
  const confirmed = new Set<string>();
  const breaches: Breach[] = [];
  for (const event of history) {
    if (event.kind === "acknowledged") confirmed.add(nameOf(event.message));
    if (event.kind !== "handled" || !confirmed.has(nameOf(event.message))) continue;
    const text = `${event.agent} handled attempt ${event.attempt} after its acknowledgement`;
    breaches.push({ promise: "doubled", message: nameOf(event.message), text });
  }
  return breaches;
}

/** What another member of a group still had in its hands when the acknowledgement came is no breach. */
const IN_HANDS_MS = 2_000;

function doubledByOther(events: readonly SoakEvent[]): Breach[] {
  const confirmed = new Map<string, { agent: string; atMs: number }>();
  for (const event of events) {
    if (event.kind === "acknowledged" && event.message.target.startsWith("group:"))
      confirmed.set(nameOf(event.message), event);
  }
  return events.flatMap((event) => {
    if (event.kind !== "handled") return [];
    const first = confirmed.get(nameOf(event.message));
    const isLate = first !== undefined && event.atMs > first.atMs + IN_HANDS_MS;
    if (!isLate || first.agent === event.agent) return [];
    const text = `${event.agent} handled it ${event.atMs - first.atMs} ms after ${first.agent} had acknowledged it`;
    return [{ promise: "doubled" as const, message: nameOf(event.message), text }];
  });
}

function reordered(history: ProcessHistory): Breach[] {
  const highest = new Map<string, number>();
  const breaches: Breach[] = [];
  for (const event of history) {
    if (event.kind !== "handled" || event.attempt !== 1 || !isDirect(event.message)) continue;
    const { sender, number } = event.message;
    const before = highest.get(sender) ?? 0;
    if (number < before) {
      const text = `${event.agent} got it for the first time after number ${before}`;
      breaches.push({ promise: "reordered", message: nameOf(event.message), text });
    }
    highest.set(sender, Math.max(before, number));
  }
  return breaches;
}

function confirmedTooEarly(events: readonly SoakEvent[]): Breach[] {
  const breaches: Breach[] = [];
  for (const kill of events) {
    if (kill.kind !== "server killed") continue;
    const there = new Map<string, Set<string>>();
    for (const { message, receiver } of kill.stored) add(there, message, receiver);
    for (const event of events) {
      if (event.kind === "acknowledged" || event.kind === "handled")
        if (event.atMs <= kill.restartMs) add(there, event.message, receiverOf(event));
    }
    for (const event of events) {
      if (event.kind !== "accepted" || event.atMs > kill.restartMs) continue;
      const count = there.get(nameOf(event.message))?.size ?? 0;
      if (count >= event.receivers) continue;
      const text = `confirmed ${kill.atMs - event.atMs} ms before the kill, on disk for ${count} of ${event.receivers}`;
      breaches.push({
        promise: "confirmed before stored",
        message: nameOf(event.message),
        text,
      });
    }
  }
  return breaches;
}

/** A group is one receiver, whichever member it was. */
function receiverOf({ agent, message }: { agent: string; message: MessageName }): string {
  return message.target.startsWith("group:") ? message.target : agent;
}

function isDirect({ target }: MessageName): boolean {
  return !target.includes(":");
}

function add(map: Map<string, Set<string>>, message: MessageName, receiver: string): void {
  const name = nameOf(message);
  const known = map.get(name);
  if (known === undefined) map.set(name, new Set([receiver]));
  else known.add(receiver);
}
