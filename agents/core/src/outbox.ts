// Where an agent keeps its at-least-once messages until the server has confirmed them.

/** A message that is not confirmed yet. */
export interface OutboxEntry {
  /** Its number with the producer. */
  readonly sequence: number;
  /** The message as protobuf bytes. */
  readonly message: Uint8Array;
}

/** What an outbox holds when it is opened. */
export interface OutboxContents {
  /** Who numbered the entries: 1 to 36 letters, digits and hyphens. */
  readonly producerId: string;
  /** Highest sequence that was ever given to a message; never given again under the same producer. */
  readonly lastSequence: number;
  /** Highest sequence up to which every outcome is known. */
  readonly knownThrough: number;
  /** By rising sequence. */
  readonly entries: readonly OutboxEntry[];
  /** What was found damaged, for people; messages may be missing. The producer has to be renewed then. */
  readonly damage?: string;
}

/**
 * Keeps messages in order. One agent uses it at a time, and calls one function after the other's promise;
 * only `confirm` may come at any time. Functions reject with AgentError.
 */
export interface Outbox {
  /** For people: a file, or `memory`. */
  readonly place: string;
  /** Whether the messages outlive the process. */
  readonly durable: boolean;
  /** Answers what is there, or a new producer where there is nothing yet. */
  open(): Promise<OutboxContents>;
  /** Resolves when the entries are kept for good; rejects when none of them is. */
  append(entries: readonly OutboxEntry[]): Promise<void>;
  /** Every outcome up to this sequence is known: the entries may be forgotten. */
  confirm(knownThrough: number): void;
  /** Replaces everything, as a whole or not at all. */
  renew(contents: Omit<OutboxContents, "damage">): Promise<void>;
  /** Resolves when everything that was confirmed is noted and the outbox may be opened again. */
  close(): Promise<void>;
}

/** Keeps messages as long as the process lives. */
export function createOutboxMemory(): Outbox {
  let contents: OutboxContents = {
    producerId: crypto.randomUUID(),
    lastSequence: 0,
    knownThrough: 0,
    entries: [],
  };
  let entries = new Map<number, OutboxEntry>();

  return {
    place: "memory",
    durable: false,
    open: () => Promise.resolve({ ...contents, entries: [...entries.values()] }),
    append: (added) => {
      for (const entry of added) {
        entries.set(entry.sequence, entry);
        contents = { ...contents, lastSequence: entry.sequence };
      }
      return Promise.resolve();
    },
    confirm: (knownThrough) => {
      for (let known = contents.knownThrough + 1; known <= knownThrough; known += 1)
        entries.delete(known);
      contents = { ...contents, knownThrough };
    },
    renew: (renewed) => {
      contents = renewed;
      entries = new Map(renewed.entries.map((entry) => [entry.sequence, entry]));
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
}
