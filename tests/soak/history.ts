// What a soak writes down while it runs. One line of JSON an event; each process has a file of its own,
// in which the order of the lines is the order of its events.

/** An at-least-once message, as its sender names it: its own n-th to that target. */
export interface MessageName {
  readonly sender: string;
  /** An agent, or `group:` and a group, or `topic:` and a topic. */
  readonly target: string;
  /** From 1, by sender and target. */
  readonly number: number;
}

/** Times are milliseconds since 1970, all of one machine's clock. */
export type SoakEvent =
  /** The sender was told that the message is accepted. */
  | {
      readonly kind: "accepted";
      readonly atMs: number;
      readonly message: MessageName;
      /** The receivers: more than one for a topic. A group counts as one. */
      readonly receivers: number;
    }
  /** A receiver's handler was called. */
  | {
      readonly kind: "handled";
      readonly atMs: number;
      readonly agent: string;
      readonly message: MessageName;
      readonly attempt: number;
    }
  /** A receiver is about to acknowledge; killed now, it does not learn whether that still counted. */
  | {
      readonly kind: "acknowledging";
      readonly atMs: number;
      readonly agent: string;
      readonly message: MessageName;
    }
  /** A receiver was told that its acknowledgement counts. */
  | {
      readonly kind: "acknowledged";
      readonly atMs: number;
      readonly agent: string;
      readonly message: MessageName;
    }
  /** The server was killed; `stored` is what its database held then, by receiver. */
  | {
      readonly kind: "server killed";
      readonly atMs: number;
      /** Before this no newer server answered anybody. */
      readonly restartMs: number;
      readonly stored: readonly StoredMessage[];
    }
  /** At the end: what is a dead letter. */
  | { readonly kind: "dead"; readonly message: MessageName; readonly receiver: string };

export interface StoredMessage {
  readonly message: MessageName;
  /** An agent, or `group:` and a group. */
  readonly receiver: string;
}

/** Text that names a message, for maps and for people. */
export function nameOf({ sender, target, number }: MessageName): string {
  return `${sender}>${target}#${number}`;
}
